"""Who is concerned where an operator locks a customer's credits: both by their keys, and the account on chain."""

from collections.abc import Callable

import structlog
from job_escrow.chain import run_async
from job_escrow.codec import CreditAccount, Platform
from job_escrow.flows import read
from job_escrow.parties import AsyncOperator
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.health.funds import Funds, read_funds
from job_escrow_api.domain.jobs.paces import JobPaces
from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.keys.token import parse_token
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.settings import ApiSettings

_log = structlog.get_logger(__name__)


class Parties:
    """The operator and the customers of one platform."""

    def __init__(self, settings: ApiSettings, keys: KeyStore, paces: JobPaces, chain: ChainAccess) -> None:
        self._settings = settings
        self._keys = keys
        self._paces = paces
        self._chain = chain

    async def is_operator(self, key: Key, scope: Scope = Scope.OPERATOR) -> bool:
        """Whether a key with a scope is of the platform's operator, as the chain has it at this moment."""
        return scope in key.scopes and str((await self._chain.current.platform()).operator) == key.wallet

    async def operator(self, key: Key) -> tuple[AsyncOperator, Platform]:
        """The operator that signs. Raises Refusal where this key or this server is not of it."""
        platform = await self._chain.current.platform()
        self.require_operator(key, platform)
        return self.signing(platform), platform

    def require_operator(self, key: Key, platform: Platform) -> None:
        """Raises Refusal where a key is not of the platform's operator."""
        if str(platform.operator) != key.wallet:
            self._paces.stranger(key.id)
            raise Refusal(Kinds.FORBIDDEN, "The key's wallet is not the platform's operator (any more).")

    def signing(self, platform: Platform) -> AsyncOperator:
        """The operator, with the server's key. Raises Refusal where the server has none, or another's."""
        signer = self._settings.operator
        if signer is None or signer.pubkey() != platform.operator:
            raise Refusal(Kinds.UNAVAILABLE, "This server was started without the operator's key (--operator).")
        return self._chain.escrow.operator(signer, self._settings.platform)

    def receipt_key(self, operator: Key) -> Keypair | None:
        """What signs receipts for an operator: its key in this process; None where it is elsewhere, or another's.

        A receipt is made while others wait to write, so that nobody is asked over a network for its signature.
        """
        signer = self._settings.operator
        return signer if isinstance(signer, Keypair) and str(signer.pubkey()) == operator.wallet else None

    def customer(self, operator: Key, text: str) -> Key:
        """The customer's key, usable or not, whose lock or request is counted. Raises Refusal where there is none."""
        token = parse_token(text)
        key = None if token is None else self._keys.verify(token)
        if key is None:
            self._paces.stranger(operator.id)
            raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, "There is no such customer key on this platform.")
        self._paces.lock(key.id)
        return key

    async def account(self, address: Pubkey) -> tuple[CreditAccount | None, int]:
        """A credit account, and the chain's time that its lots expire by."""
        return await run_async(read.credit_account_now(address, self._settings.program_id), self._chain.escrow.chain)

    async def unfunded(self, suffices: Callable[[Funds], bool]) -> Refusal | None:
        """The answer where the operator's SOL explains what the chain refused."""
        operator = self._settings.operator
        funds = None if operator is None else await read_funds(self._chain.rpc, operator.pubkey())
        if operator is None or funds is None or suffices(funds):
            return None
        _log.error("the operator has too little SOL", operator=str(operator.pubkey()), lamports=funds.lamports)
        detail = (
            f"The operator {operator.pubkey()} has {funds.lamports:,} lamports; fees and rent of a job are "
            f"{funds.of_a_job:,} more than the {funds.kept:,} that it keeps."
        )
        return Refusal(Kinds.OPERATOR_UNFUNDED, detail, headers={"Retry-After": "60"})


def why_not(customer: Key) -> str | None:
    """Why a key pays for nothing new; None where it does."""
    if not customer.usable:
        return "The customer's key was revoked or has expired."
    if Scope.SPEND not in customer.scopes:
        return "The customer's key has not the scope 'spend'."
    return None
