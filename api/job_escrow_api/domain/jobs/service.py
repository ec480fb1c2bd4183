"""Locking, settling and refunding, so that a repeat, a crash or a lost answer never charges twice.

A job's row, with the id that it will have on chain, is committed before anything is sent. Whatever happens then, the
same request finds the row again and goes on with the same id, which the program accepts once.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import cast

import msgspec
import structlog
from job_escrow.addresses import job_address
from job_escrow.chain import ChainError, run_async
from job_escrow.chain.requests import GetBlockHeight, ask
from job_escrow.codec import CreditAccount, JobLocked, JobRefunded, JobSettled, Platform
from job_escrow.codec import errors as program
from job_escrow.errors import (
    EscrowError,
    JobEnded,
    NotFound,
    ProgramFailed,
    Refused,
    TransactionExpired,
    TransactionFailed,
)
from job_escrow.flows.locking import LockTerms
from job_escrow.ids import is_used, next_usable_id
from job_escrow.parties import AsyncOperator
from job_escrow.spendable import spendable
from job_escrow.transactions import Receipt
from solders.pubkey import Pubkey

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import LANDING_BLOCKS, ChainAccess
from job_escrow_api.domain.jobs.adopted import asked_key
from job_escrow_api.domain.jobs.adoption import Adoption
from job_escrow_api.domain.jobs.outcome import ending, outcome
from job_escrow_api.domain.jobs.paces import JobPaces
from job_escrow_api.domain.jobs.prices import lock_price, settle_amount
from job_escrow_api.domain.jobs.quotes import Quotes
from job_escrow_api.domain.jobs.refusals import insufficient_credits, refusal_of
from job_escrow_api.domain.jobs.requests import LockRequest, SettleRequest
from job_escrow_api.domain.jobs.store import JobRow, JobStore, Reservation
from job_escrow_api.domain.jobs.sweeps import SweepsDuty
from job_escrow_api.domain.keyed_lock import KeyedLock
from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.parties import Parties, why_not
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.settings import ApiSettings

# A stranger may end a job from its deadline on; sooner than that by the clock of another node.
_NODES_DIFFER_SECONDS = 30
_NOT_SEEN = "The node has not seen the job yet."
_SOON = {"Retry-After": "1"}

_log = structlog.get_logger(__name__)


class JobService:
    """Runs the jobs of one platform with its operator's key."""

    def __init__(
        self,
        settings: ApiSettings,
        *,
        keys: KeyStore,
        store: JobStore,
        books: Books,
        adoption: Adoption,
        paces: JobPaces,
        chain: ChainAccess,
        quotes: Quotes,
    ) -> None:
        self._settings = settings
        self._store = store
        self._books = books
        self._adoption = adoption
        self._paces = paces
        self._quotes = quotes
        self._chain = chain.node
        self._escrow = chain.escrow
        self._clock = chain.clock
        self._parties = Parties(settings, keys, paces, chain)
        self.duty = SweepsDuty()
        self._locks = KeyedLock()

    async def lock(self, operator: Key, idempotency_key: str, request: LockRequest) -> JobRow:
        """Lock a job, or find the one that the same request locked before. Raises Refusal or EscrowError."""
        signer, platform = await self._parties.operator(operator)
        async with self._locks.of((operator.wallet, idempotency_key)):
            # In its turn: the customer may revoke the key while this waits.
            customer = self._parties.customer(operator, request.customer_key)
            body = msgspec.structs.replace(request, customer_key=customer.id)
            sha256 = hashlib.sha256(msgspec.json.encode(body)).digest()
            marked_key = self._marked_key(operator, idempotency_key)
            found = self._store.by_idempotency_key(operator.wallet, idempotency_key, marked_key)
            if found is not None and found.status != "failed":
                if not _is_asked_for(found, request, customer, sha256):
                    raise Refusal(Kinds.UNPROCESSABLE, "This Idempotency-Key was used with another request.")
                # What the first request did is so, also where the customer has revoked the key since.
                if found.status != "locking":
                    return found
                return await self._lock_again(signer, platform, found, may_send=why_not(customer) is None)
            if (reason := why_not(customer)) is not None:
                raise Refusal(Kinds.CUSTOMER_KEY_REFUSED, reason)
            self._books.require_confirmed()
            row = await self._reserve(operator, customer, idempotency_key, request, sha256, platform)
            return await self._lock_first(signer, platform, row)

    async def settle(self, operator: Key, address: str, request: SettleRequest) -> JobRow:
        """Charge what a job has used so far. Raises Refusal, EscrowError or ChainError."""
        signer, platform = await self._parties.operator(operator)
        self._paces.end(address)
        async with self._locks.of(address):
            row = await self._known(address)
            amount, lines = settle_amount(request, tiered=row.tier is not None, platform=platform)
            if row.is_open:
                row = await self._settle(signer, row, amount, request)
                if lines and (row.is_open or row.settled_amount == amount):
                    row = await self._store.update(row.number, components=msgspec.json.encode(lines).decode())
            if row.is_open or (row.status == "settled" and row.settled_amount == amount):
                return row
            raise Refusal(Kinds.CONFLICT, f"The job has ended already: {row.status}, {row.charged} credits charged.")

    async def refund(self, operator: Key, address: str) -> JobRow:
        """Give back all that a job holds. Raises Refusal, EscrowError or ChainError."""
        signer, _ = await self._parties.operator(operator)
        self._paces.end(address)
        async with self._locks.of(address):
            row = await self._known(address)
            if row.is_open:
                row = await self._refund(signer.refund, row)
            if row.is_open:
                raise Refusal(Kinds.UNAVAILABLE, _NOT_SEEN, headers=_SOON)
            if row.status != "refunded":
                raise Refusal(Kinds.CONFLICT, f"The job was settled already: {row.charged} credits charged.")
            return row

    async def credits_of(self, row: JobRow) -> int | None:
        """Credits that the job's account can spend now, as the chain has it."""
        account, now = await self._parties.account(row.account)
        return None if account is None else spendable(account, now)

    async def sweep(self) -> None:
        """For ever: find out what became of locks that nobody awaits, and refund jobs whose time is over (D10)."""
        first = True
        while True:
            try:
                await self._chain.check()
                await self._adoption.look_at_the_index()
                self.duty.failed = await self.sweep_once(everything=first)
                first = False
                self.duty.tell(None)
            except ChainError as error:
                # Without the chain nothing can be swept, and nothing need be.
                _log.warning("jobs not swept", error=str(error))
            except Exception as error:
                _log.exception("jobs not swept")
                self.duty.tell(error)
            await asyncio.sleep(self._settings.intervals.sweep)

    async def sweep_once(self, *, everything: bool) -> int:
        """Look once after each job that waits for it; with `everything` after fresh locks too. Gives how many fail."""
        failed = 0
        rows = self._store.open_jobs(due_by=await self._clock.read() + 1)
        # Before any look, so that nothing lands between the two.
        height = await self._height() if any(row.status == "locking" for row in rows) else 0
        for row in rows:
            if everything or row.status == "locked" or self._is_left(row, height):
                try:
                    async with self._locks.of(row.address):
                        await self._sweep(row, height)
                except (ChainError, EscrowError, Refusal) as error:
                    _log.warning("job not swept", job=row.address, error=str(error))
                    failed += 1
                except Exception:
                    _log.exception("job not swept", job=row.address)
                    failed += 1
        return failed

    def _is_left(self, row: JobRow, height: int) -> bool:
        """Whether a lock has nobody who awaits it, as far as its row tells."""
        if row.last_valid_height is None:
            return not self._locks.are_taken(row.address)
        return row.last_valid_height < height

    async def _sweep(self, row: JobRow, height: int) -> None:
        """Look after a row; `height` is one that the chain had reached before."""
        # Whoever had the turn before may have sent it again.
        row = self._store.existing(row.number)
        if not row.is_open:
            return
        row = await self._look(row)
        if row.status == "locking":
            last = row.last_valid_height
            if last is None:
                # Sent before this was kept, or never.
                await self._store.update(row.number, last_valid_height=height + LANDING_BLOCKS)
            elif last < height:
                await self._store.update(row.number, status="failed")
        elif row.status == "locked" and (row.deadline or 0) <= await self._clock.read():
            await self._refund_timed_out(row)

    async def _refund_timed_out(self, row: JobRow) -> None:
        # Anybody may refund now. The server has lamports for the fee only as the operator, who might at any time: so
        # another key signs, with which the program itself refuses what is too early.
        if self._settings.operator is not None:
            anyone = self._escrow.anyone(self._settings.operator)
            await self._refund(anyone.refund_timed_out, row)

    def _marked_key(self, operator: Key, idempotency_key: str) -> str:
        return asked_key(self._books.asked(str(self._settings.platform), operator.wallet, idempotency_key))

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
        if request.quote is not None:
            self._quotes.require(request.quote, price, customer.credit_account, await self._clock.about())
        address = self._settings.credit_account(customer.wallet_key, customer.namespace)
        account, now = await self._parties.account(address)
        if account is None:
            raise Refusal(
                Kinds.CONFLICT, f"The credit account {address} was closed: ask the customer to open it again."
            )
        await self._know_those_under_way(address, account)
        await self._adoption.know_all(address, account)
        if (balance := spendable(account, now)) < price.credits:
            raise insufficient_credits(self._settings, account, platform, required=price.credits, balance=balance)
        return await self._store.reserve(
            Reservation(
                key=customer,
                operator_wallet=operator.wallet,
                idempotency_key=idempotency_key,
                marked_key=self._marked_key(operator, idempotency_key),
                request=request,
                request_sha256=sha256,
                price=price,
                max_credits=min(price.credits, request.max_credits or price.credits),
                ids=account.job_ids,
                next_id=lambda above: next_usable_id(address, above, self._settings.program_id),
                address_of=lambda job_id: str(job_address(address, job_id, self._settings.program_id).address),
            )
        )

    async def _know_those_under_way(self, address: Pubkey, account: CreditAccount) -> None:
        """Locks of the account whose ids are used: theirs, or by one that a restore has forgotten."""
        for row in self._store.under_way(str(address)):
            if is_used(account.job_ids, row.job_id):
                async with self._locks.of(row.address):
                    # Whoever had the turn before has found out in most cases.
                    row = self._store.existing(row.number)
                    if row.status == "locking":
                        await self._look(row)

    async def _lock_first(self, signer: AsyncOperator, platform: Platform, row: JobRow) -> JobRow:
        async with self._locks.of(row.address):
            try:
                receipt = await self._send_lock(signer, row)
            except (TransactionFailed, TransactionExpired) as error:
                # Nothing of this row was sent before: what failed now has failed for good, and its id is free again.
                # A node that became one of another chain meanwhile knows nothing of it.
                await self._chain.check()
                await self._store.update(row.number, status="failed")
                raise await self._explained(error, row, platform) from error
            return await self._locked(row, receipt)

    async def _lock_again(self, signer: AsyncOperator, platform: Platform, row: JobRow, *, may_send: bool) -> JobRow:
        """Go on with a lock that may have landed, may still land, or was never sent."""
        async with self._locks.of(row.address):
            row = await self._look(row)
            if row.status == "locking" and not may_send:
                detail = "The customer's key was revoked before it was known whether the lock landed."
                raise Refusal(Kinds.UNAVAILABLE, detail, headers=_SOON)
            if row.status == "locking":
                try:
                    receipt = await self._send_lock(signer, row)
                except TransactionFailed as error:
                    row = await self._look(row)
                    if row.status == "locking":
                        raise await self._explained(error, row, platform) from error
                else:
                    return await self._locked(row, receipt)
            if row.status == "failed":
                raise Refusal(Kinds.CONFLICT, "The lock never landed: ask again, it is safe.")
            return row

    async def _send_lock(self, signer: AsyncOperator, row: JobRow) -> Receipt:
        """Lock on the chain. What says until when it may land is stored before it is sent, and outlives a crash."""

        async def sending(last_valid_height: int) -> None:
            # One that was sent before may still land too.
            last = max(last_valid_height, row.last_valid_height or 0)
            await self._store.update(row.number, sent_at=int(time.time()), last_valid_height=last)

        return await signer.lock(row.account, self._terms(row), sending=sending)

    async def _locked(self, row: JobRow, receipt: Receipt) -> JobRow:
        event = next(each for each in receipt.events if isinstance(each, JobLocked))
        return await self._store.update(
            row.number,
            status="locked",
            credits=event.credits,
            deadline=event.deadline,
            lock_signature=str(receipt.signature),
        )

    async def _settle(self, signer: AsyncOperator, row: JobRow, amount: int, request: SettleRequest) -> JobRow:
        proof = None if request.proof is None else bytes.fromhex(request.proof)
        try:
            receipt = await signer.settle(row.account, row.job_id, amount, is_final=request.final, proof=proof)
        except Refused as error:
            raise refusal_of(error) from error
        except ProgramFailed as error:
            raise await self._parties.unfunded(lambda funds: funds.pays_for_ending) or error from error
        except JobEnded as error:
            await self._chain.check()
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

    async def _refund(self, refund: Callable[[Pubkey, int], Awaitable[Receipt]], row: JobRow) -> JobRow:
        try:
            receipt = await refund(row.account, row.job_id)
        except Refused as error:
            raise refusal_of(error) from error
        except ProgramFailed as error:
            raise await self._parties.unfunded(lambda funds: funds.pays_for_ending) or error from error
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
        if row is None and await self._adoption.by_address(address):
            row = self._store.by_address(address)
        if row is None:
            raise Refusal(Kinds.NOT_FOUND, "This platform has no such job.")
        # A stranger can end it only after its deadline.
        if row.status == "locking" or (
            row.is_open and (row.deadline or 0) < await self._clock.about() + _NODES_DIFFER_SECONDS
        ):
            row = await self._look(row)
        if row.status in ("locking", "failed"):
            raise Refusal(Kinds.CONFLICT, "The job is not locked: repeat its POST with the same Idempotency-Key.")
        return row

    async def _look(self, row: JobRow) -> JobRow:
        values = await outcome(self._escrow, row, self._store.happened)
        # Of another chain's node, nothing that it says is of this row.
        await self._chain.check()
        if values is None:
            return row
        # After a restore, a lock that was on its way can have landed under the id that another request was given.
        is_new = row.status == "locking" and row.lock_signature is None and values["status"] != "failed"
        if is_new and not await self._adoption.is_of(row, cast("str | None", values.get("lock_signature"))):
            values = {"status": "failed"}
        return await self._store.update(row.number, **values)

    def _terms(self, row: JobRow) -> LockTerms:
        asked = self._books.asked(row.platform, row.operator_wallet, row.idempotency_key or "")
        return LockTerms(
            job_id=row.job_id,
            tier=row.tier,
            amount=row.amount,
            seconds=row.seconds,
            max_credits=row.max_credits,
            reference=self._books.reference(row.address, asked, row.key_id),
        )

    async def _height(self) -> int:
        return await run_async(ask(GetBlockHeight()), self._escrow.chain)

    async def _explained(self, error: EscrowError, row: JobRow, platform: Platform) -> Exception:
        if isinstance(error, ProgramFailed):
            return await self._parties.unfunded(lambda funds: funds.jobs > 0) or error
        if not isinstance(error, Refused):
            return error
        if error.refusal is program.JobIdUsed:
            return Refusal(Kinds.UNAVAILABLE, "Somebody else used the job's number.", headers=_SOON)
        if error.refusal is program.InsufficientCredits:
            account, now = await self._parties.account(row.account)
            if account is not None:
                balance = spendable(account, now)
                return insufficient_credits(self._settings, account, platform, required=row.credits, balance=balance)
        return refusal_of(error)

    async def is_operator(self, key: Key) -> bool:
        """Whether a key is of the platform's operator, as the chain has it at this moment."""
        return await self._parties.is_operator(key)


def _is_asked_for(row: JobRow, request: LockRequest, customer: Key, sha256: bytes) -> bool:
    """Whether this request is the one that a job was locked for; of one that a restore forgot, as far as is known."""
    if row.request_sha256:
        return row.request_sha256 == sha256
    return (row.key_id, row.seconds) == (customer.id, request.seconds) and request.credits in (None, row.credits)
