"""Jobs that the chain has and the books have not: found before anything new is locked, and taken into the books.

A credit account says on chain which ids of the operator's jobs it has used. Each that has no row is looked up once.
One that was locked by these very books is one that a restore forgot: it gets its row back, with the request and the key
that it carries, so that the request locks nothing twice, the key's budget counts it, and it can be settled. What others
locked is theirs. Sessions are told apart in the same way, whose ids are of the same window.
"""

from dataclasses import dataclass
from typing import TypeGuard

import structlog
from job_escrow.bounds import JOB_ID_WINDOW
from job_escrow.chain.requests import GetAccounts, GetSlot, GetTransaction
from job_escrow.codec import (
    AccountOpened,
    CreditAccount,
    Event,
    Job,
    JobIdWindow,
    JobLocked,
    SessionOpened,
    decode_event,
)
from job_escrow.escrow import AsyncEscrow
from job_escrow.flows.locking import reference_of
from job_escrow.ids import used_bits
from job_escrow_indexer.position import transaction_of_sql
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.books import Books, Reference
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.adopted import Forgotten, Place, adopt, adopt_indexed, is_asked_by
from job_escrow_api.domain.jobs.store import JobRow
from job_escrow_api.domain.landing import Landing
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.settings import ApiSettings

_PAGE = 25
_MOST_PAGES = 40
_DAY_SECONDS = 86_400
_INDEXED_LOCKS = f"""
    SELECT e.data, t.signature FROM events e JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
    WHERE e.credit_account = ? AND e.name IN ('JobLocked', 'SessionOpened') AND e.at >= ? ORDER BY e.position DESC
"""
_HAS_OLDER = """
    SELECT 1 FROM events WHERE credit_account = ? AND name IN ('JobLocked', 'SessionOpened') AND at < ? LIMIT 1
"""
_MOST_AT_ONCE = 100
_NEW_LOCKS = f"""
    SELECT e.position, e.data, t.signature FROM events e
    JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
    WHERE e.position > ? AND e.position <= ? AND e.platform = ? AND (
        (e.name = 'JobLocked' AND NOT EXISTS (
            SELECT 1 FROM api_jobs j
            WHERE j.credit_account = e.credit_account AND j.job_id = e.job_id AND j.status <> 'failed'
                AND (j.status <> 'locking' OR j.lock_signature IS NOT NULL)
        )) OR (e.name = 'SessionOpened' AND NOT EXISTS (
            SELECT 1 FROM api_sessions s
            WHERE s.credit_account = e.credit_account AND s.session_id = e.session_id AND s.status <> 'failed'
                AND s.status <> 'opening'
        ))
    )
    ORDER BY e.position LIMIT ?
"""
_SOON = {"Retry-After": "1"}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Lock:
    event: JobLocked | SessionOpened
    signature: Signature


class Adoption:
    """Looks at the chain for jobs that the books do not know."""

    def __init__(
        self, settings: ApiSettings, database: ApiDatabase, books: Books, escrow: AsyncEscrow, chain: BoundChain
    ) -> None:
        self._settings = settings
        self._database = database
        self._books = books
        self._escrow = escrow
        self._chain = chain
        self._landing = Landing(database, chain)
        self._place = Place(platform=str(settings.platform), books=books)
        # A restore forgets what came after the newest row; a day, since clocks differ.
        newest = database.one("SELECT created_at FROM api_jobs ORDER BY number DESC LIMIT 1")
        made = database.one("SELECT created_at FROM api_books")
        assert made is not None  # noqa: S101  (the migration that made the table has put it there)
        self._since = max(made["created_at"], newest["created_at"] if newest else 0) - _DAY_SECONDS

    async def know_all(self, address: Pubkey, account: CreditAccount) -> None:
        """Let every job id that an account has used be known.

        Raises Refusal where a job was found, or may still land that a restore has forgotten: ask again.
        """
        await self._landing.require_over()
        ids = account.job_ids
        unknown = self._unknown(address, ids)
        if unknown == set():
            return
        locks = await self._locks(address, ids, unknown)
        rows = self._rows(address, min(each.event.id for each in locks) - 1) if locks else set()
        found = [await self._forgotten(each.event, each.signature) for each in locks if each.event.id not in rows]
        await self._chain.check()
        adopted = [each for each in found if each.reference is not None]
        changed = await self._database.write(adopt, adopted, str(address), ids, self._place)
        if changed:
            _log.warning("jobs were found that the books had forgotten", account=str(address), jobs=changed)
            self._books.require_confirmed()
            raise Refusal(Kinds.UNAVAILABLE, "Jobs of this account were found again: repeat it.", headers=_SOON)

    async def look_at_the_index(self) -> None:
        """Take what the index has read since the last look: so that a restore is known before anybody locks.

        Raises ChainError and Refusal where the node does not have what the index has.
        """
        await self._landing.begin()
        last = self._database.one("SELECT looked_to, (SELECT max(position) FROM events) AS newest FROM api_books")
        if last is None or last["newest"] is None or last["newest"] <= last["looked_to"]:
            return
        span = (last["looked_to"], last["newest"])
        rows = self._database.all(_NEW_LOCKS, (*span, self._place.platform, _MOST_AT_ONCE))
        found = []
        for row in rows:
            event = decode_event(row["data"])
            if _is_operators(event):
                found.append(await self._forgotten(event, Signature.from_string(row["signature"])))
        adopted = [each for each in found if each.reference is not None]
        looked_to = rows[-1]["position"] if len(rows) == _MOST_AT_ONCE else last["newest"]
        await self._chain.check()
        changed = await self._database.write(adopt_indexed, adopted, looked_to, self._place)
        if changed:
            _log.warning("jobs were found that the books had forgotten", jobs=changed)

    async def by_address(self, address: str) -> bool:
        """Take a job into the books that this platform's operator locked, by whatever means; False: there is none."""
        try:
            key = Pubkey.from_string(address)
        except ValueError:
            return False
        (account,) = await self._chain.answer(GetAccounts([key]))
        if account is not None and not account.data.startswith(Job.DISCRIMINATOR):
            return False
        page = await self._escrow.history(key, limit=_PAGE)
        lock = next(
            (each for each in page.entries if isinstance(each.event, JobLocked) and each.event.job == key), None
        )
        if lock is None:
            if account is not None or page.before is not None:
                raise Refusal(Kinds.UNAVAILABLE, "What the job is cannot be told yet.", headers=_SOON)
            return False
        event = lock.event
        assert isinstance(event, JobLocked)  # noqa: S101  (it was chosen so)
        if event.platform != self._settings.platform or not event.by_operator:
            return False
        found = await self._forgotten(event, lock.signature)
        await self._chain.check()
        await self._database.write(adopt, [found], str(event.credit_account), None, self._place)
        _log.warning("a job was found that the books did not know", job=address)
        return True

    def _unknown(self, address: Pubkey, ids: JobIdWindow) -> set[int] | None:
        """Ids that were used and have no row; None: which is not to be told from the ids alone."""
        last = self._database.one("SELECT highest, used FROM api_account_ids WHERE credit_account = ?", (str(address),))
        if last is not None and ids.highest - last["highest"] < JOB_ID_WINDOW:
            seen = last["highest"] - JOB_ID_WINDOW
            unknown = _used(ids) - _bits(last["highest"], int.from_bytes(last["used"])) - self._rows(address, seen)
            # What left the window then was looked at before that.
            return {each for each in unknown if each > seen}
        # One that was found by its address says nothing of those before it.
        newest = self._database.one(
            """SELECT max(job_id) AS id FROM api_jobs
               WHERE credit_account = ? AND status NOT IN ('failed', 'locking') AND length(request_sha256) > 0""",
            (str(address),),
        )
        if (
            last is None
            and newest is not None
            and newest["id"] is not None
            and ids.highest - newest["id"] < JOB_ID_WINDOW
        ):
            # Whatever was locked after the last row has a higher id.
            return {each for each in _used(ids) if each > newest["id"]}
        return None

    def _rows(self, address: Pubkey, above: int) -> set[int]:
        """Ids of jobs and sessions that have landed: one that is under way may have the id of a forgotten lock."""
        sql = """SELECT job_id AS id FROM api_jobs WHERE credit_account = ?1 AND job_id > ?2 AND status <> 'failed'
                     AND (status <> 'locking' OR lock_signature IS NOT NULL)
                 UNION SELECT session_id FROM api_sessions
                 WHERE credit_account = ?1 AND session_id > ?2 AND status <> 'failed' AND status <> 'opening'"""
        return {row["id"] for row in self._database.all(sql, (str(address), above))}

    async def _locks(self, address: Pubkey, ids: JobIdWindow, unknown: set[int] | None) -> list[_Lock]:
        """Locks of the account by an operator, the newest first: so many that all unknown ids are explained.

        None: all that these books can have forgotten. Raises Refusal where that cannot be told.
        """
        found: list[_Lock] = []
        left = None if unknown is None else set(unknown)
        before = None
        for _ in range(_MOST_PAGES):
            page = await self._escrow.history(address, before=before, limit=_PAGE)
            for entry in page.entries:
                event = entry.event
                if _is_operators(event):
                    found.append(_Lock(event, entry.signature))
                    if left is not None:
                        left.discard(event.id)
                if left == set() or isinstance(event, AccountOpened) or (left is None and event.at < self._since):
                    return found
            if page.before is None:
                # It ends before the account was opened: the node does not have all of it.
                break
            before = page.before
        return await self._indexed(address, ids, unknown)

    async def _indexed(self, address: Pubkey, ids: JobIdWindow, unknown: set[int] | None) -> list[_Lock]:
        """The same from the index, where nobody's transactions are in the way.

        Raises Refusal where it is behind, or does not explain an id: a node may have left out a lock when it listed
        transactions.
        """
        slot = await self._chain.answer(GetSlot())
        progress = self._database.one("SELECT tip_slot, from_slot FROM progress")
        if progress is None or progress["tip_slot"] < slot:
            raise _behind()
        found: list[_Lock] = []
        known: set[int] = set()
        for row in self._database.all(_INDEXED_LOCKS, (str(address), self._since)):
            event = decode_event(row["data"])
            if _is_operators(event):
                found.append(_Lock(event, Signature.from_string(row["signature"])))
                known.add(event.id)
        begins = progress["from_slot"] > 0 or self._database.one(_HAS_OLDER, (str(address), self._since)) is not None
        # What was used before the index begins, or before anything that these books can have forgotten, is in neither.
        least = min(known, default=ids.highest + 1) if begins else 0
        needed = {each for each in _used(ids) if each >= least} if unknown is None else unknown
        if needed - known - self._rows(address, ids.highest - JOB_ID_WINDOW):
            raise _behind()
        return found

    async def is_of(self, row: JobRow, signature: str | None) -> bool:
        """Whether a lock at the address of a row is the row's, by what it carries: terms alone can be another's too.

        Terms decide where its transaction is not to be found, among those by which strangers named the job. Raises
        ChainError, and Refusal where the lock is not to be had yet.
        """
        if signature is None:
            return True
        reference = await self._reference(Pubkey.from_string(row.address), Signature.from_string(signature))
        asked = (row.platform, row.operator_wallet, row.idempotency_key, row.key_id)
        return reference is not None and is_asked_by(reference, self._books, *asked)

    async def _forgotten(self, event: JobLocked | SessionOpened, signature: Signature) -> Forgotten:
        address = event.session if isinstance(event, SessionOpened) else event.job
        return Forgotten(event, str(signature), await self._reference(address, signature))

    async def _reference(self, locked: Pubkey, signature: Signature) -> Reference | None:
        landed = await self._chain.answer(GetTransaction(signature))
        if landed is None:
            raise Refusal(Kinds.UNAVAILABLE, "The node does not have the lock that it tells of.", headers=_SOON)
        return self._books.read(str(locked), reference_of(landed, locked, self._settings.program_id))


def _is_operators(event: Event) -> TypeGuard[JobLocked | SessionOpened]:
    """Whether it is a lock of the platform's operator: only that opens sessions."""
    return isinstance(event, SessionOpened) or (isinstance(event, JobLocked) and event.by_operator == 1)


def _behind() -> Refusal:
    return Refusal(
        Kinds.UNAVAILABLE, "The index has not read yet which jobs the account has had: try again.", headers=_SOON
    )


def _used(ids: JobIdWindow) -> set[int]:
    return _bits(ids.highest, used_bits(ids))


def _bits(highest: int, used: int) -> set[int]:
    return {highest - below for below in range(JOB_ID_WINDOW) if used >> below & 1}
