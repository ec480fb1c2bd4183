"""Purchases through another program, among events that it forges and a log that it floods, on any chain."""

from dataclasses import dataclass

from caller import calls_itself_with, flood, forged_event, through
from job_escrow import Escrow, token_address
from job_escrow.chain import Chain, run
from job_escrow.codec import PROGRAM_ID, CreditsPurchased, event_authority, instructions
from job_escrow.tokens import USDC_MINT
from job_escrow.transactions import execute
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from escrow_harness.stage import Stage, opened_stage


@dataclass(frozen=True, kw_only=True)
class Purchased:
    """What became of it."""

    credit_account: Pubkey
    through_the_caller: tuple[int, ...]
    """Credits of each true purchase through it, in order, after 1,000 by hand."""
    reported: tuple[int, ...]
    """Credits of the events that the client found in these transactions."""


def play_through_a_caller(chain: Chain) -> Purchased:
    """On a platform of its own, with an account of its own."""
    stage = opened_stage(Escrow(chain))
    alice = stage.alice
    forged = forged_event(alice.address)
    forging = calls_itself_with(forged, [event_authority(PROGRAM_ID), PROGRAM_ID, alice.address])
    first = alice.next_sequence()
    # A log is cut where the next line does not fit: so after long lines the shortest there are.
    flooding = [flood(forged, 35), flood(b"", 50)]
    transactions = (
        [through(_purchase(stage, 500, first))],
        [forging, through(_purchase(stage, 250, first + 1), times=2), forging],
        [*flooding, through(_purchase(stage, 125, first + 2)), flood(forged, 1)],
        [through(forging)],
    )
    reported: list[int] = []
    for steps in transactions:
        receipt = run(execute(steps, [stage.cast.alice], stage.escrow.options), chain)
        reported += [event.credits for event in receipt.events if isinstance(event, CreditsPurchased)]
    return Purchased(credit_account=alice.address, through_the_caller=(500, 250, 125), reported=tuple(reported))


def _purchase(stage: Stage, credits: int, sequence: int) -> Instruction:
    """The client itself has no way through another program."""
    wallet, side = stage.cast.alice.pubkey(), stage.alice.side
    return instructions.purchase(
        payer=wallet,
        source=token_address(wallet, USDC_MINT),
        platform=stage.platform,
        credit_account=side.address,
        vault=side.vault,
        credits=credits,
        sequence=sequence,
    )
