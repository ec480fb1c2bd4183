"""What a wallet asks a transaction for: to buy, to withdraw, to set limits. It pays the fee and signs alone."""

from dataclasses import dataclass

from job_escrow.addresses import token_address, vault_address
from job_escrow.chain.requests import GetAccounts
from job_escrow.codec import CreditAccount, LimitsArgs, PackExpected, Platform, instructions
from job_escrow.escrow import AsyncEscrow
from job_escrow.flows.wallet import is_lowered
from job_escrow.tokens import create_token_account, token_amount
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.pay.buying import expected_pack, purchase_step
from job_escrow_api.domain.pay.opening import opening
from job_escrow_api.domain.pay.unsigned import UnsignedTransaction, unsigned
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class OfWallet:
    """The wallet of a key or of the page's session, and its account as the chain has it; None: it is not open.

    Every transaction carries the account's next sequence number: of two that were asked for at the same time only one
    can land.
    """

    settings: ApiSettings
    escrow: AsyncEscrow
    platform: Platform
    wallet: Pubkey
    namespace: bytes
    address: Pubkey
    account: CreditAccount | None

    async def purchase(self, what: int | PackExpected, limits: LimitsArgs | None) -> UnsignedTransaction:
        """Buy so many credits, or a pack as the buyer saw it; opens the account first where it is not open.

        Raises Refusal: limits are missing or too many, the pack has another price or less bonus by now, or it would
        fail; and ChainError.
        """
        await self._require_tokens(what if isinstance(what, int) else what.credits)
        steps: list[Instruction] = []
        if self.account is None:
            if limits is None:
                raise Refusal(Kinds.CONFLICT, "The account is not open yet: say with which limits it is to open.")
            steps = opening(
                self.settings,
                wallet=self.wallet,
                account=self.address,
                mint=self.platform.mint,
                namespace=self.namespace,
                limits=limits,
            )
        elif limits is not None:
            raise Refusal(Kinds.CONFLICT, "The account is open already: its limits are changed by themselves.")
        # 0 stands for the first sequence number of an account.
        sequence = 0 if self.account is None else self.account.sequence + 1
        steps.append(self._purchase(what, sequence))
        return await self._unsigned(steps)

    async def withdraw(self, credits: int | None) -> UnsignedTransaction:
        """Pay so many credits out to the wallet's associated token account, None: all that can be.

        Raises Refusal and ChainError.
        """
        account = self._open_account()
        return await self._unsigned(
            [
                create_token_account(payer=self.wallet, owner=self.wallet, mint=self.platform.mint),
                instructions.withdraw(
                    wallet=self.wallet,
                    credit_account=self.address,
                    vault=self._vault,
                    destination=token_address(self.wallet, self.platform.mint),
                    credits=credits,
                    sequence=account.sequence + 1,
                    program_id=self.settings.program_id,
                ),
            ]
        )

    async def set_limits(self, limits: LimitsArgs) -> UnsignedTransaction:
        """Change what the operator may lock. Raises Refusal and ChainError."""
        account = self._open_account()
        # What allows less needs no number, and counts from when it lands.
        sequence = 0 if is_lowered(account.limits, limits) else account.sequence + 1
        return await self._unsigned(
            [
                instructions.set_limits(
                    wallet=self.wallet,
                    credit_account=self.address,
                    limits=limits,
                    sequence=sequence,
                    program_id=self.settings.program_id,
                )
            ]
        )

    async def _require_tokens(self, credits: int) -> None:
        """In words that a wallet's owner understands: the chain's own are about accounts. Raises Refusal."""
        mint, needed = self.platform.mint, credits * self.platform.base_units_per_credit
        (found,) = await self.escrow.chain.answer(GetAccounts([token_address(self.wallet, mint)]))
        held = token_amount(found)
        if held < needed:
            currency = self.settings.currency(self.platform)
            detail = (
                f"The wallet holds {currency.text(held)}, and this costs {currency.text(needed)}: "
                f"send it more of it first (mint {mint})."
            )
            raise Refusal(Kinds.UNPROCESSABLE, detail)

    @property
    def _vault(self) -> Pubkey:
        return vault_address(self.address, self.platform.mint).address

    def _open_account(self) -> CreditAccount:
        if self.account is None:
            raise Refusal(Kinds.NOT_FOUND, "The account is not open: buy credits first.")
        return self.account

    def _purchase(self, what: int | PackExpected, sequence: int) -> Instruction:
        if isinstance(what, PackExpected):
            what = expected_pack(self.platform, what.index, credits=what.credits, bonus=what.bonus_credits)
        return purchase_step(
            self.settings,
            self.platform,
            payer=self.wallet,
            credit_account=self.address,
            what=what,
            sequence=sequence,
        )

    async def _unsigned(self, steps: list[Instruction]) -> UnsignedTransaction:
        return await unsigned(self.escrow, self.settings.program_id, steps, self.wallet)


async def of_wallet(settings: ApiSettings, escrow: AsyncEscrow, platform: Platform, key: Key) -> OfWallet:
    """The wallet that a key is of, with its account. Raises ChainError."""
    address = settings.credit_account(key.wallet_key, key.namespace)
    return OfWallet(
        settings=settings,
        escrow=escrow,
        platform=platform,
        wallet=key.wallet_key,
        namespace=key.namespace,
        address=address,
        account=await escrow.credit_account(address),
    )
