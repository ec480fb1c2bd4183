"""A settlement may carry 32 bytes into its event (D20)."""

from hashlib import sha256

import pytest
from job_escrow.codec import JobSettled
from program_harness.parties import Credit
from program_harness.reasons import Runtime
from program_harness.world import World

PROOF = sha256(b"what the job gave").digest()


@pytest.mark.parametrize("is_final", [True, False])
@pytest.mark.parametrize("proof", [None, PROOF, bytes([255]) * 32])
def test_d20_what_a_settlement_carries_is_in_its_event(
    world: World, alice: Credit, is_final: bool, proof: bytes | None
) -> None:
    job = world.lock(alice)
    (event,) = world.do(world.settling(job, 500, is_final=is_final).with_args(proof=proof)).events
    assert isinstance(event, JobSettled)
    assert event.proof == (proof or bytes(32))
    assert (event.charged, event.is_final) == (40, is_final)


def test_each_settlement_has_a_proof_of_its_own(world: World, alice: Credit) -> None:
    job = world.lock(alice, tier=3, amount=2_400)
    proofs = [sha256(bytes([index])).digest() for index in range(3)]
    events = [
        world.do(world.settling(job, units, is_final=False).with_args(proof=proof)).events[0]
        for units, proof in zip((500, 2_001, 2_400), proofs, strict=True)
    ]
    assert [getattr(event, "proof", None) for event in events] == proofs


def test_a_proof_changes_nothing_of_what_is_charged(world: World, alice: Credit) -> None:
    plain = world.lock(alice)
    world.settle(plain, 500)
    before = world.account(alice)
    carrying = world.lock(alice)
    world.do(world.settling(carrying, 500).with_args(proof=PROOF))
    after = world.account(alice)
    assert after.spent_paid - before.spent_paid == before.spent_paid
    assert not world.is_open(carrying)


def test_a_proof_that_is_cut_off_is_no_instruction(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    call = world.settling(job, 500).with_args(proof=PROOF)
    step = call.instruction()
    for size in (1, 31, 32):
        cut = type(step)(step.program_id, step.data[:-size], step.accounts)
        assert world.machine.send([cut], call.signers).reason == Runtime.INVALID_INSTRUCTION_DATA
    assert world.is_open(job)
