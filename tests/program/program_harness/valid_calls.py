"""A valid call of each instruction on the stage.

A new instruction needs one function here, in VALID, and its rows in the table of reasons.
"""

from collections.abc import Callable
from dataclasses import replace

from job_escrow.addresses import token_address
from job_escrow.codec import LimitsArgs
from job_escrow.presets import load_preset

from program_harness import calls, calls_of_admin, calls_of_credits
from program_harness.calls import Call
from program_harness.stage import Stage


def _create_platform(on: Stage) -> Call:
    return on.world.platform_call(load_preset("decentral"), admin="new admin")[1]


def _open(on: Stage) -> Call:
    # The vault is there already: made in the same transaction, it would let the payer sign and be written anyway.
    return replace(calls.open_account(on.unopened, payer=on.world.person("rent payer")), before=())


def _set_limits(on: Stage) -> Call:
    return calls.set_limits(on.alice, LimitsArgs(credits_per_job=1, credits_per_period=2, period_seconds=3))


def _purchase(on: Stage) -> Call:
    return on.world.buying(on.alice, 100)


def _lock(on: Stage) -> Call:
    return on.world.locking(on.alice, payer=on.world.person("rent payer"))[1]


def _settle(on: Stage) -> Call:
    return on.world.settling(on.job, 500)


def _refund(on: Stage) -> Call:
    return calls.refund(on.job, authority=on.platform.operator)


def _withdraw(on: Stage) -> Call:
    return on.world.withdrawing(on.alice, 10)


def _close(on: Stage) -> Call:
    return on.world.closing(on.idle)


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


def _set_tier(on: Stage) -> Call:
    return calls_of_admin.set_tier(on.platform, 5, load_preset("decentral").tiers[0])


def _register_payee(on: Stage) -> Call:
    return calls_of_admin.register_payee(on.platform, on.bob.wallet.pubkey(), on.bob.tokens)


def _unregister_payee(on: Stage) -> Call:
    admin = on.platform.admin.pubkey()
    return calls_of_admin.unregister_payee(on.platform, on.payee.pubkey(), rent_payer=admin)


def _grant(on: Stage) -> Call:
    source = token_address(on.platform.operator.pubkey(), on.platform.mint)
    return on.world.granting(on.alice, 50, calls_of_credits.NEVER, source=source)


VALID: dict[str, Callable[[Stage], Call]] = {
    "create_platform": _create_platform,
    "open": _open,
    "set_limits": _set_limits,
    "purchase": _purchase,
    "lock": _lock,
    "lock with a payee": _lock_with_payee,
    "settle": _settle,
    "settle with a payee": _settle_with_payee,
    "refund": _refund,
    "withdraw": _withdraw,
    "close": _close,
    "update_platform": _update_platform,
    "update_platform with a treasury": _update_treasury,
    "set_tier": _set_tier,
    "apply_changes": lambda on: calls_of_admin.apply_changes(on.changing),
    "propose_admin": lambda on: calls_of_admin.propose_admin(on.platform, on.new_admin.pubkey()),
    "accept_admin": lambda on: calls_of_admin.accept_admin(on.changing, on.new_admin),
    "register_payee": _register_payee,
    "unregister_payee": _unregister_payee,
    "grant": _grant,
    "expire_lots": lambda on: calls_of_credits.expire_lots(on.alice),
    "sync_deposits": lambda on: calls_of_credits.sync_deposits(on.alice, authority=on.world.person("keeper")),
    "recover": lambda on: calls_of_credits.recover(on.alice, on.stray, on.alice.tokens),
    "recover_nested": lambda on: calls_of_credits.recover_nested(on.alice, on.platform.mint),
}
"""A valid call of each instruction, and of those with an optional account one with it and one without."""
