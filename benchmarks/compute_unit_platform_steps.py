"""One use of each instruction that changes a platform, once it is there."""

from collections.abc import Iterator
from dataclasses import replace

from compute_unit_stage import Stage, Step, keypair
from job_escrow.codec import PROGRAM_ID, TierArgs, UpdatePayeeArgs, UpdatePlatformArgs, instructions
from solders.pubkey import Pubkey

_STANDBY = keypair("standby")
_UPDATE = UpdatePlatformArgs(
    operator=None,
    standby_operator=None,
    granter=None,
    fee_bps=100,
    min_purchase=200,
    max_job_seconds=None,
    paused=None,
)
_NO_UPDATE = replace(_UPDATE, fee_bps=None, min_purchase=None)
_TIER = TierArgs(
    name=b"image".ljust(16, b"\0"), flat_credits=3, included_units=1, rate_credits=3_000, rate_units=1_000, unit_kind=1
)


def platform_steps(stage: Stage) -> Iterator[Step]:
    """A change with notice, a new price, a payee and another admin."""
    admin, platform = stage.admin.pubkey(), stage.platform
    update = instructions.update_platform(admin=admin, platform=platform, args=_UPDATE)
    yield stage.by_admin("update_platform", update)
    yield stage.by_admin("set_tier", instructions.set_tier(admin=admin, platform=platform, index=4, tier=_TIER))
    standby = replace(_NO_UPDATE, standby_operator=_STANDBY.pubkey())
    yield stage.by_admin(None, instructions.update_platform(admin=admin, platform=platform, args=standby))
    apply = instructions.apply_changes(platform=platform)
    yield stage.by_admin("apply_changes", apply, later=stage.preset.notice_seconds)

    yield stage.by_admin("switch_operator", instructions.switch_operator(admin=admin, platform=platform))

    owner = stage.wallet.pubkey()
    payee, _ = Pubkey.find_program_address([b"payee", bytes(platform), bytes(owner)], PROGRAM_ID)
    register = instructions.register_payee(admin=admin, platform=platform, payee=payee, token_account=stage.tokens)
    yield stage.by_admin("register_payee", register)
    args = UpdatePayeeArgs(suspended=True, share_bps=8_500)
    update_payee = instructions.update_payee(admin=admin, platform=platform, payee=payee, args=args)
    yield stage.by_admin("update_payee", update_payee)
    unregister = instructions.unregister_payee(admin=admin, platform=platform, payee=payee, rent_payer=admin)
    yield stage.by_admin("unregister_payee", unregister)

    successor = keypair("successor")
    propose = instructions.propose_admin(admin=admin, platform=platform, new_admin=successor.pubkey())
    yield stage.by_admin("propose_admin", propose)
    accept = instructions.accept_admin(new_admin=successor.pubkey(), platform=platform)
    yield Step("accept_admin", accept, (successor,))
