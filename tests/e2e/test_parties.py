"""What admin, operator, wallet and anyone can do through the client, in the same process and over JSON-RPC."""

import inspect
from dataclasses import replace

import pytest
from escrow_harness.scenario_platform import transfer
from escrow_harness.stage import FUNDED, LIMITS, NOTICE_SECONDS, Stage, ids_from, job, register_payee, wait_until
from job_escrow import (
    NEVER,
    NO_LIMITS,
    AlreadyExists,
    ChainError,
    Escrow,
    HistoryEntry,
    NotFound,
    Options,
    Receipt,
    Refused,
    TierArgs,
    job_address,
    parties,
    payee_address,
    token_address,
)
from job_escrow.chain import run
from job_escrow.chain.requests import GetAccounts, GetUnixTime
from job_escrow.codec import (
    AccountClosed,
    AccountOpened,
    CreditAccount,
    CreditsGranted,
    CreditsPurchased,
    CreditsWithdrawn,
    DepositsSynced,
    Event,
    JobLocked,
    JobRefunded,
    JobSettled,
    LotsExpired,
    PlatformChanged,
    TokensRecovered,
    errors,
)
from job_escrow.flows.read import balance
from job_escrow.tokens import USDC_MINT, create_token_account, token_amount
from job_escrow.transactions import execute
from solders.keypair import Keypair
from solders.pubkey import Pubkey

_PRICE = 10_000


def only(receipt: Receipt) -> Event:
    (event,) = receipt.events
    return event


def tokens(stage: Stage, address: Pubkey) -> int:
    (info,) = stage.escrow.chain.answer(GetAccounts([address]))
    return token_amount(info)


def send_tokens(stage: Stage, destination: Pubkey, base_units: int) -> None:
    """A plain transfer from the stranger."""
    stranger = stage.cast.stranger
    step = transfer(token_address(stranger.pubkey(), USDC_MINT), destination, stranger.pubkey(), base_units)
    run(execute([step], [stranger], stage.escrow.options), stage.escrow.chain)


def wait_for_the_next_second(stage: Stage) -> None:
    """An account that was used within this second is not closed."""
    chain = stage.escrow.chain
    wait_until(chain, chain.answer(GetUnixTime()) + 1)


def test_admin_changes_settings(stage: Stage) -> None:
    admin, escrow = stage.admin, stage.escrow
    at_once = only(admin.update_platform(max_job_seconds=3_600, min_purchase=50))
    assert isinstance(at_once, PlatformChanged)
    assert (at_once.max_job_seconds, at_once.min_purchase) == (3_600, 50)
    announced = only(admin.update_platform(fee_bps=250, operator=stage.cast.bob.pubkey()))
    assert isinstance(announced, PlatformChanged)
    assert (announced.fee_bps, announced.pending.fee_bps) == (0, 250)

    cheaper = TierArgs(
        name=b"lite".ljust(16, b"\0"), flat_credits=1, included_units=500, rate_credits=1, rate_units=1_000, unit_kind=0
    )
    admin.set_tier(0, cheaper)
    assert escrow.platform(stage.platform).tiers[0].flat_credits == 1
    admin.set_tier(0, replace(cheaper, flat_credits=3))
    assert escrow.platform(stage.platform).tiers[0].flat_credits == 1
    wait_until(escrow.chain, escrow.chain.answer(GetUnixTime()) + NOTICE_SECONDS)
    stage.anyone.apply_changes(stage.platform)
    platform = escrow.platform(stage.platform)
    assert (platform.fee_bps, platform.operator, platform.tiers[0].flat_credits) == (250, stage.cast.bob.pubkey(), 3)

    treasury = token_address(stage.cast.bob.pubkey(), USDC_MINT)
    admin.update_platform(treasury=treasury)
    admin.set_tier(3, None)
    wait_until(escrow.chain, escrow.chain.answer(GetUnixTime()) + NOTICE_SECONDS)
    admin.apply_changes()
    platform = escrow.platform(stage.platform)
    assert platform.treasury == treasury
    assert platform.tiers[3].name == bytes(16)


def test_admin_pauses_revokes_and_hands_over(stage: Stage) -> None:
    admin, escrow = stage.admin, stage.escrow
    admin.pause()
    with pytest.raises(Refused) as refused:
        stage.alice.purchase(100)
    assert refused.value.refusal is errors.Paused
    admin.unpause()
    stage.alice.purchase(100)
    admin.revoke_operator()
    with pytest.raises(Refused) as refused:
        stage.operator.grant(stage.alice.address, 10)
    assert refused.value.refusal is errors.NotOperatorOrGranter

    admin.propose_admin(stage.cast.bob.pubkey())
    with pytest.raises(Refused) as refused:
        escrow.admin(stage.cast.stranger, stage.platform).accept_admin()
    assert refused.value.refusal is errors.NotTheProposedAdmin
    escrow.admin(stage.cast.bob, stage.platform).accept_admin()
    with pytest.raises(Refused) as refused:
        admin.pause()
    assert refused.value.refusal is errors.NotTheAdmin


def test_what_exists_is_said_to_exist(stage: Stage) -> None:
    with pytest.raises(AlreadyExists, match="exists already: use it, or choose another name or namespace"):
        stage.escrow.create_platform(stage.cast.admin, stage.terms)
    with pytest.raises(AlreadyExists, match="exists already") as twice:
        stage.alice.open(LIMITS)
    assert twice.value.signature is None


def test_payee_earns(stage: Stage) -> None:
    escrow, account = stage.escrow, stage.alice.address
    owner = Pubkey.new_unique()
    earnings = token_address(owner, USDC_MINT)
    job_id = stage.operator.next_job_id(account)
    terms = replace(job(job_id, None, 60), payee=owner)
    with pytest.raises(NotFound, match="no payee"):
        stage.admin.unregister_payee(owner)
    register_payee(stage, owner)
    (payee,) = escrow.payees(stage.platform).values()
    assert (payee.owner, payee.token_account) == (owner, earnings)

    stage.operator.lock(account, terms)
    stage.operator.settle(account, job_id, 20, is_final=False)
    assert tokens(stage, earnings) == 20 * _PRICE
    with pytest.raises(Refused) as in_use:
        stage.admin.unregister_payee(owner)
    assert in_use.value.refusal is errors.PayeeNotSuspended
    stage.admin.suspend_payee(owner)
    stage.admin.unregister_payee(owner)
    assert escrow.payees(stage.platform) == {}
    settled = only(stage.operator.settle(account, job_id, 50))
    assert isinstance(settled, JobSettled)
    assert (settled.payee_base_units, settled.treasury_base_units) == (30 * _PRICE, 0)
    assert tokens(stage, earnings) == 50 * _PRICE
    with pytest.raises(NotFound, match="no payee"):
        stage.operator.lock(account, replace(job(job_id + 1, None, 1), payee=owner))


def test_payee_with_an_account_of_its_choice(stage: Stage) -> None:
    bob = stage.cast.bob.pubkey()
    stage.admin.register_payee(bob, token_account=token_address(bob, USDC_MINT))
    address = payee_address(stage.platform, bob)
    assert stage.escrow.payees(stage.platform)[address].owner == bob


def test_operator_grants_and_anyone_expires(stage: Stage) -> None:
    chain, account = stage.escrow.chain, stage.alice.address
    for_ever = only(stage.operator.grant(account, 50))
    assert isinstance(for_ever, CreditsGranted)
    assert (for_ever.credits, for_ever.expires_at) == (50, NEVER)
    with pytest.raises(Refused) as refused:
        stage.operator.grant(account, 51, grant_id=for_ever.id)
    assert refused.value.refusal is errors.JobIdUsed
    soon = chain.answer(GetUnixTime()) + 8
    stage.operator.grant(account, 25, expires_at=soon)
    assert stage.alice.balance().granted == 75
    with pytest.raises(Refused) as refused:
        stage.anyone.expire_lots(account)
    assert refused.value.refusal is errors.NothingToExpire
    wait_until(chain, soon)
    expired = only(stage.anyone.expire_lots(account))
    assert isinstance(expired, LotsExpired)
    assert expired.credits == 25
    assert stage.alice.balance().granted == 50


def test_anyone_pays_and_syncs(stage: Stage) -> None:
    alice = stage.alice
    paid = only(stage.anyone.purchase_for(alice.address, 100))
    assert isinstance(paid, CreditsPurchased)
    assert (paid.wallet, paid.payer) == (stage.cast.alice.pubkey(), stage.cast.stranger.pubkey())
    send_tokens(stage, alice.side.vault, 100 * _PRICE + 3)
    synced = only(stage.anyone.sync_deposits(alice.address))
    assert isinstance(synced, DepositsSynced)
    assert synced.credits == 100
    send_tokens(stage, alice.side.vault, _PRICE)
    with pytest.raises(Refused) as refused:
        stage.anyone.sync_deposits(alice.address)
    assert refused.value.refusal is errors.DepositTooSmall
    alice.sync_deposits()
    balance = alice.balance()
    assert (balance.available, balance.surplus_base_units) == (1_201, 3)


def test_what_only_a_later_program_knows_is_owed_and_is_no_surplus(stage: Stage) -> None:
    """The account's liabilities, and not the kinds of credits that this release can name."""
    alice = stage.alice
    flow = balance(alice.address, USDC_MINT, stage.escrow.options.program_id)
    request = next(flow)
    assert isinstance(request, GetAccounts)
    account, vault, clock = stage.escrow.chain.answer(request)
    assert account is not None
    hidden = 40
    known = CreditAccount.decode(account.data)
    later = replace(known, liabilities=known.liabilities + hidden).encode()
    with pytest.raises(StopIteration) as end:
        flow.send([replace(account, data=later), vault, clock])
    found = end.value.value
    assert (found.available, found.surplus_base_units) == (1_000, -hidden * _PRICE)


def test_anyone_refunds_what_timed_out(stage: Stage) -> None:
    chain, account = stage.escrow.chain, stage.alice.address
    job_id = stage.operator.next_job_id(account)
    locked = only(stage.operator.lock(account, job(job_id, 1, 500, seconds=2)))
    assert isinstance(locked, JobLocked)
    wait_until(chain, locked.deadline)
    refunded = only(stage.anyone.refund(account, job_id))
    assert isinstance(refunded, JobRefunded)
    assert refunded.timed_out == 1
    assert stage.alice.balance().available == 1_000


def test_wallet_recovers(stage: Stage) -> None:
    """Tokens that were sent to the vault's own token account: back into the vault, where they are a deposit."""
    alice, stranger = stage.alice, stage.cast.stranger
    nested = token_address(alice.side.vault, USDC_MINT)
    made = create_token_account(payer=stranger.pubkey(), owner=alice.side.vault, mint=USDC_MINT)
    run(execute([made], [stranger], stage.escrow.options), stage.escrow.chain)
    send_tokens(stage, nested, 7)
    recovered = only(alice.recover_nested())
    assert isinstance(recovered, TokensRecovered)
    assert recovered.base_units == 7
    assert alice.balance().surplus_base_units == 7

    with pytest.raises(NotFound, match="no token account"):
        alice.recover(Pubkey.new_unique())
    with pytest.raises(ChainError, match="no token account of the classic"):
        alice.recover(stage.platform)
    with pytest.raises(Refused) as refused:
        alice.recover(alice.side.vault)
    assert refused.value.refusal is errors.NotRecoverable


def test_lists(stage: Stage) -> None:
    escrow, alice, bob = stage.escrow, stage.alice, stage.bob
    bob.open(NO_LIMITS)
    other = replace(stage.terms, name="other")
    escrow.create_platform(stage.cast.admin, other)
    elsewhere = escrow.wallet(stage.cast.alice, other_address(stage, "other"))
    elsewhere.open(LIMITS, buy=100)
    first = stage.operator.next_job_id(alice.address)
    first, second = ids_from(alice.address, first, 2)
    for job_id in (second, first):
        stage.operator.lock(alice.address, job(job_id, 0, 500))
    elsewhere.lock(job(elsewhere.next_job_id(), 0, 1))

    assert {stage.platform, elsewhere.side.platform} <= set(escrow.platforms())
    assert set(escrow.credit_accounts(wallet=stage.cast.alice.pubkey())) == {alice.address, elsewhere.address}
    assert set(escrow.credit_accounts(platform=stage.platform)) == {alice.address, bob.address}
    both = escrow.credit_accounts(wallet=stage.cast.alice.pubkey(), platform=stage.platform)
    assert set(both) == {alice.address}
    ids = [each.id for each in escrow.jobs(credit_account=alice.address).values()]
    assert ids == [first, second]
    assert [each.id for each in escrow.jobs(platform=stage.platform).values()] == ids
    assert set(escrow.jobs(platform=stage.platform)) == {job_address(alice.address, each).address for each in ids}
    assert len(escrow.jobs()) >= 3
    assert escrow.jobs(credit_account=bob.address) == {}
    assert escrow.credit_accounts(wallet=Pubkey.new_unique()) == {}


def other_address(stage: Stage, name: str) -> Pubkey:
    return replace(stage, terms=replace(stage.terms, name=name)).platform


def test_history_is_paged_newest_first(stage: Stage) -> None:
    escrow, alice = stage.escrow, stage.alice
    job_id = stage.operator.next_job_id(alice.address)
    stage.operator.lock(alice.address, job(job_id, 1, 500))
    with pytest.raises(Refused):
        stage.operator.settle(alice.address, job_id, 501)
    stage.operator.settle(alice.address, job_id, 100)
    alice.withdraw(10)
    send_tokens(stage, alice.side.vault, 5)
    wait_for_the_next_second(stage)
    alice.close()

    wanted = [AccountClosed, CreditsWithdrawn, JobSettled, JobLocked, CreditsPurchased, AccountOpened]
    whole = escrow.history(alice.address)
    assert [type(entry.event) for entry in whole.entries] == wanted
    assert whole.before is None
    slots = [entry.slot for entry in whole.entries]
    assert slots == sorted(slots, reverse=True)
    assert all(entry.time is not None for entry in whole.entries)

    paged: list[HistoryEntry] = []
    page = escrow.history(alice.address, limit=2)
    paged += page.entries
    while page.before is not None:
        page = escrow.history(alice.address, limit=2, before=page.before)
        paged += page.entries
    assert paged == list(whole.entries)
    newer = escrow.history(alice.address, until=whole.entries[2].signature)
    assert newer.entries == whole.entries[:2]
    assert [type(each.event) for each in escrow.history(job_address(alice.address, job_id).address).entries] == [
        JobSettled,
        JobLocked,
    ]
    assert escrow.history(Pubkey.new_unique()).entries == ()
    for limit in (0, 1_001):
        with pytest.raises(ValueError, match="ask for 1 to 1,000"):
            escrow.history(alice.address, limit=limit)


def test_somebody_else_pays_fees_and_rents(stage: Stage) -> None:
    """A wallet and an operator without a single lamport."""
    payer = stage.cast.stranger
    sponsored = Escrow(stage.escrow.chain, Options(fee_payer=payer))
    admin = sponsored.admin(stage.cast.admin, stage.platform)
    poor, owner = Keypair(), Pubkey.new_unique()
    wallet = sponsored.wallet(poor, stage.platform)
    wallet.open(LIMITS)
    stage.anyone.purchase_for(wallet.address, 100)
    account = wallet.account()
    assert account is not None
    assert (account.rent_payer, account.vault_rent_payer) == (payer.pubkey(), payer.pubkey())
    job_id = wallet.next_job_id()
    wallet.lock(job(job_id, None, 40))
    (locked,) = sponsored.jobs(credit_account=wallet.address).values()
    assert locked.rent_payer == payer.pubkey()
    sponsored.operator(stage.cast.operator, stage.platform).settle(wallet.address, job_id, 30)
    admin.register_payee(owner)
    admin.suspend_payee(owner)
    admin.unregister_payee(owner)
    wallet.withdraw(10)
    wallet.set_limits(NO_LIMITS)
    wait_for_the_next_second(stage)
    wallet.close()
    (info,) = stage.escrow.chain.answer(GetAccounts([poor.pubkey()]))
    assert info is None
    assert tokens(stage, token_address(poor.pubkey(), USDC_MINT)) == 70 * _PRICE


@pytest.mark.parametrize("name", ["Wallet", "Operator", "Admin", "Anyone", "Escrow"])
def test_blocking_and_asynchronous_are_equally_complete(name: str) -> None:
    import job_escrow

    def methods(kind: type) -> dict[str, list[str]]:
        found = inspect.getmembers(kind, inspect.isfunction)
        return {name: list(inspect.signature(each).parameters) for name, each in found if not name.startswith("_")}

    blocking, awaited = getattr(job_escrow, name), getattr(job_escrow, f"Async{name}")
    assert methods(blocking) == methods(awaited)
    assert methods(blocking)
    if name != "Escrow":
        kind = getattr(parties, f"Async{name}")
        # A job or session is not awaited but entered, with `async with`.
        entered = {"job", "session"}
        assert all(inspect.iscoroutinefunction(getattr(kind, each)) for each in methods(awaited).keys() - entered)


def test_all_that_was_funded_is_still_there(stage: Stage) -> None:
    roles = stage.accounts()
    held = [roles["alice's vault"], roles["treasury"], *(roles[f"{name}'s tokens"] for name in FUNDED)]
    assert sum(tokens(stage, address) for address in held) == sum(FUNDED.values())
