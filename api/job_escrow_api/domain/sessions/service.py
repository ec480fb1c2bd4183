"""Requests within sessions: admitted, settled and released; what a route of /v1/requests or /v1/sessions does."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import structlog
from job_escrow.chain import ChainError
from job_escrow.codec import Platform, Tier
from job_escrow.errors import EscrowError
from job_escrow.parties import AsyncOperator
from job_escrow.receipts.receipt import tiers_bytes, tiers_of
from solders.pubkey import Pubkey

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.adopted import asked_key
from job_escrow_api.domain.jobs.paces import JobPaces
from job_escrow_api.domain.jobs.prices import price_of_units
from job_escrow_api.domain.jobs.quotes import Quotes, require_quoted
from job_escrow_api.domain.keyed_lock import KeyedLock
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.domain.parties import Parties, why_not
from job_escrow_api.domain.places import Places
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import lifecycle
from job_escrow_api.domain.sessions.admission import Admission
from job_escrow_api.domain.sessions.comparison import Comparison
from job_escrow_api.domain.sessions.ending import Ending
from job_escrow_api.domain.sessions.opening import Opening
from job_escrow_api.domain.sessions.requests import RequestTerms, UnitsUsed
from job_escrow_api.domain.sessions.rows import RequestRow, SessionRow
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.settings import ApiSettings

_MOST_OPENED = 3
"""Sessions that are opened for one request before it is told to come again."""
MOST_WAITING, _MOST_WAITING_IN_ALL = 16, 512
"""Requests that wait for a session of one account, and of all, each with questions to the chain; ends likewise."""

_log = structlog.get_logger(__name__)


class RequestService:
    """Runs the requests of one platform within sessions that its operator's key opens."""

    def __init__(
        self,
        settings: ApiSettings,
        *,
        database: ApiDatabase,
        books: Books,
        store: SessionStore,
        parties: Parties,
        paces: JobPaces,
        chain: ChainAccess,
        opening: Opening,
        ending: Ending,
        comparison: Comparison,
        accounts: KeyedLock,
        quotes: Quotes,
    ) -> None:
        self._settings = settings
        self._database = database
        self._books = books
        self._store = store
        self._parties = parties
        self._paces = paces
        self._chain = chain
        self._opening = opening
        self._ending = ending
        self._comparison = comparison
        self._accounts = accounts
        self._quotes = quotes
        self._asked = KeyedLock()
        self._waiting = Places(of_a_name=MOST_WAITING, in_all=_MOST_WAITING_IN_ALL)
        self._being_ended = Places(of_a_name=MOST_WAITING, in_all=_MOST_WAITING_IN_ALL)

    async def admit(self, operator: Key, idempotency_key: str, terms: RequestTerms) -> RequestRow:
        """Reserve a request, or find the one that the same words reserved before.

        It waits for the chain only where no open session has room, and only so many do at once. Raises Refusal,
        EscrowError or ChainError.
        """
        signer, platform = await self._parties.operator(operator)
        async with self._asked.of((operator.wallet, idempotency_key)):
            # In its turn: the customer may revoke the key while this waits.
            customer = self._parties.customer(operator, terms.customer_key)
            body = msgspec.structs.replace(terms, customer_key=customer.id)
            sha256 = hashlib.sha256(msgspec.json.encode(body)).digest()
            found = self._store.by_idempotency_key(operator.wallet, idempotency_key)
            if found is not None:
                if found.request_sha256 != sha256:
                    raise Refusal(Kinds.UNPROCESSABLE, "This Idempotency-Key was used with another request.")
                # What the first one did is so, also where the customer has revoked the key since.
                return found
            if (reason := why_not(customer)) is not None:
                raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, reason)
            self._require_time(terms, platform)
            if platform.paused:
                raise Refusal(Kinds.CONFLICT, "The platform is paused: nothing new is locked on it.")

            await self._comparison.require()
            quoted = await self._quoted(terms, customer, platform)
            asked = _Asked(operator.wallet, customer, idempotency_key, terms, sha256, quoted)
            row = await self._store.admit(await self._wanted(asked, platform.tiers))
            if row is not None:
                return row
            address = self._settings.credit_account(customer.wallet_key, customer.namespace)
            with self._waiting.of(str(address)):
                async with self._accounts.of(str(address)):
                    return await self._admit_in_new(signer, platform, address, asked)

    async def settle(self, operator: Key, request: str, used: UnitsUsed) -> RequestRow:
        """Charge what a request has used, and make its receipt; also while the chain is away. Raises Refusal."""
        row = await self._known(operator, request)
        now = await self._chain.clock.without_asking()
        return await self._store.settle(row, used, now, self._parties.receipt_key(operator))

    async def release(self, operator: Key, request: str) -> RequestRow:
        """Let a request go: it costs nothing; also while the chain is away. Raises Refusal."""
        row = await self._known(operator, request)
        return await self._store.release(row, await self._chain.clock.without_asking())

    async def end_sessions(self, credit_account: str) -> list[SessionRow]:
        """Let an account's sessions admit nothing more; those that nothing runs in end now, the others when it is over.

        Raises Refusal.
        """
        platform = await self._chain.current.platform()
        rows = self._store.live(credit_account)
        for row in rows:
            await self._database.write(lifecycle.close, row.number, also_running=True)
        with self._being_ended.of(credit_account):
            for row in rows:
                try:
                    await self._ending.settle(self._parties.signing(platform), row, is_final=True)
                except (ChainError, EscrowError) as error:
                    # It is closing, and the keeper goes on.
                    _log.warning("session not ended yet", session=row.address, error=str(error))
        return [self._store.session(row.number) for row in rows]

    async def is_operator(self, key: Key) -> bool:
        """Whether a key is of the platform's operator, as the chain has it at this moment."""
        return await self._parties.is_operator(key)

    async def may_read_books(self, key: Key) -> bool:
        """Whether a key of the platform's operator, as the chain has it at this moment, reads the platform's books."""
        return await self._parties.is_operator(key, Scope.BOOKS)

    async def _admit_in_new(
        self, signer: AsyncOperator, platform: Platform, address: Pubkey, asked: "_Asked"
    ) -> RequestRow:
        tiers: Sequence[Tier] = platform.tiers
        for _ in range(_MOST_OPENED):
            # Somebody else may have opened one meanwhile; others may have used up the one that was opened here.
            wanted = await self._wanted(asked, tiers)
            row = await self._store.admit(wanted)
            if row is not None:
                return row
            session = await self._opening.open(signer, platform, address, needed=max(1, wanted.credits))
            # What it is priced by, even where the platform has changed its prices since it was read.
            tiers = tiers_of(session.tiers or b"")
            if session.tiers != wanted.tiers:
                self._chain.current.look_again()
        row = await self._store.admit(await self._wanted(asked, tiers))
        if row is not None:
            return row
        raise Refusal(Kinds.UNAVAILABLE, "Others were faster: ask again.", headers={"Retry-After": "1"})

    async def _wanted(self, asked: "_Asked", tiers: Sequence[Tier]) -> Admission:
        price = price_of_units(asked.terms, asked.terms.max_units, tiers, self._settings.preset)
        if asked.quoted is not None:
            require_quoted(asked.quoted, price)
        platform = str(self._settings.platform)
        return Admission(
            platform=platform,
            key=asked.customer,
            operator_wallet=asked.operator_wallet,
            idempotency_key=asked.idempotency_key,
            marked_key=asked_key(self._books.asked(platform, asked.operator_wallet, asked.idempotency_key)),
            terms=asked.terms,
            sha256=asked.sha256,
            tiers=tiers_bytes(tiers),
            tier=price.tier,
            tier_name=price.tier_name,
            credits=price.credits,
            now=await self._chain.clock.about(),
            end_seconds=self._settings.session_end_seconds,
        )

    async def _quoted(self, terms: RequestTerms, customer: Key, platform: Platform) -> int | None:
        """The credits that a request was quoted: asked when it comes, since a session to wait for may take longer."""
        if terms.quote is None:
            return None
        price = price_of_units(terms, terms.max_units, platform.tiers, self._settings.preset)
        now = await self._chain.clock.about()
        return self._quotes.require(terms.quote, price, customer.credit_account, now)

    async def _known(self, operator: Key, request: str) -> RequestRow:
        self._parties.require_operator(operator, await self._chain.current.last_known())
        self._paces.end(request)
        row = self._store.by_id(request)
        if row is None:
            raise Refusal(Kinds.NOT_FOUND, "This platform has no such request.")
        return row

    def _require_time(self, terms: RequestTerms, platform: Platform) -> None:
        """A request takes at most half of what a session lasts, so that a new one always has time for it."""
        lasts = min(self._settings.session_seconds, platform.max_job_seconds) - self._settings.session_end_seconds
        longest = max(0, lasts // 2)
        if terms.seconds > longest:
            raise Refusal(Kinds.REQUEST_TOO_LONG, f"A request within a session takes at most {longest} seconds here.")


@dataclass(frozen=True)
class _Asked:
    """A request as it was asked for."""

    operator_wallet: str
    customer: Key
    idempotency_key: str
    terms: RequestTerms
    sha256: bytes
    quoted: int | None
