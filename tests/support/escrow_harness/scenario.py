"""One scenario through all that the program does and most of what it refuses, played on any chain."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count, islice

from job_escrow import NO_LIMITS, Escrow, LimitsArgs, TierArgs, job_address
from job_escrow.addresses import is_usable_id
from job_escrow.bounds import EPOCH_SHIFT, WALLET_ID_BIT
from job_escrow.chain import Chain
from job_escrow.chain.requests import GetAccounts, GetUnixTime
from job_escrow.codec import CreatePlatformArgs, JobLocked, LockArgs, instructions
from job_escrow.ids import usable_ids
from job_escrow.tokens import USDC_MINT, create_token_account, token_amount
from job_escrow.transactions import Receipt
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID

from escrow_harness.recording import Recorder, RecordingChain
from escrow_harness.scenario_mistakes import mistaking
from escrow_harness.scenario_packs import packing
from escrow_harness.scenario_platform import changing, depositing, earning, expiring, granting, transfer
from escrow_harness.scenario_sessions import sessions
from escrow_harness.scenario_top_ups import topping_up
from escrow_harness.stage import FUNDED, LIMITS, Stage, job, set_stage, wait_until

_SHORT_SECONDS = 2


def play(chain: Chain) -> Recorder:
    """Play it all; the recorder has a step for each transaction."""
    recording = RecordingChain(chain)
    stage = set_stage(Escrow(recording))
    recorder = Recorder(stage.escrow, recording, watched=stage.accounts())
    first = (_platform, _opening, _buying, _limits, _locking, _settling, _refunding, _timing_out, _paying_out)
    for act in (*first, granting, depositing, earning, expiring, packing, topping_up, sessions, mistaking, changing):
        act(stage, recorder)
        assert recorder.tokens() == sum(FUNDED.values()), f"after {act.__name__} tokens are missing, or too many"
    return recorder


def _platform(stage: Stage, record: Recorder) -> None:
    create = stage.escrow.create_platform
    # One more tier: small jobs are free on it.
    starter = TierArgs(
        name=b"starter".ljust(16, b"\0"), flat_credits=0, included_units=100, rate_credits=1, rate_units=10, unit_kind=0
    )
    admin, terms = stage.cast.admin, replace(stage.terms, tiers=(*stage.terms.tiers, starter))

    def creating(**changes: object) -> Callable[[], Receipt]:
        return lambda: create(admin, replace(terms, **changes))  # type: ignore[arg-type]

    free = TierArgs(
        name=b"free".ljust(16, b"\0"), flat_credits=0, included_units=0, rate_credits=0, rate_units=0, unit_kind=0
    )
    record.refused("platform with credits of no worth", creating(base_units_per_credit=0))
    record.refused("platform without notice", creating(notice_seconds=0))
    record.refused("platform without notice for payees", creating(payee_notice_seconds=0))
    record.refused("platform that sells nothing", creating(min_purchase=0))
    record.refused("platform with endless jobs", creating(max_job_seconds=8 * 24 * 3_600))
    record.refused("platform that takes too much", creating(fee_bps=3_001))
    record.refused("platform with a tier for nothing", creating(tiers=(free,)))
    record.refused("platform with nine tiers", creating(tiers=terms.tiers * 2 + (terms.tiers[0],)))
    record.refused_instructions("platform with a bad name", _platform_named(stage, b"Upper"), [admin])
    record.step("create platform", creating())
    record.refused("create it again", creating())


def _platform_named(stage: Stage, name: bytes) -> list[Instruction]:
    creator = stage.cast.admin.pubkey()
    padded = name.ljust(32, b"\0")
    address, _ = Pubkey.find_program_address([b"platform", bytes(creator), padded], stage.escrow.options.program_id)
    terms = stage.terms
    args = CreatePlatformArgs(
        name=padded,
        admin=creator,
        operator=terms.operator,
        base_units_per_credit=terms.base_units_per_credit,
        notice_seconds=terms.notice_seconds,
        payee_notice_seconds=terms.payee_notice_seconds,
        min_purchase=terms.min_purchase,
        max_job_seconds=terms.max_job_seconds,
        fee_bps=terms.fee_bps,
        tiers=terms.tiers,
    )
    treasury = stage.accounts()["treasury"]
    return [
        create_token_account(payer=creator, owner=creator, mint=USDC_MINT),
        instructions.create_platform(creator=creator, platform=address, mint=USDC_MINT, treasury=treasury, args=args),
    ]


def _opening(stage: Stage, record: Recorder) -> None:
    alice, bob = stage.alice, stage.bob
    backwards = LimitsArgs(
        credits_per_job=2, credits_per_session=0, credits_per_period=1, period_seconds=60, quoted_allowed=True
    )
    record.refused("open with limits that contradict", lambda: alice.open(backwards))
    record.refused("open and buy too little", lambda: alice.open(LIMITS, buy=99))
    record.refused_instructions("open and close at once", _open_and_close(stage), [stage.cast.bob])
    record.step("open and buy", lambda: alice.open(LIMITS, buy=1_000))
    record.refused("open again", lambda: alice.open(LIMITS))
    # In a later second, so that the ids of alice's and bob's jobs are different numbers.
    wait_until(stage.escrow.chain, stage.escrow.chain.answer(GetUnixTime()) + 1)
    record.step("open for bob, the operator pays the rent", lambda: bob.open(NO_LIMITS, rent_payer=stage.cast.operator))


def _open_and_close(stage: Stage) -> list[Instruction]:
    side = stage.bob.side
    wallet = side.signer.pubkey()
    roles = stage.accounts()
    vault_bump = Pubkey.find_program_address(
        [bytes(side.address), bytes(TOKEN_PROGRAM_ID), bytes(USDC_MINT)],
        create_token_account(payer=wallet, owner=wallet, mint=USDC_MINT).program_id,
    )[1]
    return [
        create_token_account(payer=wallet, owner=side.address, mint=USDC_MINT),
        instructions.open(
            wallet=wallet,
            payer=wallet,
            platform=stage.platform,
            credit_account=side.address,
            vault=side.vault,
            namespace=side.namespace,
            limits=NO_LIMITS,
            vault_bump=vault_bump,
        ),
        _close(stage, rent_payer=wallet, treasury=roles["treasury"]),
    ]


def _close(stage: Stage, *, rent_payer: Pubkey, treasury: Pubkey) -> Instruction:
    """Bob's account closed."""
    side = stage.bob.side
    return instructions.close(
        wallet=side.signer.pubkey(),
        platform=stage.platform,
        credit_account=side.address,
        vault=side.vault,
        destination=stage.accounts()["bob's tokens"],
        treasury=treasury,
        rent_payer=rent_payer,
        vault_rent_payer=rent_payer,
    )


def _buying(stage: Stage, record: Recorder) -> None:
    alice, bob = stage.alice, stage.bob
    stranger = stage.escrow.wallet(stage.cast.stranger, stage.platform, namespace="research")
    used = alice.next_sequence() - 1
    record.refused("buy nothing", lambda: alice.purchase(0))
    record.refused("buy too little", lambda: alice.purchase(99))
    record.refused("buy more than an account holds", lambda: alice.purchase(2**32 - 1))
    record.refused("buy more than one can pay", lambda: alice.purchase(5_001))
    record.refused_instructions("buy with a used sequence number", [_purchase(stage, used)], [stage.cast.alice])
    record.refused("buy with a sequence number too far", lambda: alice.purchase(100, sequence=used + 2))
    record.refused("buy from the first number again", lambda: alice.purchase(100, sequence=0))
    record.step("buy", lambda: alice.purchase(250))
    record.step("buy for bob", lambda: bob.purchase(500))
    record.step("stranger buys for bob", lambda: stranger.purchase_for(stage.cast.bob.pubkey(), 100))
    wrong_vault = instructions.purchase(
        payer=stage.cast.stranger.pubkey(),
        source=stage.accounts()["stranger's tokens"],
        platform=stage.platform,
        credit_account=bob.address,
        vault=alice.side.vault,
        credits=100,
        sequence=0,
    )
    record.refused_instructions("stranger buys into another vault", [wrong_vault], [stage.cast.stranger])


def _purchase(stage: Stage, sequence: int) -> Instruction:
    """The client itself would look up what the number was used for."""
    return instructions.purchase(
        payer=stage.cast.alice.pubkey(),
        source=stage.accounts()["alice's tokens"],
        platform=stage.platform,
        credit_account=stage.alice.address,
        vault=stage.alice.side.vault,
        credits=100,
        sequence=sequence,
    )


def _limits(stage: Stage, record: Recorder) -> None:
    alice, bob = stage.alice, stage.bob
    endless = LimitsArgs(
        credits_per_job=1,
        credits_per_session=0,
        credits_per_period=1,
        period_seconds=367 * 24 * 3_600,
        quoted_allowed=True,
    )
    by_stranger = instructions.set_limits(
        wallet=stage.cast.stranger.pubkey(), credit_account=alice.address, limits=LIMITS, sequence=0
    )
    record.refused("limits for too long a period", lambda: alice.set_limits(endless))
    record.refused_instructions("limits by a stranger", [by_stranger], [stage.cast.stranger])
    record.refused(
        "operator locks without limits",
        lambda: stage.operator.lock(bob.address, job(stage.operator.next_job_id(bob.address), 0, 1)),
    )
    record.step("bob allows no quoted jobs", lambda: bob.set_limits(replace(LIMITS, quoted_allowed=False)))
    record.refused(
        "operator locks a quoted job",
        lambda: stage.operator.lock(bob.address, job(stage.operator.next_job_id(bob.address), None, 1)),
    )
    record.step("bob sets limits", lambda: bob.set_limits(LIMITS))


def _locking(stage: Stage, record: Recorder) -> None:
    alice, operator = stage.alice, stage.operator
    account = alice.address
    ids, own = _job_ids(stage), _own_ids(stage)
    first = ids[0]
    for index, number in enumerate((*ids, *own)):
        record.watched[f"alice's job {index}"] = job_address(account, number).address

    def refused(name: str, tier: int | None, amount: int, *, at: int = first, **terms: int) -> None:
        record.refused(name, lambda: operator.lock(account, job(at, tier, amount, **terms)))

    refused("lock for no time", 0, 500, seconds=0)
    refused("lock for too long", 0, 500, seconds=24 * 3_600 + 1)
    refused("lock for nothing", 0, 0)
    refused("lock what is free", 4, 100)
    refused("lock an unknown tier", 5, 500)
    refused("lock a tier that cannot be", 200, 500)
    refused("lock above what is accepted", 3, 2_400, max_credits=47)
    refused("lock above the limit per job", None, 101)
    refused("lock too far ahead", 0, 500, at=first + 300)
    refused("lock an id from before the account", 0, 500, at=_start(stage))
    refused("lock an id of long ago", 0, 500, at=first - 300)
    refused("lock an id of the wallet", 0, 500, at=own[0])
    refused("lock an id without an address", 0, 500, at=_unusable(stage))
    record.refused("stranger locks", lambda: stage.as_operator(stage.cast.stranger).lock(account, job(first, 0, 500)))
    for tier, units in ((0, 500), (1, 501), (2, 2_001), (3, 2_400)):
        record.step(f"lock tier {tier}", partial(operator.lock, account, job(ids[tier], tier, units)))
    record.step("lock a quoted job", lambda: operator.lock(account, job(ids[4], None, 100)))
    refused("lock the same job again", None, 100, at=ids[4])
    refused("lock above the limit per period", None, 100, at=ids[5])
    record.step("wallet locks beyond the limits", lambda: alice.lock(job(own[0], None, 400)))
    record.refused("wallet locks an id of the operator", lambda: alice.lock(job(ids[5], None, 1)))
    record.refused("wallet locks more than it has", lambda: alice.lock(job(own[1], None, 5_000)))
    wrong = instructions.lock(
        authority=stage.cast.alice.pubkey(),
        payer=stage.cast.alice.pubkey(),
        platform=stage.platform,
        credit_account=account,
        job=job_address(account, own[2]).address,
        args=LockArgs(id=own[1], tier=0, amount=500, max_credits=100, seconds=60),
    )
    record.refused_instructions("lock at another job's address", [wrong], [stage.cast.alice])


def _start(stage: Stage) -> int:
    """Where the ids of alice's account start."""
    account = stage.alice.account()
    assert account is not None
    return account.opened_at << EPOCH_SHIFT


def _job_ids(stage: Stage) -> list[int]:
    """Ids that the operator's jobs of alice's account can have."""
    return list(islice(usable_ids(stage.alice.address, _start(stage)), 6))


def _own_ids(stage: Stage) -> list[int]:
    """Ids that her own jobs can have."""
    return list(islice(usable_ids(stage.alice.address, _start(stage) + (1 << WALLET_ID_BIT)), 3))


def _unusable(stage: Stage) -> int:
    account = stage.alice.address
    return next(each for each in count(_start(stage) + 1) if not is_usable_id(account, each))


def _settling(stage: Stage, record: Recorder) -> None:
    alice, operator = stage.alice, stage.operator
    account = alice.address
    ids, own = _job_ids(stage), _own_ids(stage)
    first = ids[0]

    def settle(index: int, amount: int, *, final: bool = True) -> Callable[[], Receipt]:
        return lambda: operator.settle(account, ids[index], amount, is_final=final)

    record.refused("settle above the lock", settle(0, 501))
    record.refused("settle quoted credits above the lock", settle(4, 101))
    record.refused("stranger settles", lambda: stage.as_operator(stage.cast.stranger).settle(account, first, 500))
    record.refused_instructions("settle to another treasury", [_settle_elsewhere(stage, first)], [stage.cast.operator])
    record.step("settle in part", settle(3, 2_001, final=False))
    record.step("settle less than before", settle(3, 100, final=False))
    record.step("settle the rest", settle(3, 2_400))
    record.step("settle a flat price", settle(0, 1))
    record.step("settle above the included units", settle(1, 501))
    record.step("settle half of a quoted job", settle(4, 50))
    record.step("settle nothing of the wallet's own job", lambda: operator.settle(account, own[0], 0))
    record.refused("lock an id that has ended", lambda: operator.lock(account, job(first, 0, 500)))


def _settle_elsewhere(stage: Stage, job_id: int) -> Instruction:
    account = stage.alice.address
    return instructions.settle(
        operator=stage.cast.operator.pubkey(),
        platform=stage.platform,
        credit_account=account,
        job=job_address(account, job_id).address,
        vault=stage.alice.side.vault,
        treasury=stage.accounts()["stranger's tokens"],
        rent_payer=stage.cast.operator.pubkey(),
        amount=1,
        is_final=True,
        proof=None,
    )


def _refunding(stage: Stage, record: Recorder) -> None:
    alice, operator = stage.alice, stage.operator
    waiting = _job_ids(stage)[2]
    stranger = stage.as_operator(stage.cast.stranger)
    record.refused("stranger refunds too early", lambda: stranger.refund(alice.address, waiting))
    record.refused(
        "wallet refunds too early", lambda: stage.as_operator(stage.cast.alice).refund(alice.address, waiting)
    )
    record.refused("close with open jobs", alice.close)
    record.step("operator refunds", lambda: operator.refund(alice.address, waiting))


def _timing_out(stage: Stage, record: Recorder) -> None:
    bob, operator = stage.bob, stage.operator
    job_id = operator.next_job_id(bob.address)
    record.watched["bob's job"] = job_address(bob.address, job_id).address
    # In a later second than alice's: the periods of their limits, which begin with the first lock, are two.
    wait_until(stage.escrow.chain, stage.escrow.chain.answer(GetUnixTime()) + 1)
    short = job(job_id, 3, 1_000, seconds=_SHORT_SECONDS)
    locked = record.step("lock for two seconds", lambda: operator.lock(bob.address, short))
    (event,) = (event for event in locked.events if isinstance(event, JobLocked))
    wait_until(stage.escrow.chain, event.deadline)
    record.refused("settle too late", lambda: operator.settle(bob.address, job_id, 1_000))
    stranger = stage.as_operator(stage.cast.stranger)
    record.step("stranger refunds what timed out", lambda: stranger.refund(bob.address, job_id))


def _paying_out(stage: Stage, record: Recorder) -> None:
    alice, bob = stage.alice, stage.bob
    roles = stage.accounts()
    used = alice.next_sequence() - 1
    record.refused("withdraw nothing", lambda: alice.withdraw(0))
    record.refused("withdraw more than there is", lambda: alice.withdraw(5_000))
    record.refused_instructions("withdraw with a used sequence number", [_withdrawal(stage, used)], [stage.cast.alice])
    record.refused("withdraw to somebody else", lambda: alice.withdraw(1, destination=roles["stranger's tokens"]))
    record.refused_instructions("stranger withdraws", [_withdraw_by_stranger(stage)], [stage.cast.stranger])
    record.step("withdraw a part", lambda: alice.withdraw(300))
    sent = transfer(roles["stranger's tokens"], roles["alice's vault"], stage.cast.stranger.pubkey(), 1_234_567)
    record.step_instructions("plain transfer into the vault", [sent], [stage.cast.stranger])
    record.step("withdraw all, with what was transferred", alice.withdraw)
    record.refused("withdraw from what is empty", alice.withdraw)
    record.step("close an empty account", alice.close)
    record.refused_instructions(
        "close with the rent to somebody else",
        [_close(stage, rent_payer=stage.cast.bob.pubkey(), treasury=roles["treasury"])],
        [stage.cast.bob],
    )
    record.refused_instructions(
        "close with another treasury",
        [_close(stage, rent_payer=stage.cast.operator.pubkey(), treasury=roles["stranger's tokens"])],
        [stage.cast.bob],
    )
    record.step("close with credits left", bob.close)
    record.step("open again", lambda: alice.open(NO_LIMITS, buy=100))
    (treasury,) = stage.escrow.chain.answer(GetAccounts([roles["treasury"]]))
    assert token_amount(treasury) == _CHARGED * stage.terms.base_units_per_credit


_CHARGED = 48 + 2 + 8 + 50
"""Credits that the settlements charge in all."""


def _withdrawal(stage: Stage, sequence: int) -> Instruction:
    return instructions.withdraw(
        wallet=stage.cast.alice.pubkey(),
        credit_account=stage.alice.address,
        vault=stage.alice.side.vault,
        destination=stage.accounts()["alice's tokens"],
        credits=1,
        sequence=sequence,
    )


def _withdraw_by_stranger(stage: Stage) -> Instruction:
    return instructions.withdraw(
        wallet=stage.cast.stranger.pubkey(),
        credit_account=stage.alice.address,
        vault=stage.alice.side.vault,
        destination=stage.accounts()["stranger's tokens"],
        credits=1,
        sequence=stage.alice.next_sequence(),
    )
