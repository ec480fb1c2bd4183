"""What is done of one account's sessions: taken up, admitting, settled by time or amount, renewed, ended in time."""

import logging
from collections.abc import Callable

from job_escrow.chain.requests import ChainError, Flow, GetElapsed, ask
from job_escrow.codec.errors import InsufficientCredits, JobIdUsed
from job_escrow.errors import EscrowError, Refused, RequestExpired, SessionsLeft, TooLargeForSession
from job_escrow.flows.jobs import patiently
from job_escrow.receipts.receipt import SessionReceipt
from job_escrow.session_context import lifecycle, requests
from job_escrow.session_context.books import Books, Look
from job_escrow.session_context.ending import Ending
from job_escrow.session_context.opening import Opening
from job_escrow.session_context.requests import Admission, Wanted
from job_escrow.session_context.rows import SessionRow

_RENEW_BELOW = 4
"""A session is renewed when less than this part of its credits or of its time is left."""
_MOST_RECEIPTS = 2_000
"""Receipts that are left to one settlement, whatever they cost."""
_MOST_SURPRISES = 3
_TURN_SECONDS, _LEAST_TURN_SECONDS, _TURNS_AT_END = 15.0, 0.5, 4
# The account has changed since it was looked at: a second look says how.
_SURPRISES = (InsufficientCredits, JobIdUsed)

_Step = Callable[[SessionRow, list[SessionRow]], Flow[None]]

_log = logging.getLogger(__name__)


class Running:
    """The sessions of one account. What is said to take turns is done by one task or thread at a time."""

    def __init__(self, books: Books, patience: float) -> None:
        self._books = books
        self._patience = patience
        self._ending = Ending(books)
        self._opening = Opening(books, self._ending)
        self._looked_at = 0.0
        self._is_left = False

    @property
    def turn_seconds(self) -> float:
        """How often sessions are looked after: several times in the time that an end takes."""
        policy = self._books.policy
        return max(_LEAST_TURN_SECONDS, min(_TURN_SECONDS, policy.end_seconds_of(policy.seconds) / _TURNS_AT_END))

    @property
    def longest_request(self) -> int:
        """Most seconds of a request, as sessions last that are opened now."""
        policy = self._books.policy
        return policy.longest_request(self._books.last.seconds(policy))

    def enter(self) -> Flow[None]:
        """Take up what the store has left open: nothing of it runs any more, and what was settled is charged."""
        books = self._books
        self._is_left = False
        yield from books.begin()
        yield from books.write(requests.release_all, str(books.account))
        yield from patiently(self._taken_up, self._patience)
        self._looked_at = yield from ask(GetElapsed())

    def require_admitting(self) -> None:
        """Nothing begins once they are left. Raises SessionsLeft."""
        if self._is_left:
            raise SessionsLeft(
                "the sessions were left, and what ran in them was released: request within their `with` block"
            )

    def admit_now(self, wanted: Wanted, admitted: Callable[[Admission], None]) -> Flow[bool]:
        """Admit a request where an open session has room, without asking the chain; False where none has.

        `admitted` hears of it, once it is durable, whoever has ceased to wait for it by then. Raises TooLargeForSession
        where it may take too long, RequestEnded and RequestRunning.
        """
        self.require_admitting()
        books = self._books
        last = books.last
        longest = self.longest_request
        if wanted.seconds > longest:
            raise TooLargeForSession(
                f"a request of {wanted.seconds:,} seconds: a session here takes those of {longest:,} at most, half of "
                "its own time. Give it fewer, lock a job for it (operator.job), or let sessions last longer"
            )
        if last.platform.paused or not last.platform.tiers[wanted.tier].name[0]:
            # That may be over.
            return False
        now = yield from books.now()

        def reserve() -> bool:
            # Whoever asks here has no turn: they may have been left since.
            self.require_admitting()
            admission = books.store.transact(requests.admit, wanted, last.tiers, now, books.policy)
            if admission is not None:
                admitted(admission)
            return admission is not None

        return (yield from books.do(reserve))

    def admit(self, wanted: Wanted, admitted: Callable[[Admission], None]) -> Flow[None]:
        """The same where a session has to be opened first: it takes turns. Raises as `Opening.make_room` does."""

        def attempt() -> Flow[None]:
            surprises = 0
            while not (yield from self.admit_now(wanted, admitted)):
                try:
                    yield from self._opening.make_room(wanted)
                except Refused as refused:
                    surprises += 1
                    if refused.refusal not in _SURPRISES or surprises == _MOST_SURPRISES:
                        raise

        yield from patiently(attempt, self._patience)

    def settle(
        self,
        admission: Admission,
        units: int,
        hashes: tuple[bytes | None, bytes | None],
        settled: Callable[[SessionReceipt], None],
    ) -> Flow[SessionReceipt]:
        """Charge what a request has used; gives its receipt when that is durable. No chain is asked.

        `settled` hears of it, too, whoever has ceased to wait for it by then.
        """
        now = yield from self._books.now()

        def charge() -> SessionReceipt | None:
            receipt = self._books.store.transact(requests.settle, admission, units, now, hashes)
            if receipt is not None:
                settled(receipt)
            return receipt

        receipt = yield from self._books.do(charge)
        if receipt is None:
            raise RequestExpired(
                f"request {admission.id} has used up its seconds, was released, and costs nothing: give the next one "
                "more"
            )
        return receipt

    def release(self, admission: Admission) -> Flow[None]:
        """Let a request go that runs; one that was settled stays so."""
        yield from self._books.write(requests.release, admission.number)

    def look_after(self, *, settle_all: bool = False) -> Flow[None]:
        """Do what is due; it takes turns. One session that fails stops no other, and the first error is raised.

        `settle_all`: of receipts, too, that could wait.
        """
        self._looked_at = yield from ask(GetElapsed())
        look = yield from self._looked()
        yield from self._each(lambda row, rows: self._look_after(row, rows, look, settle_all=settle_all))
        yield from self._renew(look)

    def is_due(self) -> Flow[bool]:
        """Whether it is time to look after them: by the clock, or by what receipts have come to."""
        elapsed = yield from ask(GetElapsed())
        return elapsed - self._looked_at >= self.turn_seconds or (yield from self.is_settlement_due())

    def is_settlement_due(self) -> Flow[bool]:
        """Whether some session's receipts have come to what is settled at once."""
        rows = yield from self._books.live()
        return any(self._is_much(row) for row in rows)

    def leave(self) -> Flow[None]:
        """End all sessions: whatever runs costs nothing, what was settled is charged, the rest is given back.

        It takes turns, and from here on nothing is admitted: a session of which something ran would stay open.
        """
        self._is_left = True
        yield from self._books.write(lifecycle.close_all, str(self._books.account))
        yield from patiently(lambda: self._each(lambda row, _: self._end(row)), self._patience)

    def _taken_up(self) -> Flow[None]:
        look = yield from self._looked()
        yield from self._each(lambda row, rows: self._look_after(row, rows, look, settle_all=True))

    def _looked(self) -> Flow[Look]:
        look = yield from self._books.look()
        yield from self._books.write(requests.release_expired, str(self._books.account), look.now)
        return look

    def _each(self, step: _Step) -> Flow[None]:
        rows = yield from self._books.live()
        first: ChainError | EscrowError | None = None
        for row in sorted(rows, key=lambda row: row.ends_at):
            try:
                yield from step(row, rows)
            except (ChainError, EscrowError) as error:
                _log.warning("session %s not looked after: %s", row.address, error)
                first = first or error
        if first is not None:
            raise first

    def _look_after(self, row: SessionRow, rows: list[SessionRow], look: Look, *, settle_all: bool) -> Flow[None]:
        books = self._books
        if row.status == "opening":
            yield from self._opening.conclude(row)
            return
        now = yield from books.now()
        if row.ends_at <= now:
            yield from self._ending.refund_timed_out(row)
            return
        if self._admits_nothing(row, look, now):
            yield from books.write(lifecycle.close, row.number, also_running=True)
        elif not row.running and (_is_followed(row, rows) or now - (row.used_at or 0) >= books.policy.idle_seconds):
            yield from books.write(lifecycle.close, row.number, also_running=False)
        row = yield from books.row(row.number)
        if row.closing and not row.running:
            yield from self._ending.settle(row, is_final=True)
        elif settle_all or (yield from self._is_to_settle(row, now)):
            yield from self._ending.settle(row, is_final=False)

    def _end(self, row: SessionRow) -> Flow[None]:
        if row.status == "opening":
            row = yield from self._opening.conclude(row)
            if row.status == "opening":
                raise ChainError(f"session {row.address} may still be opened: it is ended when that is known")
        if row.status == "open":
            yield from self._books.write(lifecycle.close, row.number, also_running=True)
            yield from self._ending.settle(row, is_final=True)

    def _admits_nothing(self, row: SessionRow, look: Look, now: int) -> bool:
        """Whether its end is near, its prices or its payee are those of before, or the wallet wants no sessions."""
        policy = self._books.policy
        return (
            now >= row.ends_at - policy.end_seconds_of(row.seconds)
            or row.tiers != look.tiers
            or row.payee_key != policy.payee
            or not look.account.limits.credits_per_session
        )

    def _is_much(self, row: SessionRow) -> bool:
        policy = self._books.policy
        waiting = row.count - row.settled_count
        return bool(waiting) and (row.total - row.settled >= policy.settle_credits or waiting >= _MOST_RECEIPTS)

    def _is_to_settle(self, row: SessionRow, now: int) -> Flow[bool]:
        policy = self._books.policy
        since = yield from self._books.write(lifecycle.unsettled_since, row.number)
        if since is None:
            return False
        # Once ahead of the end, so that little hangs on the last settlement; then whatever is left.
        end_seconds = policy.end_seconds_of(row.seconds)
        end = row.ends_at - end_seconds
        return (
            self._is_much(row) or now - since >= policy.settle_seconds or since < end - end_seconds <= now or now >= end
        )

    def _renew(self, look: Look) -> Flow[None]:
        """Open the next session ahead of need, where requests come and what is left is little."""
        policy = self._books.policy
        rows = yield from self._books.live()
        usable = [row for row in rows if row.status == "open" and not row.closing]
        now = yield from self._books.now()
        if not usable or any(row.status == "opening" for row in rows):
            return
        lasts = any(_lasts(row, now, policy.end_seconds_of(row.seconds)) for row in usable)
        if lasts or now - max(row.used_at or 0 for row in usable) >= policy.idle_seconds:
            return
        try:
            yield from self._opening.open_ahead(look)
        except (ChainError, EscrowError) as error:
            # The next request that needs one opens it, or is told why not.
            _log.info("session of %s not renewed: %s", self._books.account, error)


def _is_followed(row: SessionRow, rows: list[SessionRow]) -> bool:
    """Whether a later session takes requests in its place."""
    return any(each.number > row.number and each.status == "open" and not each.closing for each in rows)


def _lasts(row: SessionRow, now: int, end_seconds: int) -> bool:
    """Whether it has both credits and time left."""
    left = row.ends_at - end_seconds - now
    return row.free * _RENEW_BELOW >= row.credits and left * _RENEW_BELOW >= row.seconds
