"""Who pays: rent comes back to its payer, lamports from others do no harm, purchases for somebody else (D4)."""

import pytest
from job_escrow.codec import AccountClosed, AccountOpened, CreditAccount, Job, Platform, WrongSequence
from job_escrow.presets import load_preset
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE
from program_harness import calls, parties, past_the_program, tokens
from program_harness.keys import Key, key
from program_harness.parties import Credit
from program_harness.reasons import System, Token
from program_harness.world import LAMPORTS, World
from solders.account import Account
from solders.pubkey import Pubkey
from solders.rent import Rent

_LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
_A_PROGRAM = (2).to_bytes(4, "little") + bytes(key("code").pubkey())
"""State of a program of the upgradeable loader; its code would be in another account."""


def lamports(world: World, who: Key) -> int:
    return world.machine.lamports(who.pubkey())


@pytest.fixture
def sponsor(world: World) -> Key:
    """Somebody who pays rent for others."""
    return world.person("sponsor")


@pytest.mark.parametrize("ending", ["settled", "refunded", "timed out"])
def test_a_jobs_rent_comes_back_to_whoever_paid_it(world: World, alice: Credit, sponsor: Key, ending: str) -> None:
    operator, wallet = lamports(world, alice.platform.operator), lamports(world, alice.wallet)
    job = world.lock(alice, payer=sponsor)
    assert lamports(world, sponsor) == LAMPORTS - world.machine.rent(Job.SIZE)
    if ending == "settled":
        world.settle(job, 100, is_final=False)
        assert lamports(world, sponsor) < LAMPORTS
        world.settle(job, 500)
    elif ending == "refunded":
        world.refund(job)
    else:
        world.machine.advance(600)
        world.refund(job, world.person("stranger"))
    assert lamports(world, sponsor) == LAMPORTS
    assert (lamports(world, alice.platform.operator), lamports(world, alice.wallet)) == (operator, wallet)


@pytest.mark.parametrize("by", ["operator", "wallet"])
def test_who_locks_may_pay_the_rent_itself(world: World, alice: Credit, by: str) -> None:
    who = alice.platform.operator if by == "operator" else alice.wallet
    before = lamports(world, who)
    job = world.lock(alice, authority=who)
    assert lamports(world, who) == before - world.machine.rent(Job.SIZE)
    world.refund(job)
    assert lamports(world, who) == before


def test_the_wallet_may_pay_the_rent_of_the_operators_lock(world: World, alice: Credit) -> None:
    before = lamports(world, alice.wallet)
    job = world.lock(alice, payer=alice.wallet)
    world.settle(job, 500)
    assert lamports(world, alice.wallet) == before


def test_the_accounts_rent_comes_back_to_whoever_paid_it(
    world: World, decentral: parties.Platform, sponsor: Key
) -> None:
    credit = Credit(decentral, world.wallet("bob"))
    before = lamports(world, credit.wallet)
    world.open(credit, payer=sponsor)
    paid = world.machine.rent(CreditAccount.SIZE) + world.machine.rent(TOKEN_ACCOUNT_SIZE)
    assert lamports(world, sponsor) == LAMPORTS - paid
    world.machine.advance(1)
    world.close(credit)
    assert lamports(world, sponsor) == LAMPORTS
    assert lamports(world, credit.wallet) == before


def test_lamports_beyond_the_rent_of_an_account_and_its_vault_are_the_wallets(
    world: World, decentral: parties.Platform, sponsor: Key
) -> None:
    credit = Credit(decentral, world.wallet("bob"))
    world.open(credit, payer=sponsor)
    wallet = lamports(world, credit.wallet)
    for address, gift in ((credit.address, 1), (credit.vault, 20)):
        world.machine.airdrop(address, gift)
    world.machine.advance(1)
    outcome = world.close(credit)
    assert [event.wallet_lamports for event in outcome.events if isinstance(event, AccountClosed)] == [21]
    assert (lamports(world, sponsor), lamports(world, credit.wallet)) == (LAMPORTS, wallet + 21)


def opened_by(world: World, credit: Credit, sponsor: Key) -> AccountOpened:
    """Open an account that somebody else pays for."""
    (event,) = world.open(credit, payer=sponsor).events
    assert isinstance(event, AccountOpened)
    return event


@pytest.mark.parametrize("sent", ["one lamport", "a part", "all but one lamport", "all", "one lamport more", "1 SOL"])
def test_a_sponsor_gets_back_no_more_than_it_paid_where_somebody_sent_lamports_ahead(
    world: World, decentral: parties.Platform, sponsor: Key, sent: str
) -> None:
    credit = Credit(decentral, world.wallet("bob"))
    rent = world.machine.rent(CreditAccount.SIZE)
    parts = {"one lamport": 1, "a part": 890_880, "all but one lamport": rent - 1, "all": rent}
    gift = {**parts, "one lamport more": rent + 1, "1 SOL": 10**9}[sent]
    world.machine.airdrop(credit.address, gift)
    opened = opened_by(world, credit, sponsor)
    paid = LAMPORTS - lamports(world, sponsor)
    assert opened.rent_lamports == world.account(credit).rent_lamports == max(0, rent - gift)
    assert paid == opened.rent_lamports + opened.vault_rent_lamports

    wallet = lamports(world, credit.wallet)
    world.machine.advance(1)
    world.close(credit)
    assert (lamports(world, sponsor), lamports(world, credit.wallet)) == (LAMPORTS, wallet + gift)


@pytest.mark.parametrize("base_units", [1, 20_001])
def test_a_sponsor_gets_nothing_for_a_vault_that_held_tokens_before_the_opening(
    world: World, decentral: parties.Platform, sponsor: Key, base_units: int
) -> None:
    """An exchange that sent a deposit ahead has paid for the vault as well."""
    credit = Credit(decentral, world.wallet("bob"))
    tokens.fund(world.machine, credit.address, base_units)
    opened = opened_by(world, credit, sponsor)
    assert opened.vault_rent_lamports == world.account(credit).vault_rent_lamports == 0
    assert LAMPORTS - lamports(world, sponsor) == opened.rent_lamports

    wallet, rent = lamports(world, credit.wallet), world.machine.lamports(credit.vault)
    world.machine.advance(1)
    world.close(credit)
    assert (lamports(world, sponsor), lamports(world, credit.wallet)) == (LAMPORTS, wallet + rent)


@pytest.mark.parametrize("paid", [0, 1, 890_879, 890_880])
def test_a_sponsor_without_sol_that_paid_next_to_nothing_does_not_hold_the_close_up(
    world: World, decentral: parties.Platform, sponsor: Key, paid: int
) -> None:
    """Somebody sent nearly all lamports ahead, and a deposit with the vault; then the sponsor spent all its SOL."""
    credit = Credit(decentral, world.wallet("bob"))
    vault_rent, gift = world.machine.rent(TOKEN_ACCOUNT_SIZE), world.machine.rent(CreditAccount.SIZE) - paid
    tokens.fund(world.machine, credit.address, 1)
    world.machine.airdrop(credit.address, gift)
    opened = opened_by(world, credit, sponsor)
    assert (opened.rent_lamports, opened.vault_rent_lamports) == (paid, 0)

    wallet = lamports(world, credit.wallet)
    world.machine.put(sponsor.pubkey(), lamports=0, owner=Pubkey.default(), data=b"")
    world.machine.advance(1)
    world.close(credit)
    returned = paid if paid >= world.machine.rent(0) else 0
    assert lamports(world, sponsor) == returned
    assert lamports(world, credit.wallet) == wallet + gift + vault_rent + paid - returned


@pytest.mark.parametrize("gift", [1, 890_879, 890_880])
@pytest.mark.parametrize("to_the_vault", [False, True])
def test_dust_that_anybody_sends_does_not_hold_the_close_of_a_wallet_without_sol_up(
    world: World, decentral: parties.Platform, sponsor: Key, gift: int, to_the_vault: bool
) -> None:
    """An account of the system program holds nothing or at least 890,880 lamports."""
    wallet = key("a wallet without SOL")
    credit = Credit(decentral, wallet)
    world.open(credit, payer=sponsor)
    world.machine.airdrop(credit.vault if to_the_vault else credit.address, gift)
    world.machine.advance(1)
    tokens.fund(world.machine, wallet.pubkey(), 0)
    world.close(credit)
    is_enough = gift == world.machine.rent(0)
    assert lamports(world, wallet) == (gift if is_enough else 0)
    assert lamports(world, sponsor) == LAMPORTS + (0 if is_enough else gift)


def test_a_wallet_that_paid_the_rent_itself_gets_all_of_it(world: World, decentral: parties.Platform) -> None:
    wallet = world.wallet("bob")
    credit = Credit(decentral, wallet)
    before = lamports(world, wallet)
    world.open(credit)
    world.machine.airdrop(credit.address, 5)
    world.machine.advance(1)
    world.close(credit)
    assert lamports(world, wallet) == before + 5


def test_two_rent_payers_get_their_own_share_each(world: World, decentral: parties.Platform, sponsor: Key) -> None:
    credit = Credit(decentral, world.wallet("bob"))
    world.open(credit)
    other = world.person("other")
    past_the_program.change_account(world.machine, credit, rent_payer=sponsor.pubkey(), vault_rent_payer=other.pubkey())
    world.machine.advance(1)
    wallet = lamports(world, credit.wallet)
    world.close(credit)
    assert lamports(world, sponsor) == LAMPORTS + world.machine.rent(CreditAccount.SIZE)
    assert lamports(world, other) == LAMPORTS + world.machine.rent(TOKEN_ACCOUNT_SIZE)
    assert lamports(world, credit.wallet) == wallet


@pytest.mark.parametrize(("account_share", "vault_share"), [(2**64 - 1, 0), (0, 2**64 - 1), (1, 2**64 - 1)])
def test_a_rent_payer_never_gets_more_than_is_there(
    world: World, decentral: parties.Platform, sponsor: Key, account_share: int, vault_share: int
) -> None:
    """A rent that has been lowered since lets nothing be taken out before the close; the sums hold even so."""
    credit = Credit(decentral, world.wallet("bob"))
    world.open(credit, payer=sponsor)
    wallet, held = lamports(world, credit.wallet), LAMPORTS - lamports(world, sponsor)
    past_the_program.change_account(world.machine, credit, rent_lamports=account_share, vault_rent_lamports=vault_share)
    world.machine.advance(1)
    world.close(credit)
    assert lamports(world, sponsor) == LAMPORTS
    assert lamports(world, credit.wallet) == wallet
    assert held > 0


def test_the_payer_gets_back_what_the_rent_was_though_it_has_been_lowered_since(
    world: World, decentral: parties.Platform, sponsor: Key
) -> None:
    """Otherwise every wallet would earn from whoever opened its account for it."""
    credit = Credit(decentral, world.wallet("bob"))
    world.open(credit, payer=sponsor)
    wallet = lamports(world, credit.wallet)
    rent = world.machine.svm.get_rent()
    world.machine.svm.set_rent(Rent.with_lamports_per_byte(rent.lamports_per_byte // 10))
    world.machine.advance(1)
    world.close(credit)
    assert (lamports(world, sponsor), lamports(world, credit.wallet)) == (LAMPORTS, wallet)


def test_lamports_that_were_sent_to_a_job_come_back_with_its_rent(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    operator = lamports(world, alice.platform.operator)
    world.machine.airdrop(job.address, 300)
    world.refund(job)
    assert lamports(world, alice.platform.operator) == operator + world.machine.rent(Job.SIZE) + 300


@pytest.mark.parametrize("ending", ["settled", "timed out", "closed"])
def test_a_rent_payer_that_became_a_program_holds_nothing_up(
    world: World, alice: Credit, sponsor: Key, ending: str
) -> None:
    """What is executable once took no lamports: a job whose rent cannot be given back would keep the credits."""
    opened = Credit(alice.platform, world.wallet("bob"))
    world.open(opened, payer=sponsor)
    job = world.lock(alice, payer=sponsor)
    held = lamports(world, sponsor)
    program = Account(held, _A_PROGRAM, _LOADER, executable=True, rent_epoch=2**64 - 1)
    world.machine.svm.set_account(sponsor.pubkey(), program)
    world.machine.advance(1 if ending == "settled" else 600)
    if ending == "settled":
        world.settle(job, 500)
    elif ending == "timed out":
        world.refund(job, world.person("stranger"))
    else:
        world.close(opened)
    assert lamports(world, sponsor) > held


def test_a_payer_without_the_rent_is_refused(world: World, alice: Credit) -> None:
    poor = Key(world.person("poor").keypair)
    world.machine.put(poor.pubkey(), lamports=world.machine.rent(Job.SIZE) - 1, owner=Pubkey.default(), data=b"")
    world.refused(System.TOO_FEW_LAMPORTS, world.locking(alice, payer=poor)[1])


# Whoever sends lamports to an address ahead of time must not be able to keep an account from being made there.

PREFUNDED = pytest.mark.parametrize("gift", [1, 890_880, 10**9])


@PREFUNDED
def test_a_job_is_made_where_somebody_has_sent_lamports(world: World, alice: Credit, gift: int) -> None:
    rent = world.machine.rent(Job.SIZE)
    job, call = world.locking(alice)
    world.machine.airdrop(job.address, gift)
    before = lamports(world, alice.platform.operator)
    world.do(call)
    assert world.job(job).credits == 40
    assert world.machine.lamports(job.address) == max(rent, gift)
    assert lamports(world, alice.platform.operator) == before - max(0, rent - gift)
    world.settle(job, 500)
    assert lamports(world, alice.platform.operator) == before + min(rent, gift) + max(0, gift - rent)


@PREFUNDED
def test_an_account_is_opened_where_somebody_has_sent_lamports(
    world: World, decentral: parties.Platform, gift: int
) -> None:
    credit = Credit(decentral, world.wallet("bob"))
    world.machine.airdrop(credit.address, gift)
    world.open(credit)
    world.buy(credit, 100)
    assert world.account(credit).paid_available == 100


@PREFUNDED
def test_a_platform_is_created_where_somebody_has_sent_lamports(world: World, gift: int) -> None:
    platform, call = world.platform_call(load_preset("decentral"))
    world.machine.airdrop(platform.address, gift)
    world.do(call)
    assert Platform.decode(world.machine.data(platform.address)).min_purchase == 100


def test_an_address_that_is_in_use_is_not_made_anew(world: World, alice: Credit) -> None:
    world.refused(System.ACCOUNT_ALREADY_IN_USE, calls.open_account(alice))
    terms = load_preset("decentral")
    world.refused(System.ACCOUNT_ALREADY_IN_USE, world.platform_call(terms)[1])


# A purchase that somebody else pays


def test_d4_somebody_elses_purchase_belongs_to_the_wallet(world: World, alice: Credit) -> None:
    friend = world.wallet("friend")
    world.buy(alice, 500, payer=friend)
    account = world.account(alice)
    assert (account.paid_available, account.purchased) == (1_500, 1_500)
    world.withdraw(alice)
    assert world.vault(alice) == 0


def test_somebody_elses_purchase_leaves_the_wallets_numbers_alone(world: World, alice: Credit) -> None:
    mine = world.buying(alice, 100)
    before = world.account(alice).sequence
    for _ in range(3):
        world.buy(alice, 100, payer=world.wallet("friend"))
    assert world.account(alice).sequence == before
    world.do(mine)
    assert world.account(alice).sequence == before + 1
    world.refused(WrongSequence, mine)


def test_somebody_elses_purchase_does_not_use_up_the_first_number(world: World, decentral: parties.Platform) -> None:
    fresh = world.opened(decentral, "bob")
    world.buy(fresh, 100, payer=world.wallet("friend"))
    world.do(world.buying(fresh, 100, sequence=0))


def test_a_delegate_of_the_source_may_pay(world: World, alice: Credit) -> None:
    """The Token program decides who may spend: an owner, or a delegate up to what it was approved for."""
    delegate = world.wallet("delegate")
    rich = world.wallet("rich")
    source = tokens.fund(world.machine, rich.pubkey(), 0)
    step = tokens.approve(source=source, delegate=delegate.pubkey(), owner=rich.pubkey(), base_units=1_500_000)
    assert world.machine.send([step], [rich]).reason is None
    call = calls.purchase(alice, 100, 0, payer=delegate, source=source)
    world.do(call)
    assert world.account(alice).paid_available == 1_100

    world.refused(Token.INSUFFICIENT_FUNDS, call)
