"""Our own gateway, with all that it needs, as a target."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api_harness.gateway_house import gateway_house
from api_harness.gateway_world import LIMITS, Shop
from api_harness.people import new_customer, new_key
from api_harness.server import Server
from job_escrow.chain.requests import GetSlot

from conformance_harness.target import Account, Target

_LEAST_PURCHASE = 100


@dataclass(frozen=True)
class _Wallet:
    """A customer of ours: the account API has the balance."""

    key: str
    server: Server

    def balance(self) -> int:
        with self.server.http(self.key) as http:
            found: int = http.get("/account").raise_for_status().json()["credits_remaining"]
        return found


@contextmanager
def our_gateway(chain_url: str, folder: Path) -> Iterator[Target]:
    """Run it before the suite's upstream for the length of a block."""
    with gateway_house(chain_url, folder) as house:

        def new_account(units: int) -> Account:
            return _opened(house.world, units)

        yield Target(
            url=f"{house.gateway.url}/v1",
            model="metered",
            unit_price=1,
            upstream=house.upstream.url,
            new_account=new_account,
        )


def _opened(shop: Shop, credits: int) -> _Wallet:
    wallet = new_customer(shop.stage, 0)
    bought = max(credits, _LEAST_PURCHASE)
    wallet.open(LIMITS, buy=bought)
    if bought > credits:
        wallet.withdraw(bought - credits)
    slot = shop.stage.escrow.chain.answer(GetSlot())
    with shop.server.http() as http:
        key = new_key(http, wallet.side.signer)
    with shop.server.http(key) as http:
        # Until the index has all of it.
        while http.get("/account", params={"min_slot": slot}).status_code != 200:
            pass
    return _Wallet(key, shop.server)
