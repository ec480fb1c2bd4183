"""What the server tells at the end, and what its webhooks told on the way, against the chain."""

from collections import Counter
from typing import Any

from job_escrow.addresses import job_address
from job_escrow.codec import (
    CreditsGranted,
    CreditsPurchased,
    CreditsWithdrawn,
    DepositsSynced,
    JobLocked,
    JobRefunded,
    JobSettled,
    LotsExpired,
    SessionOpened,
    SessionSettled,
)
from solders.pubkey import Pubkey

from simulation.checks import Truth
from simulation.journal import Customer
from simulation.world import World, answered

_NAMES = {
    CreditsPurchased: "purchases",
    CreditsGranted: "grants",
    CreditsWithdrawn: "withdrawals",
    LotsExpired: "expiries",
    JobLocked: "locks",
    SessionOpened: "locks",
}


async def wrongs_of_answers(world: World, truth: Truth) -> list[str]:
    """Balances and statements, as the API gives them."""
    wrongs: list[str] = []
    for customer in world.customers:
        events = truth.of_account(customer.account)
        wanted: Counter[str] = Counter()
        for event in events:
            name = _NAMES.get(type(event))
            if name is not None:
                wanted[name] += event.credits
            if isinstance(event, JobSettled | SessionSettled):
                wanted["charges"] += event.charged
        statement = await _get(world, customer, "/statements/2040-01")
        said = {name: statement[name]["credits"] for name in (*_NAMES.values(), "charges")}
        if said != {name: wanted[name] for name in said}:
            wrongs.append(f"{customer.name}'s statement says {said}, the chain {dict(wanted)}")
        last = next(event.after for event in reversed(events) if getattr(event, "after", None) is not None)
        account = await _get(world, customer, "/account")
        told = account["credits_remaining"], account["credits_locked"], account["open_jobs"]
        if told != (last.paid_available + last.granted_available, last.paid_locked + last.granted_locked, 0):
            wrongs.append(f"{customer.name}'s balance is told as {told}, the chain has {last}")
        usage = await _get(world, customer, "/usage")
        if sum(row["credits"] for row in usage["rows"]) != wanted["charges"]:
            wrongs.append(f"{customer.name}'s usage is told as {usage['rows']}, charged were {wanted['charges']}")
    return wrongs


async def _get(world: World, customer: Customer, path: str) -> dict[str, Any]:
    said: dict[str, Any] = answered(await world.ask("GET", path, key=customer.manage), 200).json()
    return said


def wrongs_of_webhooks(world: World, truth: Truth) -> list[str]:
    """Each end of a job and each top-up was told, under one id, and nothing else was."""
    wrongs = [f"a webhook's signature is wrong: {each}" for each in world.receiver.invalid]
    for customer in world.customers:
        wanted: Counter[tuple[Any, ...]] = Counter()
        first = True
        for event in truth.of_account(customer.account):
            match event:
                case JobSettled() if event.is_final:
                    wanted["job.settled", _address(event), event.settled] += 1
                case JobRefunded():
                    wanted["job.refunded", _address(event), event.settled] += 1
                case CreditsPurchased() if first:
                    # That one came before the webhook.
                    first = False
                case CreditsPurchased() | CreditsGranted() | DepositsSynced():
                    wanted["topup.confirmed", event.credits, event.base_units] += 1
        told: Counter[tuple[Any, ...]] = Counter()
        for body in world.receiver.taken.get(customer.name, {}).values():
            data = body["data"]
            match body["type"]:
                case "job.settled" | "job.refunded":
                    told[body["type"], data["job"], data["charged"]] += 1
                case "topup.confirmed":
                    told[body["type"], data["credits"], data["base_units"]] += 1
        if told - wanted or wanted - told:
            wrongs.append(f"{customer.name}'s webhooks: too many {told - wanted}, missing {wanted - told}")
    return wrongs


def _address(event: JobSettled | JobRefunded) -> str:
    return str(job_address(Pubkey.from_string(str(event.credit_account)), event.id).address)
