"""Recordings of two chains made comparable: what a chain or a run chooses itself becomes symbols, nothing else does.

Addresses and signatures are numbered in order of first appearance, slots, periods and expiries too; other times become
`<time>`, bumps `<bump>`; ids of grants and sequence numbers, which begin at the clock of the opening, become their
distance from it. Ids of jobs and sessions begin there too, but which of them can be used depends on the account: they
are numbered, and their windows become `<window>`. Heads of sessions, hashes over addresses, are numbered as well. What
relates them stays: a deadline is so many seconds after its lock, and two jobs that count in one period name the same
one.
"""

from dataclasses import fields, is_dataclass
from typing import Any

from job_escrow.addresses import ASSOCIATED_TOKEN_PROGRAM_ID
from job_escrow.codec import PROGRAM_ID, CreditsGranted, IdWindow, JobIdWindow
from job_escrow.tokens import USDC_MINT
from solders.compute_budget import ID as COMPUTE_BUDGET_PROGRAM_ID
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.token import ID as TOKEN_PROGRAM_ID

_START_BITS = 20
_BUMPS = frozenset({"bump", "vault_bump", "delegate_bump"})
_SLOTS = frozenset({"slot", "last_slot"})
_COUNTED_FROM_START = frozenset({"grant_id", "sequence", "starts_at"})
_JOB_IDS = frozenset({"id", "job_id"})
_PERIODS = frozenset({"limit_period", "period_started_at"})
_HEADS = frozenset({"head", "session_heads"})
_TIMES_WITHOUT_SUFFIX = frozenset({"at", "block_time", "usable_from"})
_NAMES = {
    PROGRAM_ID: "job_escrow",
    SYSTEM_PROGRAM_ID: "system program",
    TOKEN_PROGRAM_ID: "token program",
    ASSOCIATED_TOKEN_PROGRAM_ID: "associated token program",
    COMPUTE_BUDGET_PROGRAM_ID: "compute budget program",
    USDC_MINT: "USDC",
}


class Canonicaliser:
    """Turns one recording into plain data with symbols; a new recording wants a new one."""

    def __init__(self) -> None:
        self._symbols: dict[tuple[str, Any], str] = {}
        self._addresses: dict[bytes, str] = {}

    def plain(self, value: Any, name: str = "") -> Any:
        """`value` as it is compared; `name` is that of the field that it stands in."""
        match value:
            case Pubkey():
                return self._address(value)
            case Signature():
                return self._numbered("signature", value)
            case bytes() if name in _HEADS and any(value):
                # They are hashes over addresses, which are a run's own; that they are the same head is not.
                return self._numbered("head", value)
            case bytes():
                return self._bytes(value)
            case bool() | None | str():
                return value
            case int():
                return self._integer(value, name)
            case dict():
                return {key: self._deadline(value, key) or self.plain(each, key) for key, each in value.items()}
            case list() | tuple():
                return [self.plain(each, name) for each in value]
        if isinstance(value, IdWindow | JobIdWindow):
            return self._window(value, name)
        if is_dataclass(value):
            content = {each.name: getattr(value, each.name) for each in fields(value)}
            if isinstance(value, CreditsGranted):
                content["grant_id"] = content.pop("id")
            return {"kind": type(value).__name__, **self.plain(content)}
        return str(value)

    def _address(self, address: Pubkey) -> str:
        symbol = _NAMES.get(address) or self._numbered("address", address)
        self._addresses[bytes(address)] = symbol
        return symbol

    def _bytes(self, data: bytes) -> str:
        """Hexadecimal, with the addresses that appeared so far as symbols."""
        at, parts = 0, []
        while at < len(data):
            symbol = self._addresses.get(data[at : at + Pubkey.LENGTH])
            parts.append(data[at : at + 1].hex() if symbol is None else f"<{symbol}>")
            at += 1 if symbol is None else Pubkey.LENGTH
        return "".join(parts)

    def _integer(self, number: int, name: str) -> int | str:
        if name in _BUMPS:
            return "<bump>"
        if name in _SLOTS:
            # 0 is none.
            return self._numbered("slot", number) if number else 0
        if number == 0:
            return 0
        if name in _COUNTED_FROM_START and number >> _START_BITS:
            return f"<start> + {number % (1 << _START_BITS)}"
        if name in _JOB_IDS and number >> _START_BITS:
            return self._numbered("job id", number)
        if name in _PERIODS:
            return self._numbered("period", number)
        if name == "expires_at":
            return self._numbered("expiry", number)
        if name in _TIMES_WITHOUT_SUFFIX or name.endswith("_at"):
            return "<time>"
        return number

    def _window(self, window: IdWindow | JobIdWindow, name: str) -> dict[str, Any]:
        if name == "grant_ids":
            return {"highest": self._integer(window.highest, "grant_id"), "words": list(window.words)}
        unused = window.highest % (1 << _START_BITS) == 0
        highest = "<start>" if unused else self._numbered("job id", window.highest)
        return {"highest": highest, "words": "<window>"}

    def _deadline(self, siblings: dict[Any, Any], name: object) -> str | None:
        if name != "deadline":
            return None
        began = next(siblings[each] for each in ("locked_at", "opened_at", "at") if each in siblings)
        return f"<time> + {siblings['deadline'] - began}"

    def _numbered(self, kind: str, value: object) -> str:
        key = (kind, value)
        if key not in self._symbols:
            self._symbols[key] = f"{kind} {sum(1 for each, _ in self._symbols if each == kind) + 1}"
        return self._symbols[key]
