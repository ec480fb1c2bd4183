"""What customers and the operator do by themselves: purchases, withdrawals, grants, revocations, looking things up."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from job_escrow.chain import ChainError
from job_escrow.errors import EscrowError, Refused
from solders.pubkey import Pubkey

from simulation.journal import Customer
from simulation.world import World

Answer = TypeVar("Answer")
_GRANT_SECONDS = 20


class People:
    """They act now and then, each thing to its end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = world.journal
        self.dice = Random(f"people {world.seed}")
        self.escrow = world.escrow("people")
        self.stops = False

    async def live(self, customer: Customer) -> None:
        """One customer's day, until it is told to stop."""
        doings: tuple[Callable[[Customer], Awaitable[None]], ...] = (
            self._buy,
            self._withdraw,
            self._be_granted,
            self._revoke,
            self._look,
        )
        while not self.stops:
            await self.dice.choice(doings)(customer)
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))

    async def _buy(self, customer: Customer) -> None:
        wallet = self.escrow.wallet(customer.keypair, self.world.platform)
        credits = self.dice.randint(1, 50)
        sequence = await self._until_done("sequence", wallet.next_sequence)
        self.journal.purchases[customer.account, sequence] = credits
        await self._until_done("purchase", lambda: wallet.purchase(credits, sequence=sequence))
        self.journal.happened["customer: bought"] += 1

    async def _withdraw(self, customer: Customer) -> None:
        wallet = self.escrow.wallet(customer.keypair, self.world.platform)
        credits = self.dice.randint(1, 30)
        sequence = await self._until_done("sequence", wallet.next_sequence)
        self.journal.withdrawals[customer.account, sequence] = credits
        await self._until_done("withdrawal", lambda: wallet.withdraw(credits, sequence=sequence))
        self.journal.happened["customer: withdrew"] += 1

    async def _be_granted(self, customer: Customer) -> None:
        operator = self.escrow.operator(self.world.operator, self.world.platform)
        account = Pubkey.from_string(customer.account)
        credits = self.dice.randint(1, 9)
        expires_at = self.world.chain.now + _GRANT_SECONDS
        grant_id = await self._until_done("grant's number", lambda: operator.next_grant_id(account))
        try:
            await self._until_done(
                "grant",
                lambda: operator.grant(account, credits, expires_at=expires_at, grant_id=grant_id),
                may_be_refused=True,
            )
        except Refused as refused:
            # A lock may have taken its number, or all lots are in use, or it took too long.
            self.journal.happened[f"grant: {refused.refusal.__name__}"] += 1
        else:
            self.journal.grants[customer.account, grant_id] = credits
            self.journal.happened["customer: was granted"] += 1

    async def _revoke(self, customer: Customer) -> None:
        key = customer.keys[-1]
        if key.is_revoked:
            return
        answer = await self.world.ask("DELETE", f"/keys/{key.id}", key=customer.manage)
        if answer is not None and answer.status_code == 200:
            key.is_revoked, key.revoked_order = True, self.journal.next_order()
            self.journal.happened["customer: revoked a key"] += 1

    async def _look(self, customer: Customer) -> None:
        path = self.dice.choice(("/account", "/usage", "/statements/2040-01", "/jobs", "/keys", "/webhooks"))
        answer = await self.world.ask("GET", path, key=customer.manage, patient=False)
        if answer is not None:
            self.journal.happened[f"look: {answer.status_code}"] += 1

    async def _until_done(
        self, what: str, work: Callable[[], Awaitable[Answer]], *, may_be_refused: bool = False
    ) -> Answer:
        """Repeat what failed for no reason of its own: everything here may be repeated."""
        while True:
            try:
                self.world.waits[what] = "under way"
                answer = await work()
            except (EscrowError, ChainError) as error:
                if isinstance(error, Refused) and may_be_refused:
                    raise
                # A node that lags may refuse what it has just landed.
                self.journal.happened[f"customer: {type(error).__name__}"] += 1
                self.world.waits[what] = repr(error)[:300]
            else:
                self.world.waits.pop(what, None)
                return answer
            await asyncio.sleep(0.05)
