"""Requests and sessions of one platform, as the database has them."""

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions import admission, settling
from job_escrow_api.domain.sessions.admission import Admission
from job_escrow_api.domain.sessions.listing import REQUESTS, SESSION_COLUMNS
from job_escrow_api.domain.sessions.receipt_views import receipt_view
from job_escrow_api.domain.sessions.requests import ReceiptView, UnitsUsed
from job_escrow_api.domain.sessions.rows import RequestRow, SessionRow

_LIVE = "status IN ('opening', 'open')"


class SessionStore:
    """What is asked of the rows, and the short transactions that change requests."""

    def __init__(self, database: ApiDatabase, platform: Pubkey) -> None:
        self._database = database
        self._platform = str(platform)

    async def admit(self, wanted: Admission) -> RequestRow | None:
        """Reserve a request; None where no open session has room. Raises Refusal."""
        number = await self._database.write(admission.admit, wanted)
        return None if number is None else self.existing(number)

    async def settle(self, row: RequestRow, used: UnitsUsed, now: int, key: Keypair | None) -> RequestRow:
        """Charge what a request has used; the receipt is signed with the key if there is one. Raises Refusal."""
        if not await self._database.write(settling.settle, row.number, used, now, key):
            raise Refusal(Kinds.CONFLICT, "The request's seconds are over: it was released, and costs nothing.")
        return self.existing(row.number)

    async def release(self, row: RequestRow, now: int) -> RequestRow:
        """Let a request go. Raises Refusal."""
        await self._database.write(settling.release, row.number, now)
        return self.existing(row.number)

    async def release_expired(self, now: int) -> int:
        """Let those go whose seconds are over; gives how many."""
        return await self._database.write(settling.release_expired, now)

    def by_idempotency_key(self, operator_wallet: str, idempotency_key: str) -> RequestRow | None:
        """The request that was admitted under it."""
        return self._request(
            "r.platform = ? AND r.operator_wallet = ? AND r.idempotency_key = ?",
            (self._platform, operator_wallet, idempotency_key),
        )

    def by_id(self, request: str) -> RequestRow | None:
        return self._request("r.id = ? AND r.platform = ?", (request, self._platform))

    def existing(self, number: int) -> RequestRow:
        """A request's row as it is now."""
        found = self._request("r.number = ?", (number,))
        assert found is not None  # noqa: S101  (rows are never deleted)
        return found

    def page(self, credit_account: str, before: int, limit: int) -> list[RequestRow]:
        """Requests of an account, newest first."""
        sql = f"{REQUESTS} WHERE r.credit_account = ? AND r.number < ? ORDER BY r.number DESC LIMIT ?"
        return [RequestRow(**dict(row)) for row in self._database.all(sql, (credit_account, before, limit))]

    def receipt(self, row: RequestRow) -> ReceiptView | None:
        """A request's receipt and what commits to it; None where it has none."""
        return receipt_view(self._database.reader, row)

    def session(self, number: int) -> SessionRow:
        """A session's row as it is now."""
        row = self._database.one(f"SELECT {SESSION_COLUMNS} FROM api_sessions WHERE number = ?", (number,))
        assert row is not None  # noqa: S101  (rows are never deleted)
        return SessionRow(**dict(row))

    def live(self, credit_account: str) -> list[SessionRow]:
        """An account's sessions that may hold credits, the oldest first."""
        sql = f"SELECT {SESSION_COLUMNS} FROM api_sessions WHERE credit_account = ? AND {_LIVE} ORDER BY number"
        return [SessionRow(**dict(row)) for row in self._database.all(sql, (credit_account,))]

    def all_live(self) -> list[SessionRow]:
        """All sessions that may hold credits: by their deadlines, then those that are being opened."""
        sql = f"""SELECT {SESSION_COLUMNS} FROM api_sessions WHERE {_LIVE} AND platform = ?
                  ORDER BY deadline NULLS LAST, number"""
        return [SessionRow(**dict(row)) for row in self._database.all(sql, (self._platform,))]

    def sessions(self, credit_account: str, before: int, limit: int) -> list[SessionRow]:
        """Sessions of an account that were opened, newest first."""
        sql = f"""SELECT {SESSION_COLUMNS} FROM api_sessions WHERE credit_account = ? AND number < ?
                  AND status <> 'failed' ORDER BY number DESC LIMIT ?"""
        return [SessionRow(**dict(row)) for row in self._database.all(sql, (credit_account, before, limit))]

    def activity(self, credit_account: str) -> tuple[int, ...]:
        """Numbers that are others once anything has happened to an account's sessions or requests."""
        sql = """SELECT count(*), coalesce(sum(count), 0), coalesce(sum(running), 0), coalesce(sum(settled_count), 0),
                        coalesce(sum(status = 'open'), 0), coalesce(sum(closing), 0),
                        (SELECT coalesce(max(number), 0) FROM api_requests WHERE credit_account = ?1)
                 FROM api_sessions WHERE credit_account = ?1 AND status IN ('opening', 'open')"""
        row = self._database.one(sql, (credit_account,))
        return () if row is None else tuple(row)

    def unsettled_since(self, row: SessionRow) -> int | None:
        """When the oldest receipt was made that the chain has not; None where it has all."""
        sql = "SELECT ended_at FROM api_requests WHERE session = ? AND receipt_number = ?"
        found = self._database.one(sql, (row.number, row.settled_count + 1))
        return None if found is None else int(found["ended_at"])

    def allows_sessions(self, row: SessionRow) -> bool:
        """Whether the wallet still allows the operator sessions, as far as the index knows.

        It knows nothing until it has read the session's opening, before which the wallet may have allowed none.
        """
        sql = """SELECT c.limit_per_session FROM credit_accounts c
                 JOIN sessions x ON x.credit_account = c.address AND x.id = ? WHERE c.address = ?"""
        found = self._database.one(sql, (row.session_id, row.credit_account))
        return found is None or found["limit_per_session"] != 0

    def _request(self, condition: str, parameters: tuple[object, ...]) -> RequestRow | None:
        row = self._database.one(f"{REQUESTS} WHERE {condition}", parameters)
        return None if row is None else RequestRow(**dict(row))
