"""Settling sessions on chain, and ending them: whatever step a crash hit, the chain's count and head say which."""

import contextlib
import logging

from job_escrow.chain.requests import ChainError, Flow, GetAccounts, ask
from job_escrow.codec import SessionSettled
from job_escrow.codec.errors import DeadlineNotPassed, DeadlinePassed, WrongReceiptCount
from job_escrow.errors import NotFound, Refused, SessionEnded
from job_escrow.flows import read, sessions
from job_escrow.session_context import lifecycle
from job_escrow.session_context.books import Books
from job_escrow.session_context.lifecycle import Seen
from job_escrow.session_context.rows import SessionRow
from job_escrow.transactions import unexplained

_MOST_LOOKS = 3
_log = logging.getLogger(__name__)


class Ending:
    """What is told to the chain of an account's sessions."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def settle(self, row: SessionRow, *, is_final: bool) -> Flow[None]:
        """Charge what was not charged yet; a final settlement ends a session that is closing and has nothing running.

        A repeat is harmless. Raises EscrowError and ChainError; the next turn goes on from what was settled.
        """
        for looks in range(1, _MOST_LOOKS + 1):
            try:
                yield from self._settle(row, is_final=is_final)
            except Refused as refused:
                # What was sent before has landed since it was looked at.
                if refused.refusal is not WrongReceiptCount or looks == _MOST_LOOKS:
                    raise
            else:
                return

    def _settle(self, row: SessionRow, *, is_final: bool) -> Flow[None]:
        books, side = self._books, self._books.side
        (info,) = yield from ask(GetAccounts([row.key]))
        if info is None:
            yield from self.look(row)
            return
        session = read.decoded_session(row.key, info, side.program_id)
        seen = yield from books.write(lifecycle.seen, row.number, session.count, session.settled, session.head)
        if seen is Seen.OLDER:
            yield from books.same_chain()
            raise ChainError(f"the node is behind what was settled of session {row.address}: ask another one, or later")
        if seen is Seen.FOREIGN:
            yield from books.same_chain()
            yield from self._give_back(row)
            return
        settlement = yield from books.write(lifecycle.note_settlement, row.number, is_final=is_final)
        if settlement.is_empty:
            return
        try:
            receipt = yield from sessions.settle_session(side, row.account, row.session_id, settlement)
        except SessionEnded as error:
            yield from books.same_chain()
            yield from books.write(lifecycle.ended, row.number, error.outcome)
            return
        except Refused as refused:
            if refused.refusal is not DeadlinePassed:
                raise
            yield from self.refund_timed_out(row)
            return
        event = next((each for each in receipt.events if isinstance(each, SessionSettled)), None)
        if event is None:
            raise unexplained(receipt)
        if settlement.is_final:
            yield from self.look(row)
        else:
            yield from books.write(lifecycle.seen, row.number, event.count, event.settled, event.head)

    def refund_timed_out(self, row: SessionRow) -> Flow[None]:
        """Give back what a session holds whose deadline has passed, which the program makes sure of."""
        try:
            # Somebody else may be first.
            with contextlib.suppress(NotFound):
                yield from sessions.refund_timed_out_session(self._books.side, row.account, row.session_id)
        except Refused as refused:
            if refused.refusal is not DeadlineNotPassed:
                raise
            raise ChainError(
                f"the node says that the deadline of session {row.address} has passed, and that it has not: ask "
                "another one, or later"
            ) from refused
        yield from self.look(row)

    def look(self, row: SessionRow) -> Flow[None]:
        """Take over how a session has ended. Raises ChainError where nobody can say yet, and EscrowError."""
        side = self._books.side
        outcome = yield from sessions.session_outcome_of(row.account, row.session_id, side.program_id)
        yield from self._books.same_chain()
        if outcome is None:
            raise ChainError(f"the node does not say how session {row.address} ended: ask another one, or later")
        yield from self._books.write(lifecycle.ended, row.number, outcome)

    def _give_back(self, row: SessionRow) -> Flow[None]:
        """End a session of which the chain has receipts that the store has not, as after an older copy came back.

        What the chain has charged is all that it costs: nothing of what was forgotten is charged, and nothing twice.
        """
        _log.error("the chain has receipts of session %s that the store has not: it is given back", row.address)
        yield from self._books.write(lifecycle.close, row.number, also_running=True)
        with contextlib.suppress(NotFound):
            yield from sessions.refund_session(self._books.side, row.account, row.session_id)
        yield from self.look(row)
