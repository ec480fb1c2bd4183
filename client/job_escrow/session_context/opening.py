"""Opening a session on chain: noted before it is sent, so that one that landed unseen is found and used."""

from dataclasses import dataclass

from job_escrow.addresses import session_address
from job_escrow.amounts import InvalidAmount, whole_number
from job_escrow.bounds import TIERS
from job_escrow.chain.requests import (
    ChainError,
    Flow,
    GetAccounts,
    GetBlockHeight,
    GetSignatures,
    GetTransaction,
    ask,
)
from job_escrow.codec import SessionOpened
from job_escrow.codec import errors as program
from job_escrow.errors import (
    CreditsMissing,
    EscrowError,
    OutcomeUnknown,
    PeriodUsedUp,
    PlatformPaused,
    Refused,
    TooLargeForSession,
    WalletAllowsNoSessions,
)
from job_escrow.flows import read, sessions
from job_escrow.flows.locking import reference_of
from job_escrow.flows.sessions import SessionTerms
from job_escrow.ids import is_used, next_usable_session_id
from job_escrow.pricing import cost
from job_escrow.session_context import lifecycle
from job_escrow.session_context.books import Books, Look
from job_escrow.session_context.ending import Ending
from job_escrow.session_context.lifecycle import Reservation
from job_escrow.session_context.requests import Wanted
from job_escrow.session_context.rows import SessionRow, update
from job_escrow.spendable import left_of_period, spendable
from job_escrow.transactions import Sending, events_of, unexplained

_WORTH_OPENING = 4
"""A session that is not needed yet is opened for at least this part of what one usually locks."""
_PAGE = 1_000
_MOST_PAGES = 10


@dataclass(frozen=True)
class Opening:
    """Opens an account's sessions, one at a time."""

    books: Books
    ending: Ending

    def make_room(self, wanted: Wanted) -> Flow[None]:
        """Open a session that a request fits into, or go on with one that was being opened.

        Raises NotAdmitted, whose kind says what the wallet, the customer or the provider can do; InvalidAmount for a
        tier that is not offered and units that have no price; EscrowError and ChainError.
        """
        unfinished = next((row for row in (yield from self.books.live()) if row.status == "opening"), None)
        if unfinished is not None:
            row = yield from self.conclude(unfinished)
            if row.status == "opening":
                yield from self._send(row, is_first=False)
            return
        look = yield from self.books.look()
        needed = self._needed(look, wanted)
        if look.lockable < needed:
            look = yield from self._with_idle_ones_ended(look, needed)
        if look.lockable < needed:
            raise (yield from self._missing(look, needed))
        yield from self._open(look, needed)

    def open_ahead(self, look: Look) -> Flow[None]:
        """Open one before it is needed, where it is worth its fees. Raises as `make_room` does."""
        usual = min(self.books.policy.credits, look.account.limits.credits_per_session)
        if not look.platform.paused and usual and self._size(look, 1) * _WORTH_OPENING >= usual:
            yield from self._open(look, 1)

    def conclude(self, row: SessionRow) -> Flow[SessionRow]:
        """Find out what became of one that was being opened; it stays so only where it may still land.

        Raises ChainError where nobody can say yet.
        """
        # Before the look, so that nothing lands between the two.
        height = yield from ask(GetBlockHeight())
        row = yield from self.books.row(row.number)
        if row.status == "opening":
            row = yield from self._look(row)
        if row.status == "opening" and (row.last_valid_height is None or row.last_valid_height < height):
            yield from self._failed(row)
        return (yield from self.books.row(row.number))

    def _needed(self, look: Look, wanted: Wanted) -> int:
        whole_number(wanted.tier, "tier", TIERS - 1)
        tier = look.platform.tiers[wanted.tier]
        if not tier.name[0]:
            raise InvalidAmount(f"the platform offers no tier {wanted.tier}: take one that has a name")
        if look.platform.paused:
            raise PlatformPaused("the platform is paused: what runs is settled, ask again when its admin resumes it")
        # A session holds a credit at least, though a request may be free.
        needed = max(1, cost(tier, wanted.max_units))
        most = look.account.limits.credits_per_session
        if not most:
            raise WalletAllowsNoSessions(
                "the wallet's limits allow the operator no sessions (credits_per_session is 0): lock a job for each "
                "request (operator.job), or ask the wallet to allow them"
            )
        if needed > most:
            raise TooLargeForSession(
                f"the request may cost {needed:,} credits, and the wallet allows {most:,} for a session: lock a job "
                "for it (operator.job), or ask for fewer units"
            )
        return needed

    def _with_idle_ones_ended(self, look: Look, needed: int) -> Flow[Look]:
        """End sessions that nothing runs in, where what they give back suffices."""
        rows = yield from self.books.live()
        idle = [row for row in rows if row.status == "open" and not row.running and row.ends_at > look.now]
        if look.lockable + sum(row.free for row in idle) < needed:
            return look
        for row in idle:
            if (yield from self.books.write(lifecycle.close, row.number, also_running=False)):
                yield from self.ending.settle(row, is_final=True)
        return (yield from self.books.look())

    def _missing(self, look: Look, needed: int) -> Flow[EscrowError]:
        balance = spendable(look.account, look.now)
        if balance >= needed:
            left = left_of_period(look.account, look.now)
            return PeriodUsedUp(
                f"the wallet lets the operator lock {left:,} more credits in this period, and the request may cost "
                f"{needed:,}: wait for the next period, or ask the wallet to raise its limit"
            )
        rows = yield from self.books.live()
        held = sum(row.credits - row.total for row in rows)
        then = (
            f"; {held:,} are in sessions whose requests run still: ask again when some have ended"
            if held
            else ": ask the customer to buy more"
        )
        return CreditsMissing(
            f"the request may cost {needed:,} credits, and {balance:,} can be locked{then}",
            needed=needed,
            available=balance,
            reserved=held,
        )

    def _size(self, look: Look, needed: int) -> int:
        """Credits of the next session, as far as wallet and account allow."""
        wanted = max(needed, self.books.policy.credits)
        return min(wanted, look.account.limits.credits_per_session, look.lockable)

    def _open(self, look: Look, needed: int) -> Flow[None]:
        books, account = self.books, self.books.account
        program_id = books.side.program_id
        row = yield from books.write(
            lifecycle.reserve,
            Reservation(
                credit_account=account,
                payee=books.policy.payee,
                credits=self._size(look, needed),
                seconds=look.seconds(books.policy),
                highest_id=look.account.job_ids.highest,
                next_id=lambda above: next_usable_session_id(account, above, program_id),
                address_of=lambda number: session_address(account, number, program_id).address,
            ),
        )
        yield from self._send(row, is_first=True)

    def _send(self, row: SessionRow, *, is_first: bool) -> Flow[None]:
        books = self.books
        reference = yield from books.do(books.store.reference_of, row.key)
        terms = SessionTerms(
            session_id=row.session_id,
            credits=row.credits,
            seconds=row.seconds,
            payee=row.payee_key,
            reference=reference,
        )
        try:
            receipt = yield from sessions.open_session(books.side, row.account, terms, sending=self._sending(row))
        except OutcomeUnknown:
            raise
        except EscrowError as error:
            # A node that became one of another chain meanwhile knows nothing of it.
            yield from books.same_chain()
            if is_first:
                if isinstance(error, Refused) and error.refusal is program.JobIdUsed:
                    # An opening of before may have the id, which a node behind the chain called failed.
                    row = yield from self._look(row)
                    if row.status in ("open", "ended"):
                        return
                # Nothing of this row was sent before: what failed now has failed for good, and its id is free again.
                yield from self._failed(row)
                raise _explained(error) from error
            # What failed now cannot land any more: only what was sent before may, and not for longer than it could.
            yield from books.write(update, row.number, last_valid_height=row.last_valid_height)
            if (yield from self._look(row)).status == "opening":
                raise ChainError(f"session {row.address} may still be opened: ask again in a minute") from error
            return
        event = next((each for each in receipt.events if isinstance(each, SessionOpened)), None)
        if event is None:
            raise unexplained(receipt)
        yield from books.write(lifecycle.opened, row.number, event)

    def _sending(self, row: SessionRow) -> Sending:
        return lambda last_valid_height: self.books.writing(
            lambda: self.books.store.transact(lifecycle.sent_until, row.number, last_valid_height)
        )

    def _failed(self, row: SessionRow) -> Flow[None]:
        yield from self.books.write(update, row.number, status="failed")

    def _look(self, row: SessionRow) -> Flow[SessionRow]:
        """Find out whether one has landed that is being opened."""
        books, program_id = self.books, self.books.side.program_id
        # Both at one slot: what lands between two looks would be taken for somebody else's.
        found, account = yield from ask(GetAccounts([row.key, row.account]))
        yield from books.same_chain()
        if found is not None:
            if (yield from self._own_opening(row)) is not None:
                return (
                    yield from books.write(
                        lifecycle.opened, row.number, read.decoded_session(row.key, found, program_id)
                    )
                )
            yield from self._failed(row)
        elif is_used(read.decoded_credit_account(row.account, account, program_id).job_ids, row.session_id):
            outcome = yield from sessions.session_outcome_of(row.account, row.session_id, program_id)
            opening = None if outcome is None else (yield from self._own_opening(row))
            if outcome is None or opening is None:
                # A job has the id, or somebody else's session.
                yield from self._failed(row)
            else:
                yield from books.write(lifecycle.opened, row.number, opening)
                yield from books.write(lifecycle.ended, row.number, outcome)
        return (yield from books.row(row.number))

    def _own_opening(self, row: SessionRow) -> Flow[SessionOpened | None]:
        """The opening of a session, where this store has sent it, by what it carries; None: somebody else has.

        Raises ChainError where nobody can say.
        """
        mine = yield from self.books.do(self.books.store.reference_of, row.key)
        signatures = []
        before = None
        for _ in range(_MOST_PAGES):
            page = yield from ask(GetSignatures(row.key, before=before, limit=_PAGE))
            signatures += [each.signature for each in page if each.error is None]
            if len(page) < _PAGE:
                break
            before = page[-1].signature
        # It begins with the opening; what only named the address before is somebody else's.
        for signature in reversed(signatures):
            landed = yield from ask(GetTransaction(signature))
            if landed is None:
                break
            for event in events_of(landed, self.books.side.program_id):
                if isinstance(event, SessionOpened) and event.session == row.key:
                    is_own = reference_of(landed, row.key, self.books.side.program_id) == mine
                    return event if is_own else None
        raise ChainError(f"the node does not say who opened session {row.address}: ask another one, or later")


def _explained(error: EscrowError) -> EscrowError:
    """What was so when it was looked at, and is not any more, by the names of those who ask."""
    if not isinstance(error, Refused):
        return error
    if error.refusal is program.Paused:
        return PlatformPaused(str(error))
    if error.refusal is program.SessionsNotAllowed:
        return WalletAllowsNoSessions(str(error))
    if error.refusal is program.AboveLimitPerSession:
        return TooLargeForSession(str(error))
    if error.refusal is program.AboveLimitPerPeriod:
        return PeriodUsedUp(str(error))
    return error
