"""One use of each instruction that changes a platform, once it is there."""

from collections.abc import Iterator

from compute_unit_stage import Stage, Step, keypair
from job_escrow.codec import PROGRAM_ID, TierArgs, UpdatePlatformArgs, instructions
from solders.pubkey import Pubkey

_UPDATE = UpdatePlatformArgs(operator=None, fee_bps=100, min_purchase=200, max_job_seconds=None, paused=None)
_TIER = TierArgs(
    name=b"image".ljust(16, b"\0"), flat_credits=3, included_units=1, credits_per_1000_units=3_000, unit_kind=1
)


def platform_steps(stage: Stage) -> Iterator[Step]:
    """A change with notice, a new price, a payee and another admin."""
    admin, platform = stage.admin.pubkey(), stage.platform
    update = instructions.update_platform(admin=admin, platform=platform, args=_UPDATE)
    yield stage.by_admin("update_platform", update)
    yield stage.by_admin("set_tier", instructions.set_tier(admin=admin, platform=platform, index=4, tier=_TIER))
    apply = instructions.apply_changes(platform=platform)
    yield stage.by_admin("apply_changes", apply, later=stage.preset.notice_seconds)

    owner = stage.wallet.pubkey()
    payee, _ = Pubkey.find_program_address([b"payee", bytes(platform), bytes(owner)], PROGRAM_ID)
    register = instructions.register_payee(admin=admin, platform=platform, payee=payee, token_account=stage.tokens)
    yield stage.by_admin("register_payee", register)
    unregister = instructions.unregister_payee(admin=admin, platform=platform, payee=payee, rent_payer=admin)
    yield stage.by_admin("unregister_payee", unregister)

    successor = keypair("successor")
    propose = instructions.propose_admin(admin=admin, platform=platform, new_admin=successor.pubkey())
    yield stage.by_admin("propose_admin", propose)
    accept = instructions.accept_admin(new_admin=successor.pubkey(), platform=platform)
    yield Step("accept_admin", accept, (successor,))
