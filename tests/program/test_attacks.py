"""Attacks that are the same for every instruction: each is tried on all of them. docs/attacks.md lists all attacks."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest
from job_escrow.addresses import vault_address
from job_escrow.codec import (
    JobIdTooOld,
    JobIdUsed,
    LotsFull,
    NotOperatorOrGranter,
    NotTheAdmin,
    NotTheOperator,
    NotWalletOrOperator,
    Paused,
    ProgramRefusal,
    UnusableJobId,
    WrongSequence,
)
from job_escrow.codec import Platform as PlatformAccount
from job_escrow.tokens import USDC_MINT, create_token_account
from program_harness import calls, calls_of_admin, calls_of_credits, past_the_program, tokens
from program_harness.calls import Call
from program_harness.calls_of_credits import NEVER
from program_harness.keys import key
from program_harness.negatives import MADE_HERE
from program_harness.parties import Credit, Platform
from program_harness.reasons import Runtime, System
from program_harness.snapshot import changes
from program_harness.stage import Stage, stage
from program_harness.valid_calls import VALID
from program_harness.world import World
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID

NOBODY = Pubkey.default()
EDGES = (0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1)
SIGNED_EDGES = (-(2**63), -1, 0, 1, 2**63 - 2, 2**63 - 1)
BYTES = (0, 1, 254, 255)
MAKING = {
    "create_platform": "platform",
    "open": "credit_account",
    "lock": "job",
    "open_session": "session",
    "register_payee": "payee",
    "set_top_up": "rule",
}

# Arguments that have fewer bits than 64, or a sign.
OF_ONE_BYTE = {"index", "tier", "vault_bump", "unit_kind", "pack"}
OF_FOUR_BYTES = {
    *("rate_credits", "rate_units"),
    *("flat_requests", "metered_requests", "metered_units", "metered_credits"),
}
OF_TWO_BYTES = {"reason"}
SIGNED = {"expires_at"}


# Every integer at its edges


def integers(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where integers stand in arguments."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield path
    elif is_dataclass(value):
        for field in fields(value):
            yield from integers(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from integers(each, (*path, str(place)))


def changed(value: object, path: tuple[str, ...], new: int) -> object:
    """The same arguments with another integer at that place."""
    if not path:
        return new
    first, *others = path
    if isinstance(value, tuple):
        place = int(first)
        return (*value[:place], changed(value[place], tuple(others), new), *value[place + 1 :])
    assert is_dataclass(value)
    assert not isinstance(value, type)
    return replace(value, **{first: changed(getattr(value, first), tuple(others), new)})


def all_integers() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for name in VALID:
        for argument, value in VALID[name](stage()).args.items():
            yield from ((name, argument, path) for path in integers(value))


def edges_of(name: str) -> tuple[int, ...]:
    if name in OF_FOUR_BYTES:
        return tuple(edge for edge in EDGES if edge < 2**32)
    if name in OF_TWO_BYTES:
        return tuple(edge for edge in EDGES if edge < 2**16)
    return BYTES if name in OF_ONE_BYTE else SIGNED_EDGES if name in SIGNED else EDGES


@pytest.mark.parametrize(
    ("name", "argument", "path"),
    [pytest.param(*each, id=f"{each[0]}, {'.'.join((each[1], *each[2]))}") for each in all_integers()],
)
def test_no_integer_makes_the_program_stumble(name: str, argument: str, path: tuple[str, ...]) -> None:
    """It takes it or refuses it by name: no sum or product leaves its 64 bits, nothing is looked up out of bounds."""
    on = stage()
    call = VALID[name](on)
    for edge in edges_of([argument, *path][-1]):
        value = changed(call.args[argument], path, edge)
        wrong = call.with_args(**{argument: value})
        outcome = on.world.machine.simulate(wrong.all(), wrong.signers)
        allowed = outcome.reason is None or _is_refusal(outcome.reason)
        assert allowed, f"{edge}: {outcome.reason}"
        for event in outcome.events:
            after = getattr(event, "after", None)
            if after is not None:
                sums = after.paid_available + after.paid_locked + after.granted_available + after.granted_locked
                assert sums < 2**32


def _is_refusal(reason: object) -> bool:
    return isinstance(reason, type) and issubclass(reason, ProgramRefusal)


# Accounts that are there already, or hold lamports


@pytest.mark.parametrize("name", MAKING)
def test_nothing_is_made_where_something_is(name: str) -> None:
    """Re-initialization: the second of two equal instructions fails, and the first with it."""
    on = stage()
    call = VALID[name](on)
    assert (name, MAKING[name]) in MADE_HERE
    outcome = on.world.machine.simulate([*call.all(), call.instruction()], call.signers)
    assert outcome.reason in {System.ACCOUNT_ALREADY_IN_USE, JobIdUsed, WrongSequence}


@pytest.mark.parametrize("name", MAKING)
@pytest.mark.parametrize("signs", ["fee payer", "with lamports", "without lamports"])
def test_nothing_is_made_at_an_address_that_signs(name: str, signs: str) -> None:
    """Its own signature would let the system program make an account of any key, and every fee payer signs."""
    world, machine = stage().world, stage().world.machine
    victim = world.person("fee payer") if signs == "fee payer" else key(f"signs {signs}")
    if signs == "with lamports":
        machine.airdrop(victim.pubkey(), 10**9)
    call = _made_at(VALID[name](stage()), MAKING[name], victim.pubkey())
    built = call.instruction()
    if signs != "fee payer":
        accounts = [
            AccountMeta(each.pubkey, each.is_signer or each.pubkey == victim.pubkey(), each.is_writable)
            for each in built.accounts
        ]
        built = Instruction(built.program_id, built.data, accounts)
    payer = victim if signs == "fee payer" else None
    before = world.snapshot()
    sent = machine.transaction([*call.before, built], (*call.signers, victim), payer=payer)
    # The address of a job or session is compared before anything is made.
    compared = name in {"lock", "open_session"}
    assert machine.send_transaction(sent).reason == (UnusableJobId if compared else Runtime.INVALID_SEEDS)
    assert changes(before, world.snapshot()) == []
    owner = machine.get(victim.pubkey())
    assert owner is None or owner.owner == SYSTEM_PROGRAM_ID


def _made_at(call: Call, account: str, address: Pubkey) -> Call:
    if call.name != "open":
        return call.with_accounts(**{account: address})
    vault = vault_address(address, USDC_MINT)
    made = create_token_account(payer=call.signers[-1].pubkey(), owner=address, mint=USDC_MINT)
    moved = call.with_accounts(credit_account=address, vault=vault.address).with_args(vault_bump=vault.bump)
    return replace(moved, before=(made,))


@pytest.mark.parametrize("name", MAKING)
@pytest.mark.parametrize("lamports", [1, 890_880, 10**9])
def test_lamports_that_were_sent_ahead_do_not_keep_an_account_from_being_made(name: str, lamports: int) -> None:
    """From one lamport to more than any rent."""
    on = stage()
    call = VALID[name](on)
    machine = on.world.machine
    address = call.accounts[MAKING[name]]
    assert machine.get(address) is None
    machine.airdrop(address, lamports)
    try:
        assert machine.simulate(call.all(), call.signers).reason is None
    finally:
        machine.put(address, lamports=0, owner=NOBODY, data=b"")


# Everything while paused; keys that lost their right

STOPPED = {"purchase", "purchase_pack", "lock", "open_session", "sync_deposits", "top_up"}


@pytest.mark.parametrize("name", [name for name in VALID if name != "create_platform"])
def test_a_pause_stops_what_brings_credits_in_or_locks_them_and_nothing_else(name: str) -> None:
    on = stage()
    call = VALID[name](on)
    machine = on.world.machine
    address = call.accounts.get("platform", on.platform.address)
    before = machine.get(address)
    assert before is not None
    try:
        past_the_program.set_bytes(machine, address, 10, b"\1")
        assert PlatformAccount.decode(machine.data(address)).paused == 1
        expected = Paused if call.name in STOPPED else None
        assert machine.simulate(call.all(), call.signers).reason == expected
    finally:
        machine.put(address, lamports=before.lamports, owner=before.owner, data=before.data)


def _with_platform(on: Stage, name: str, **changes: object) -> object:
    call = VALID[name](on)
    machine = on.world.machine
    before = machine.get(on.platform.address)
    assert before is not None
    try:
        past_the_program.change_platform(machine, on.platform, **changes)
        return machine.simulate(call.all(), call.signers).reason
    finally:
        machine.put(on.platform.address, lamports=before.lamports, owner=before.owner, data=before.data)


OF_ADMIN = [name for name in VALID if "admin" in VALID[name](stage()).accounts]
OF_OPERATOR = {
    "grant": NotOperatorOrGranter,
    "lock": NotWalletOrOperator,
    "lock with a payee": NotWalletOrOperator,
    "settle": NotTheOperator,
    "settle with a payee": NotTheOperator,
    "open_session": NotTheOperator,
    "open_session with a payee": NotTheOperator,
    "settle_session": NotTheOperator,
    "settle_session with a payee": NotTheOperator,
}


@pytest.mark.parametrize("name", OF_ADMIN)
def test_an_old_admin_may_nothing(name: str) -> None:
    """After a handover, with each of the admin's instructions."""
    on = stage()
    assert _with_platform(on, name) is None
    assert _with_platform(on, name, admin=on.new_admin.pubkey()) == NotTheAdmin


def test_an_old_admin_may_nothing_from_the_acceptance_on(world: World, decentral: Platform) -> None:
    """By the instructions themselves; until then it may everything, and the new one nothing."""
    new = world.person("new admin")
    changing = calls_of_admin.update_platform(decentral, replace(calls_of_admin.NO_CHANGE, paused=True))
    by_new = calls_of_admin.update_platform(decentral, replace(calls_of_admin.NO_CHANGE, paused=False), admin=new)
    world.do(calls_of_admin.propose_admin(decentral, new.pubkey()))
    world.refused(NotTheAdmin, by_new)
    world.do(changing)
    world.do(calls_of_admin.accept_admin(decentral, new))
    world.refused(NotTheAdmin, changing)
    world.do(by_new)
    world.refused(NotTheAdmin, calls_of_admin.propose_admin(decentral, decentral.admin.pubkey()))


@pytest.mark.parametrize("name", OF_OPERATOR)
@pytest.mark.parametrize("now", ["nobody", "somebody else"])
def test_a_revoked_operator_may_nothing(name: str, now: str) -> None:
    on = stage()
    operator = NOBODY if now == "nobody" else on.new_admin.pubkey()
    assert _with_platform(on, name) is None
    assert _with_platform(on, name, operator=operator) == OF_OPERATOR[name]


# Lots


def test_many_tiny_grants_block_nobody(world: World, alice: Credit) -> None:
    """An operator that fills all slots of an account for ever blocks its own grants and nothing of the wallet's."""
    source = tokens.fund(world.machine, alice.platform.operator.pubkey(), 10**9)
    for place in range(8):
        world.grant(alice, 1, NEVER - place, source=source)
    world.refused(LotsFull, world.granting(alice, 1, NEVER - 8, source=source))
    world.buy(alice, 100)
    world.deposit(alice, 1_000_000)
    world.do(calls_of_credits.sync_deposits(alice, authority=alice.wallet))
    job = world.lock(alice, tier=None, amount=8)
    assert sum(world.job(job).held.lots) == 8
    world.settle(job, 8)
    world.grant(alice, 1, NEVER - 8, source=source)
    bob = world.opened(alice.platform, "bob", buy=100)
    world.grant(bob, 1, NEVER, source=source)
    world.withdraw(alice)
    world.withdraw(bob)


def test_a_stranger_grants_nothing(world: World, alice: Credit) -> None:
    """So that nobody but the operator can use up an account's slots."""
    stranger = world.wallet("stranger")
    source = replace(alice, wallet=stranger).tokens
    world.refused(NotOperatorOrGranter, world.granting(alice, 1, NEVER, source=source, operator=stranger))


# Ids


def test_jobs_are_locked_settled_and_refunded_out_of_order(world: World, alice: Credit) -> None:
    """What a client with several workers does: none is in the way of another, and each counts once."""
    first = world.next_job_id(alice)
    ids = [each for each in range(first, first + 256) if alice.next_id(each - 1) == each]
    jobs = {number: world.lock(alice, tier=None, amount=10, job_id=ids[number]) for number in (7, 0, -1, 3, -2)}
    for number in (-2, 0, 3):
        world.settle(jobs[number], 10)
    world.refund(jobs[-1])
    world.settle(jobs[7], 4)
    assert world.account(alice).spent_paid == 34
    for number in jobs:
        world.refused(JobIdUsed, world.locking(alice, tier=None, amount=10, job_id=ids[number])[1])
    world.lock(alice, tier=None, amount=1, job_id=alice.next_id(first + 255))
    world.refused(JobIdTooOld, world.locking(alice, tier=None, amount=10, job_id=first)[1])


def test_a_job_that_ended_is_not_settled_refunded_or_locked_again_in_one_transaction(
    world: World, alice: Credit
) -> None:
    """Close and revival: the rent that somebody puts back does not bring it back."""
    job, locking = world.locking(alice)
    settling = world.settling(job, 500)
    for second in (settling, calls.refund(job, authority=alice.platform.operator), locking):
        assert world.attempt(locking, settling, second).reason is not None
    world.do(locking, settling)
    world.machine.airdrop(job.address, world.machine.rent(512))
    for call in (settling, calls.refund(job, authority=alice.platform.operator), locking):
        assert world.attempt(call).reason is not None
    assert world.account(alice).spent_paid == 40


def test_every_call_that_makes_an_account_is_tried() -> None:
    assert set(MAKING.items()) == MADE_HERE
