"""Transactions that a server makes which has been taken over: each is near what was asked for, and is another."""

import base64
from collections.abc import Iterator
from typing import Any

from escrow_harness.stage import Stage
from job_escrow import LimitsArgs, credit_address, token_address
from job_escrow.addresses import DEFAULT_NAMESPACE, vault_address
from job_escrow.codec import instructions
from job_escrow.tokens import USDC_MINT, create_token_account, transfer
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams
from solders.system_program import transfer as transfer_sol
from solders.transaction import Transaction

MORE = LimitsArgs(
    credits_per_job=4_000_000,
    credits_per_session=4_000_000,
    credits_per_period=4_000_000,
    period_seconds=60,
    quoted_allowed=True,
)


class Forger:
    """Makes them for a wallet whose account is open; `thief` is who gains."""

    def __init__(self, stage: Stage, wallet: Pubkey, limits: LimitsArgs) -> None:
        self._platform = stage.platform
        self._wallet = wallet
        self._limits = limits
        self._thief = Keypair().pubkey()
        self._account = credit_address(stage.platform, wallet)
        self._thiefs_account = credit_address(stage.platform, self._thief)

    def purchase(self, sequence: int) -> dict[str, Any]:
        """The right one, with another number."""
        return self._answer(self._purchase(sequence=sequence))

    def purchases(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """In place of a purchase of 1,000 credits: a name, and what the server answers."""
        right = self._purchase()
        yield "of other credits", self._answer(self._purchase(credits=9_000))
        yield "for another account", self._answer(self._purchase(account=self._thiefs_account))
        yield "from another token account", self._answer(self._purchase(source=token_address(self._thief, USDC_MINT)))
        yield "that can be sent twice", self._answer(self._purchase(sequence=0))
        yield (
            "by another program",
            self._answer(Instruction(Keypair().pubkey(), bytes(right.data), list(right.accounts))),
        )
        yield (
            "with tokens for the thief",
            self._answer(
                right,
                transfer(
                    source=token_address(self._wallet, USDC_MINT),
                    destination=token_address(self._thief, USDC_MINT),
                    owner=self._wallet,
                    base_units=1,
                ),
            ),
        )
        yield (
            "after SOL for the thief",
            self._answer(
                transfer_sol(TransferParams(from_pubkey=self._wallet, to_pubkey=self._thief, lamports=1)), right
            ),
        )
        yield "that raises the limits", self._answer(right, self._set_limits(MORE))
        yield (
            "with one more account",
            self._answer(
                Instruction(
                    right.program_id,
                    bytes(right.data),
                    [*right.accounts, AccountMeta(self._thief, is_signer=False, is_writable=True)],
                )
            ),
        )
        yield "that is a withdrawal", self._answer(self._withdraw(self._wallet))
        yield "whose fee another pays", self._answer(right, payer=self._thief)
        yield "without instructions", self._answer()
        yield "that is cut off", {**self._answer(right), "transaction": self._answer(right)["transaction"][:-8]}
        yield "that is nothing", {**self._answer(right), "transaction": "AAAA"}

    def withdrawals(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """In place of a withdrawal of 100 credits."""
        own = create_token_account(payer=self._wallet, owner=self._wallet, mint=USDC_MINT)
        yield (
            "to the thief",
            self._answer(
                create_token_account(payer=self._wallet, owner=self._thief, mint=USDC_MINT),
                self._withdraw(self._thief),
            ),
        )
        yield "to the thief by its instruction alone", self._answer(own, self._withdraw(self._thief))
        yield "of all", self._answer(own, self._withdraw(self._wallet, credits=None))
        yield "that can be sent twice", self._answer(own, self._withdraw(self._wallet, sequence=0))

    def limits(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """In place of lower limits."""
        yield "higher", self._answer(self._set_limits(MORE))
        yield "of another account", self._answer(self._set_limits(self._limits, account=self._thiefs_account))

    def _answer(self, *steps: Instruction, payer: Pubkey | None = None) -> dict[str, Any]:
        message = Message.new_with_blockhash(list(steps), payer or self._wallet, Hash.new_unique())
        made = base64.b64encode(bytes(Transaction.new_unsigned(message))).decode()
        return {"transaction": made, "last_valid_block_height": 1_000_000}

    def _purchase(
        self, *, credits: int = 1_000, account: Pubkey | None = None, source: Pubkey | None = None, sequence: int = 7
    ) -> Instruction:
        whose = account or self._account
        return instructions.purchase(
            payer=self._wallet,
            source=source or token_address(self._wallet, USDC_MINT),
            platform=self._platform,
            credit_account=whose,
            vault=vault_address(whose, USDC_MINT).address,
            credits=credits,
            sequence=sequence,
        )

    def _withdraw(self, owner: Pubkey, *, credits: int | None = 100, sequence: int = 7) -> Instruction:
        return instructions.withdraw(
            wallet=self._wallet,
            credit_account=self._account,
            vault=vault_address(self._account, USDC_MINT).address,
            destination=token_address(owner, USDC_MINT),
            credits=credits,
            sequence=sequence,
        )

    def _set_limits(self, limits: LimitsArgs, account: Pubkey | None = None) -> Instruction:
        return instructions.set_limits(
            wallet=self._wallet, credit_account=account or self._account, limits=limits, sequence=0
        )

    def openings(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """In place of opening an account with these limits and buying 1,000 credits."""
        yield "with higher limits", self._answer(*self._open(MORE))
        yield "in another namespace", self._answer(*self._open(self._limits, namespace=b"thief".ljust(16, b"\0")))
        yield "of other credits", self._answer(*self._open(self._limits, credits=9_000))

    def _open(
        self, limits: LimitsArgs, *, namespace: bytes = DEFAULT_NAMESPACE, credits: int = 1_000
    ) -> list[Instruction]:
        account = credit_address(self._platform, self._wallet, namespace)
        vault = vault_address(account, USDC_MINT)
        return [
            create_token_account(payer=self._wallet, owner=account, mint=USDC_MINT),
            instructions.open(
                wallet=self._wallet,
                payer=self._wallet,
                platform=self._platform,
                credit_account=account,
                vault=vault.address,
                namespace=namespace,
                limits=limits,
                vault_bump=vault.bump,
            ),
            self._purchase(credits=credits, account=account, sequence=0),
        ]
