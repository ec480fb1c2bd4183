"""The first minutes of a run: a platform, its customers with credits, their keys and webhooks."""

import asyncio
import contextlib
from typing import Any

from job_escrow import LimitsArgs, platform_address
from job_escrow.escrow import AsyncEscrow
from job_escrow.presets import read_preset
from job_escrow.tokens import USDC_MINT
from job_escrow_indexer.store.database import read_only
from job_escrow_indexer.store.progress import Progress
from solders.keypair import Keypair

from simulation.journal import ApiKey, Customer
from simulation.world import World, answered, keypair_of

_PRESET = """
name = "simulated"
description = "A credit for each token"
base_units_per_credit = 10_000
min_purchase = 1
max_job_seconds = 604_800
notice_seconds = 604_800
payee_notice_seconds = 86_400
fee_bps = 0
models = [{ id = "metered", tier = "metered" }]
mints = [{ symbol = "USDC", decimals = 6 }]
suggested_limits = { credits_per_job = 2_000, credits_per_period = 1_000_000, period_seconds = 86_400 }
tiers = [
    { name = "metered", flat_credits = 1, included_units = 1, rate_credits = 1, rate_units = 1, unit = "output-token" },
]
"""
_LIMITS = LimitsArgs(
    credits_per_job=2_000,
    credits_per_session=300,
    credits_per_period=1_000_000,
    period_seconds=86_400,
    quoted_allowed=True,
)
_CUSTOMERS = ("ada", "bo", "cy")
_CREDITS = 20_000
FUNDED = 2_000_000_000
"""Base units that everybody begins with."""
BASE_UNITS = 10_000
"""Of a credit."""
_OLD_SECONDS = 300
_ATTEMPTS = 200
_BUDGET = 60
"""Credits a month of a customer's second key."""


async def open_world(world: World) -> None:
    """Set all up, while nothing goes wrong yet."""
    admin = keypair_of(world.seed, "admin")
    terms = read_preset(_PRESET).platform_terms(
        operator=world.operator.pubkey(), treasury_owner=admin.pubkey(), mint=USDC_MINT
    )
    world.platform = platform_address(admin.pubkey(), terms.name)
    for key in (admin, world.operator, world.keeper):
        world.chain.fund(key.pubkey(), base_units=FUNDED)
    escrow = AsyncEscrow.connect(world.chain.url)
    await escrow.create_platform(admin, terms)
    await asyncio.gather(*(_open_account(world, escrow, name) for name in _CUSTOMERS))
    await escrow.close()
    # What is stored anew is news to a webhook that is hardly younger, and these purchases are not to be: old they are
    # before a server has looked at the chain's clock, which is ten times as fast as what a server counts by.
    world.clocks.skip(_OLD_SECONDS)
    for name in world.names:
        await world.start(name)
    world.operator_key = await _new_key(world, world.operator, ["operator"])
    await _first_purchases_are_told(world)
    await asyncio.gather(*(_sign_up(world, customer) for customer in world.customers))


async def _open_account(world: World, escrow: AsyncEscrow, name: str) -> None:
    keypair = keypair_of(world.seed, name)
    world.chain.fund(keypair.pubkey(), base_units=FUNDED)
    wallet = escrow.wallet(keypair, world.platform)
    world.customers.append(Customer(name, keypair, str(wallet.address)))
    await wallet.open(_LIMITS, buy=_CREDITS)


async def _first_purchases_are_told(world: World) -> None:
    """To nobody, since no webhook is there yet."""
    wanted = world.chain.last_event_slot()
    for _ in range(_ATTEMPTS):
        db = read_only(world.database)
        with contextlib.closing(db.conn):
            progress = Progress.read(db)
            (untold,) = db.execute("SELECT count(*) FROM api_outbox").fetchone()
        if progress is not None and progress.tip_slot >= wanted and not untold:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the first purchases were not indexed")


async def _sign_up(world: World, customer: Customer) -> None:
    customer.manage = await _new_key(world, customer.keypair, ["read", "manage"])
    for budget in (10**6, _BUDGET, 10**6):
        text = await _new_key(world, customer.keypair, ["read", "spend"], monthly_budget=budget)
        customer.keys.append(ApiKey(text.split("_")[1], text, customer, budget))
    body = {"url": f"{world.receiver.url}/{customer.name}", "thresholds": [_CREDITS - 200, 5]}
    made = answered(await world.ask("POST", "/webhooks", key=customer.manage, json=body), 201).json()
    world.receiver.secrets[customer.name] = made["secret"]


async def _new_key(world: World, wallet: Keypair, scopes: list[str], **terms: Any) -> str:
    asked: dict[str, Any] = {"wallet": str(wallet.pubkey()), "name": "simulated", "scopes": scopes, **terms}
    for _ in range(_ATTEMPTS):
        said = answered(await world.ask("POST", "/keys/challenges", json=asked), 200).json()
        signature = str(wallet.sign_message(said["message"].encode()))
        proof = {"nonce": said["nonce"], "issued_at": said["issued_at"], "signature": signature}
        made = answered(await world.ask("POST", "/keys", json=asked | proof))
        if made.status_code == 201:
            text: str = made.json()["key"]
            return text
        await asyncio.sleep(0.05)
    raise AssertionError(f"no key was made: {made.text}")
