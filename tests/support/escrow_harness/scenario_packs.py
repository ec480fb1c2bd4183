"""The scenario's part about packs: offered, paid for by promotion, bought, spent, withdrawn and swept."""

from dataclasses import replace

from job_escrow import Pack, PackExpected, job_address, packs, token_address
from job_escrow.codec import instructions
from job_escrow.tokens import USDC_MINT
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from escrow_harness.recording import Recorder
from escrow_harness.stage import Stage, job

_PACK = Pack(credits=125, bonus_credits=25)
_FUNDED = 300_000


def packing(stage: Stage, record: Recorder) -> None:
    """From a platform without packs to an account that owes promotion nothing any more."""
    admin, alice, operator = stage.admin, stage.alice, stage.operator
    record.watched["promotion"] = token_address(stage.platform, USDC_MINT)
    sweep = stage.anyone.sweep_promotion
    record.refused("sweep what nobody owes", lambda: sweep(alice.address))
    record.refused("offer a fifth pack", lambda: admin.set_pack(4, _PACK))
    record.refused("offer a bonus without a price", lambda: admin.set_pack(0, replace(_PACK, credits=0)))
    strangers = stage.accounts()["stranger's tokens"]
    record.refused("promotion of a stranger's", lambda: admin.update_platform(promotion=strangers))
    record.step("offer a pack", lambda: admin.set_pack(1, _PACK))
    record.step("open the promotion account", admin.open_promotion)

    pack = packs.expected(stage.escrow.platform(stage.platform), 1)
    record.refused("buy a pack that nothing pays for", lambda: alice.purchase_pack(pack))
    sponsor = stage.escrow.admin(stage.cast.operator, stage.platform)
    record.step("fund the promotion", lambda: sponsor.fund_promotion(_FUNDED))
    record.refused("buy a pack that is not offered", lambda: alice.purchase_pack(replace(pack, index=2)))
    record.refused("buy a pack with more on top", lambda: alice.purchase_pack(replace(pack, bonus_credits=26)))
    treasury = stage.accounts()["treasury"]
    record.refused_instructions("buy a pack of the treasury's", [_buy(stage, pack, treasury)], [stage.cast.alice])
    record.step("buy a pack", lambda: alice.purchase_pack(pack))

    job_id = alice.next_job_id()
    record.watched["alice's job of a pack"] = job_address(alice.address, job_id).address
    record.step("lock credits of it", lambda: alice.lock(job(job_id, None, 100)))
    record.step("settle credits of it", lambda: operator.settle(alice.address, job_id, 70))
    record.step("withdraw credits of it", lambda: alice.withdraw(33))
    record.step("sweep what it owes", lambda: sweep(alice.address))
    record.step("take promotion back", admin.withdraw_promotion)
    record.step("offer no pack any more", lambda: admin.set_pack(1, None))


def _buy(stage: Stage, pack: PackExpected, promotion: Pubkey) -> Instruction:
    alice = stage.alice
    return instructions.purchase_pack(
        payer=alice.side.key,
        source=stage.accounts()["alice's tokens"],
        platform=stage.platform,
        promotion=promotion,
        credit_account=alice.address,
        vault=alice.side.vault,
        expected=pack,
        sequence=alice.next_sequence(),
    )
