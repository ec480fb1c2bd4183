"""A valid call of each instruction on the stage.

A new instruction needs one function here, in VALID, and its rows in the table of reasons.
"""

from collections.abc import Callable
from dataclasses import replace

from job_escrow.addresses import token_address
from job_escrow.codec import LimitsArgs, Pack
from job_escrow.presets import load_preset

from program_harness import calls, calls_of_admin, calls_of_credits
from program_harness.calls import Call
from program_harness.calls_of_sessions import requests
from program_harness.sessions import LITE, Sessions
from program_harness.stage import Stage
from program_harness.top_ups import TopUps


def _create_platform(on: Stage) -> Call:
    return on.world.platform_call(load_preset("decentral"), admin="new admin")[1]


def _open(on: Stage) -> Call:
    # The vault is there already: made in the same transaction, it would let the payer sign and be written anyway.
    return replace(calls.open_account(on.unopened, payer=on.world.person("rent payer")), before=())


def _set_limits(on: Stage) -> Call:
    return calls.set_limits(
        on.alice,
        LimitsArgs(
            credits_per_job=1, credits_per_session=0, credits_per_period=2, period_seconds=7_200, quoted_allowed=True
        ),
    )


def _purchase(on: Stage) -> Call:
    return on.world.buying(on.alice, 100)


def _purchase_pack(on: Stage) -> Call:
    return on.world.buying_pack(on.alice)


def _lock(on: Stage) -> Call:
    return on.world.locking(on.alice, payer=on.world.person("rent payer"))[1]


def _settle(on: Stage) -> Call:
    return on.world.settling(on.job, 500)


def _refund(on: Stage) -> Call:
    return calls.refund(on.job, authority=on.platform.operator)


def _open_session(on: Stage) -> Call:
    return Sessions(on.world).opening(on.alice, credits=100, payer=on.world.person("rent payer"))[1]


def _open_session_with_payee(on: Stage) -> Call:
    registration = calls_of_admin.payee_address(on.platform.address, on.payee.pubkey())
    payer = on.world.person("rent payer")
    return Sessions(on.world).opening(on.alice, credits=100, payer=payer, payee=registration)[1]


def _settle_session(on: Stage) -> Call:
    return Sessions(on.world).settling(on.session, {LITE: requests(3)}, is_final=True)


def _settle_session_with_payee(on: Stage) -> Call:
    return Sessions(on.world).settling(on.payees_session, {LITE: requests(3)}, is_final=True, payee=on.payees_tokens)


def _set_top_up(on: Stage) -> Call:
    return TopUps(on.world).setting(on.alice, payer=on.world.person("rent payer"), approved=None)


def _withdraw(on: Stage) -> Call:
    return on.world.withdrawing(on.alice, 10)


def _close(on: Stage) -> Call:
    return on.world.closing(on.idle)


def _close_with_promotion(on: Stage) -> Call:
    return on.world.closing(on.buyer)


def _lock_with_payee(on: Stage) -> Call:
    registration = calls_of_admin.payee_address(on.platform.address, on.payee.pubkey())
    return on.world.locking(on.alice, payer=on.world.person("rent payer"), payee=registration)[1]


def _settle_with_payee(on: Stage) -> Call:
    return on.world.settling(on.payees_job, 500, payee=on.payees_tokens)


def _update_platform(on: Stage) -> Call:
    change = replace(calls_of_admin.NO_CHANGE, min_purchase=50)
    return calls_of_admin.update_platform(on.platform, change)


def _update_treasury(on: Stage) -> Call:
    return calls_of_admin.update_platform(on.platform, calls_of_admin.NO_CHANGE, treasury=on.payees_tokens)


def _update_promotion(on: Stage) -> Call:
    return calls_of_admin.update_platform(on.platform, calls_of_admin.NO_CHANGE, promotion=on.platform.promotion)


def _set_pack(on: Stage) -> Call:
    return calls_of_admin.set_pack(on.platform, 2, Pack(credits=7, bonus_credits=1))


def _set_tier(on: Stage) -> Call:
    return calls_of_admin.set_tier(on.platform, 5, load_preset("decentral").tiers[0])


def _register_payee(on: Stage) -> Call:
    return calls_of_admin.register_payee(on.platform, on.bob.wallet.pubkey(), on.bob.tokens)


def _unregister_payee(on: Stage) -> Call:
    admin = on.platform.admin.pubkey()
    return calls_of_admin.unregister_payee(on.platform, on.suspended.pubkey(), rent_payer=admin)


def _update_payee(on: Stage) -> Call:
    return calls_of_admin.update_payee(on.platform, on.payee.pubkey(), suspended=True, share_bps=8_500)


def _grant(on: Stage) -> Call:
    source = token_address(on.platform.operator.pubkey(), on.platform.mint)
    return on.world.granting(on.alice, 50, calls_of_credits.NEVER, source=source)


VALID: dict[str, Callable[[Stage], Call]] = {
    "create_platform": _create_platform,
    "open": _open,
    "set_limits": _set_limits,
    "purchase": _purchase,
    "purchase_pack": _purchase_pack,
    "lock": _lock,
    "lock with a payee": _lock_with_payee,
    "settle": _settle,
    "settle with a payee": _settle_with_payee,
    "refund": _refund,
    "open_session": _open_session,
    "open_session with a payee": _open_session_with_payee,
    "settle_session": _settle_session,
    "settle_session with a payee": _settle_session_with_payee,
    "refund_session": lambda on: Sessions(on.world).refunding(on.session),
    "set_top_up": _set_top_up,
    "remove_top_up": lambda on: TopUps(on.world).removing(on.plain),
    "top_up": lambda on: TopUps(on.world).running(on.plain),
    "top_up with promotion": lambda on: TopUps(on.world).running(on.ruled),
    "withdraw": _withdraw,
    "close": _close,
    "close with promotion": _close_with_promotion,
    "update_platform": _update_platform,
    "update_platform with a treasury": _update_treasury,
    "update_platform with promotion": _update_promotion,
    "set_pack": _set_pack,
    "withdraw_promotion": lambda on: calls_of_admin.withdraw_promotion(on.platform, 10),
    "switch_operator": lambda on: calls_of_admin.switch_operator(on.platform),
    "set_tier": _set_tier,
    "apply_changes": lambda on: calls_of_admin.apply_changes(on.changing),
    "propose_admin": lambda on: calls_of_admin.propose_admin(on.platform, on.new_admin.pubkey()),
    "accept_admin": lambda on: calls_of_admin.accept_admin(on.changing, on.new_admin),
    "register_payee": _register_payee,
    "update_payee": _update_payee,
    "unregister_payee": _unregister_payee,
    "grant": _grant,
    "expire_lots": lambda on: calls_of_credits.expire_lots(on.alice),
    "sweep_promotion": lambda on: calls_of_credits.sweep_promotion(on.buyer, on.platform.promotion),
    "sync_deposits": lambda on: calls_of_credits.sync_deposits(on.alice, authority=on.world.person("keeper")),
    "recover": lambda on: calls_of_credits.recover(on.alice, on.stray, on.alice.tokens),
    "recover_nested": lambda on: calls_of_credits.recover_nested(on.alice, on.platform.mint),
}
"""A valid call of each instruction, and of those with an optional account one with it and one without."""
