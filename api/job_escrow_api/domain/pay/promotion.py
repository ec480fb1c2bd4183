"""What the platform's promotion account can still pay for: a pack whose bonus it cannot pay is not sold."""

from job_escrow.chain.requests import GetAccounts
from job_escrow.codec import Pack, PackExpected, Platform
from job_escrow.escrow import AsyncEscrow
from job_escrow.flows.read import promotion_of
from job_escrow.tokens import token_account_or_none
from solders.token.state import TokenAccountState

from job_escrow_api.domain.chain_access import CurrentPlatform
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.shared import Shared


class Promotion:
    """The promotion account of the platform, read again when it is older than so many seconds."""

    def __init__(self, escrow: AsyncEscrow, current: CurrentPlatform, seconds: float) -> None:
        self._escrow = escrow
        self._current = current
        self._held = Shared(self._read, seconds)

    async def affordable(self, platform: Platform, pack: Pack) -> int | None:
        """How many of a pack it can pay the bonus of; None: the pack has no bonus. Raises ChainError."""
        if not pack.bonus_credits:
            return None
        return await self._held.value() // (pack.bonus_credits * platform.base_units_per_credit)

    async def require(self, platform: Platform, pack: PackExpected) -> None:
        """Raises Refusal where it cannot pay a pack's bonus, and ChainError."""
        needed = pack.bonus_credits * platform.base_units_per_credit
        if needed and await self._held.value() < needed:
            # It may have been funded just now: nobody is refused for what was so a few seconds ago.
            self._held.look_again()
            held = await self._held.value()
            if held < needed:
                detail = (
                    f"The bonus of {pack.bonus_credits:,} credits costs {needed:,} base units, and it has {held:,}."
                )
                raise Refusal(Kinds.PROMOTION_EMPTY, detail)

    async def _read(self) -> int:
        """Base units that it can pay: none where there is no such account, or its issuer has frozen it."""
        address = promotion_of(await self._current.platform())
        if address is None:
            return 0
        (info,) = await self._escrow.chain.answer(GetAccounts([address]))
        found = token_account_or_none(info)
        return 0 if found is None or found.state == TokenAccountState.Frozen else found.amount
