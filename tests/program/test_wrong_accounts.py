"""Each instruction with each of its accounts wrong, one at a time: refused for one certain reason, and nothing changes.

The mistakes are in program_harness/negatives.py, the reasons in program_harness/wrong_account_reasons.py.
"""

from collections.abc import Iterator

import pytest
from job_escrow.codec import ACCOUNT_NAMES, UnknownVersion
from job_escrow.codec.instructions import INSTRUCTIONS
from program_harness import past_the_program
from program_harness.negatives import MADE_HERE, PAYEES_TOKENS, VERSION_OFFSETS, Wrong, mistakes
from program_harness.snapshot import changes
from program_harness.stage import stage
from program_harness.valid_calls import VALID
from program_harness.wrong_account_reasons import PARTICULAR, expected
from solders.instruction import AccountMeta, Instruction


def all_mistakes() -> Iterator[tuple[str, Wrong]]:
    for name in VALID:
        yield from ((name, wrong) for wrong in mistakes(stage(), VALID[name](stage())))


def test_every_instruction_of_the_program_has_a_valid_call_here() -> None:
    called = {build(stage()).name for build in VALID.values()}
    assert called == {data.NAME for data in INSTRUCTIONS.values()} == set(ACCOUNT_NAMES)


def test_the_table_of_reasons_names_accounts_that_there_are() -> None:
    for call, account in PARTICULAR:
        assert account in ACCOUNT_NAMES[call.split(" with ")[0]]


@pytest.mark.parametrize("name", VALID)
def test_the_valid_call_succeeds(name: str) -> None:
    """Otherwise no refusal below would mean anything."""
    on = stage()
    call = VALID[name](on)
    assert on.world.machine.simulate(call.all(), call.signers).reason is None


@pytest.mark.parametrize("name", VALID)
def test_an_account_more_does_no_harm(name: str) -> None:
    on = stage()
    call = VALID[name](on)
    built = call.instruction()
    more = [AccountMeta(on.bob.address, False, True), AccountMeta(on.bob.vault, False, True)]
    wrong = Instruction(built.program_id, built.data, [*built.accounts, *more])
    assert on.world.machine.simulate([*call.before, wrong], call.signers).reason is None


@pytest.mark.parametrize(
    ("name", "wrong"), [pytest.param(name, wrong, id=f"{name}, {wrong.label}") for name, wrong in all_mistakes()]
)
def test_a_wrong_account_is_refused(name: str, wrong: Wrong) -> None:
    machine = stage().world.machine
    reason = expected(name, wrong.account, wrong.mistake)
    if reason is None:
        assert machine.simulate(wrong.instructions, wrong.signers).reason is None
        return
    # Tried out first, so that what is wrongly accepted does not spoil the stage for the others.
    outcome = machine.simulate(wrong.instructions, wrong.signers)
    assert outcome.reason == reason, "\n".join(outcome.logs)
    before = stage().world.snapshot()
    assert machine.send(wrong.instructions, wrong.signers).reason == reason
    assert changes(before, stage().world.snapshot()) == []


VERSIONED = [
    (name, account)
    for name in VALID
    for account in ("platform", "credit_account", "job", "session", "payee", "rule")
    if account in VALID[name](stage()).accounts
    and (VALID[name](stage()).name, account)
    not in MADE_HERE | {(instruction, "payee") for instruction in PAYEES_TOKENS}
]


@pytest.mark.parametrize(("name", "account"), VERSIONED)
@pytest.mark.parametrize("version", [0, 2, 255])
def test_an_account_of_a_layout_that_the_program_does_not_know_is_refused(
    name: str, account: str, version: int
) -> None:
    world = stage().world
    call = VALID[name](stage())
    address, offset = call.accounts[account], VERSION_OFFSETS.get(account, 8)
    past_the_program.set_bytes(world.machine, address, offset, bytes([version]))
    try:
        assert world.machine.simulate(call.all(), call.signers).reason == UnknownVersion
        world.refused(UnknownVersion, call)
    finally:
        past_the_program.set_bytes(world.machine, address, offset, b"\1")


@pytest.mark.parametrize("name", VALID)
@pytest.mark.parametrize("kept", [0, 4, 7])
def test_data_without_a_whole_discriminator_is_refused(name: str, kept: int) -> None:
    on = stage()
    call = VALID[name](on)
    built = call.instruction()
    short = Instruction(built.program_id, built.data[:kept], built.accounts)
    outcome = on.world.machine.simulate([*call.before, short], call.signers)
    assert outcome.reason is not None
