"""Locking, settling and refunding, so that a repeat, a crash or a lost answer never charges twice.

A job's row, with the id that it will have on chain, is committed before anything is sent. Whatever happens then, the
same request finds the row again and goes on with the same id, which the program accepts once.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from job_escrow.addresses import job_address
from job_escrow.chain import ChainError
from job_escrow.codec import JobLocked, JobRefunded, JobSettled, Platform
from job_escrow.codec import errors as program
from job_escrow.errors import EscrowError, JobEnded, NotFound, Refused, TransactionExpired, TransactionFailed
from job_escrow.escrow import AsyncEscrow
from job_escrow.flows.locking import LockTerms
from job_escrow.parties import AsyncOperator
from job_escrow.transactions import Receipt

from job_escrow_indexer.api.duties import Duty
from job_escrow_indexer.api.jobs.outcome import ending, outcome
from job_escrow_indexer.api.jobs.prices import lock_price, settle_amount
from job_escrow_indexer.api.jobs.refusals import insufficient_credits, refusal_of, spendable
from job_escrow_indexer.api.jobs.requests import LockRequest, SettleRequest
from job_escrow_indexer.api.jobs.store import JobRow, JobStore, Reservation
from job_escrow_indexer.api.keys.store import Key, KeyStore
from job_escrow_indexer.api.keys.terms import Scope
from job_escrow_indexer.api.keys.token import parse_token
from job_escrow_indexer.api.problems import Kinds, Refusal
from job_escrow_indexer.api.settings import ApiSettings
from job_escrow_indexer.api.turns import Turns

_SWEEP_SECONDS = 5
# Longer than a blockhash lives: what has not landed by then never will.
_LANDING_SECONDS = 300
_CLOCKS_DIFFER_SECONDS = 30
_NOT_SEEN = "The node has not seen the job yet."
_SOON = {"Retry-After": "1"}

_log = structlog.get_logger(__name__)


class JobService:
    """Runs the jobs of one platform with its operator's key."""

    def __init__(
        self,
        settings: ApiSettings,
        keys: KeyStore,
        store: JobStore,
        escrow: AsyncEscrow,
        platform: Callable[[], Awaitable[Platform]],
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._store = store
        self._escrow = escrow
        self._platform = platform
        self.duty = Duty("The sweeps of jobs")
        self._turns = Turns()

    async def lock(self, operator: Key, idempotency_key: str, request: LockRequest) -> JobRow:
        """Lock a job, or find the one that the same request locked before. Raises Refusal or EscrowError."""
        signer, platform = await self._operator(operator)
        async with self._turns.of((operator.wallet, idempotency_key)):
            # In its turn: the customer may revoke the key while this waits.
            customer = self._customer(request.customer_key)
            body = msgspec.structs.replace(request, customer_key=customer.id)
            sha256 = hashlib.sha256(msgspec.json.encode(body)).digest()
            found = self._store.by_idempotency_key(operator.wallet, idempotency_key)
            if found is not None and found.status != "failed":
                if found.request_sha256 != sha256:
                    raise Refusal(Kinds.UNPROCESSABLE, "This Idempotency-Key was used with another request.")
                return await self._lock_again(signer, platform, found) if found.status == "locking" else found
            row = await self._reserve(operator, customer, idempotency_key, request, sha256, platform)
            return await self._lock_first(signer, platform, row)

    async def settle(self, operator: Key, address: str, request: SettleRequest) -> JobRow:
        """Charge what a job has used so far. Raises Refusal, EscrowError or ChainError."""
        signer, platform = await self._operator(operator)
        async with self._turns.of(address):
            row = await self._known(address)
            amount, lines = settle_amount(request, tiered=row.tier is not None, platform=platform)
            if row.is_open:
                row = await self._settle(signer, row, amount, final=request.final)
                if lines and (row.is_open or row.settled_amount == amount):
                    row = await self._store.update(row.number, components=msgspec.json.encode(lines).decode())
            if row.is_open or (row.status == "settled" and row.settled_amount == amount):
                return row
            raise Refusal(Kinds.CONFLICT, f"The job has ended already: {row.status}, {row.charged} credits charged.")

    async def refund(self, operator: Key, address: str) -> JobRow:
        """Give back all that a job holds. Raises Refusal, EscrowError or ChainError."""
        signer, _ = await self._operator(operator)
        async with self._turns.of(address):
            row = await self._known(address)
            if row.is_open:
                row = await self._refund(signer, row)
            if row.is_open:
                raise Refusal(Kinds.UNAVAILABLE, _NOT_SEEN, headers=_SOON)
            if row.status != "refunded":
                raise Refusal(Kinds.CONFLICT, f"The job was settled already: {row.charged} credits charged.")
            return row

    async def credits_of(self, row: JobRow) -> int | None:
        """Credits that the job's account can spend now, as the chain has it."""
        account = await self._escrow.credit_account(row.account)
        return None if account is None else spendable(account)

    async def sweep(self) -> None:
        """For ever: find out what became of locks that nobody awaits, and refund jobs whose time is over (D10)."""
        first = True
        while True:
            try:
                await self.sweep_once(everything=first)
                first = False
                self.duty.tell(None)
            except Exception as error:
                _log.exception("jobs not swept")
                self.duty.tell(error)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def sweep_once(self, *, everything: bool) -> None:
        """Look once after each job that waits for it; with `everything` after fresh locks too."""
        for row in self._store.open_jobs(due_by=int(time.time())):
            if everything or row.status == "locked" or _has_expired(row):
                try:
                    async with self._turns.of(row.address):
                        await self._sweep(row)
                except (ChainError, EscrowError, Refusal) as error:
                    _log.warning("job not swept", job=row.address, error=str(error))
                except Exception:
                    _log.exception("job not swept", job=row.address)

    async def _sweep(self, row: JobRow) -> None:
        # Whoever had the turn before may have sent it again.
        row = self._store.existing(row.number)
        if not row.is_open:
            return
        # Before the look, so that nothing lands between the two.
        expired = _has_expired(row)
        row = await self._look(row)
        if row.status == "locking" and expired:
            await self._store.update(row.number, status="failed")
        # Anybody may refund now; the server has lamports for the fee only as the operator.
        elif row.status == "locked" and (row.deadline or 0) <= time.time() and self._settings.operator is not None:
            await self._refund(self._escrow.operator(self._settings.operator, self._settings.platform), row)

    async def _reserve(
        self,
        operator: Key,
        customer: Key,
        idempotency_key: str,
        request: LockRequest,
        sha256: bytes,
        platform: Platform,
    ) -> JobRow:
        price = lock_price(request, platform, self._settings.preset)
        address = self._settings.credit_account(customer.wallet_key, customer.namespace)
        account = await self._escrow.credit_account(address)
        if account is None:
            raise Refusal(
                Kinds.CONFLICT, f"The credit account {address} was closed: ask the customer to open it again."
            )
        if spendable(account) < price.credits:
            raise insufficient_credits(self._settings, account, platform, price.credits)
        return await self._store.reserve(
            Reservation(
                key=customer,
                operator_wallet=operator.wallet,
                idempotency_key=idempotency_key,
                request=request,
                request_sha256=sha256,
                price=price,
                max_credits=min(price.credits, request.max_credits or price.credits),
                highest=account.job_ids.highest,
                address_of=lambda job_id: str(job_address(address, job_id, self._settings.program_id).address),
            )
        )

    async def _lock_first(self, signer: AsyncOperator, platform: Platform, row: JobRow) -> JobRow:
        async with self._turns.of(row.address):
            row = await self._store.update(row.number, sent_at=int(time.time()))
            try:
                receipt = await signer.lock(row.account, _terms(row))
            except (TransactionFailed, TransactionExpired) as error:
                # Nothing of this row was sent before: what failed now has failed for good, and its id is free again.
                await self._store.update(row.number, status="failed")
                raise await self._explained(error, row, platform) from error
            return await self._locked(row, receipt)

    async def _lock_again(self, signer: AsyncOperator, platform: Platform, row: JobRow) -> JobRow:
        """Go on with a lock that may have landed, may still land, or was never sent."""
        async with self._turns.of(row.address):
            row = await self._look(row)
            if row.status == "locking":
                row = await self._store.update(row.number, sent_at=int(time.time()))
                try:
                    receipt = await signer.lock(row.account, _terms(row))
                except TransactionFailed as error:
                    row = await self._look(row)
                    if row.status == "locking":
                        raise await self._explained(error, row, platform) from error
                else:
                    return await self._locked(row, receipt)
            if row.status == "failed":
                raise Refusal(Kinds.CONFLICT, "The lock never landed: ask again, it is safe.")
            return row

    async def _locked(self, row: JobRow, receipt: Receipt) -> JobRow:
        event = next(each for each in receipt.events if isinstance(each, JobLocked))
        return await self._store.update(
            row.number,
            status="locked",
            credits=event.credits,
            deadline=event.deadline,
            lock_signature=str(receipt.signature),
        )

    async def _settle(self, signer: AsyncOperator, row: JobRow, amount: int, *, final: bool) -> JobRow:
        try:
            receipt = await signer.settle(row.account, row.job_id, amount, is_final=final)
        except Refused as error:
            raise refusal_of(error) from error
        except JobEnded as error:
            return await self._store.update(row.number, **ending(error))
        except NotFound as error:
            row = await self._look(row)
            if row.is_open:
                raise Refusal(Kinds.UNAVAILABLE, _NOT_SEEN, headers=_SOON) from error
            return row
        event = next(each for each in receipt.events if isinstance(each, JobSettled))
        values: dict[str, object] = {"charged": event.settled, "settled_amount": amount}
        if event.is_final:
            values |= {"status": "settled", "ended_at": event.at, "end_signature": str(receipt.signature)}
        return await self._store.update(row.number, **values)

    async def _refund(self, signer: AsyncOperator, row: JobRow) -> JobRow:
        try:
            receipt = await signer.refund(row.account, row.job_id)
        except Refused as error:
            raise refusal_of(error) from error
        except NotFound:
            return await self._look(row)
        event = next(each for each in receipt.events if isinstance(each, JobRefunded))
        return await self._store.update(
            row.number,
            status="refunded",
            charged=event.settled,
            ended_at=event.at,
            end_signature=str(receipt.signature),
        )

    async def _known(self, address: str) -> JobRow:
        """The row of a job that has landed. Raises Refusal."""
        row = self._store.by_address(address)
        if row is None:
            raise Refusal(Kinds.NOT_FOUND, "This platform has no such job.")
        # A stranger can end it only after its deadline.
        if row.status == "locking" or (row.is_open and (row.deadline or 0) < time.time() + _CLOCKS_DIFFER_SECONDS):
            row = await self._look(row)
        if row.status in ("locking", "failed"):
            raise Refusal(Kinds.CONFLICT, "The job is not locked: repeat its POST with the same Idempotency-Key.")
        return row

    async def _look(self, row: JobRow) -> JobRow:
        values = await outcome(self._escrow, row, self._store.happened)
        return row if values is None else await self._store.update(row.number, **values)

    async def _explained(self, error: EscrowError, row: JobRow, platform: Platform) -> Exception:
        if not isinstance(error, Refused):
            return error
        if error.refusal is program.JobIdUsed:
            return Refusal(Kinds.UNAVAILABLE, "Somebody else used the job's number.", headers=_SOON)
        if error.refusal is program.InsufficientCredits:
            account = await self._escrow.credit_account(row.account)
            if account is not None:
                return insufficient_credits(self._settings, account, platform, row.credits)
        return refusal_of(error)

    async def _operator(self, key: Key) -> tuple[AsyncOperator, Platform]:
        """The operator that signs. Raises Refusal where this key or this server is not of it."""
        platform = await self._platform()
        if str(platform.operator) != key.wallet:
            raise Refusal(Kinds.FORBIDDEN, "The key's wallet is not the platform's operator (any more).")
        signer = self._settings.operator
        if signer is None or signer.pubkey() != platform.operator:
            raise Refusal(Kinds.UNAVAILABLE, "This server was started without the operator's key (--operator).")
        return self._escrow.operator(signer, self._settings.platform), platform

    def _customer(self, text: str) -> Key:
        """The key that pays. Raises Refusal."""
        token = parse_token(text)
        key = None if token is None else self._keys.verify(token)
        if key is None:
            raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, "There is no such customer key on this platform.")
        if not key.usable:
            raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, "The customer's key was revoked or has expired.")
        if Scope.SPEND not in key.scopes:
            raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, "The customer's key has not the scope 'spend'.")
        return key


def _has_expired(row: JobRow) -> bool:
    """Whether what was sent for this row last can land no more."""
    return (row.sent_at or row.created_at) < time.time() - _LANDING_SECONDS


def _terms(row: JobRow) -> LockTerms:
    return LockTerms(
        job_id=row.job_id, tier=row.tier, amount=row.amount, seconds=row.seconds, max_credits=row.max_credits
    )
