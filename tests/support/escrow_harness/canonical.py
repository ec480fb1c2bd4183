"""Recordings of two chains made comparable: what a chain or a run chooses itself becomes symbols, nothing else does.

Addresses and signatures are numbered in order of first appearance, slots, periods and expiries too; other times become
`<time>`, bumps `<bump>`; job ids and sequence numbers, which begin at the clock of the opening, become their distance
from it. What relates them stays: a deadline is so many seconds after its lock, and two jobs that count in one period
name the same one.
"""

from dataclasses import fields, is_dataclass
from typing import Any

from job_escrow.addresses import ASSOCIATED_TOKEN_PROGRAM_ID
from job_escrow.codec import PROGRAM_ID
from job_escrow.tokens import USDC_MINT
from solders.compute_budget import ID as COMPUTE_BUDGET_PROGRAM_ID
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.token import ID as TOKEN_PROGRAM_ID

_START_BITS = 20
_BUMPS = frozenset({"bump", "job_bump", "vault_bump"})
_COUNTED_FROM_START = frozenset({"id", "grant_id", "sequence", "highest", "starts_at"})
_PERIODS = frozenset({"limit_period", "period_started_at"})
_TIMES_WITHOUT_SUFFIX = frozenset({"at", "block_time"})
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
        if is_dataclass(value):
            content = {each.name: getattr(value, each.name) for each in fields(value)}
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
        if name == "slot":
            return self._numbered("slot", number)
        if number == 0:
            return 0
        if name in _COUNTED_FROM_START and number >> _START_BITS:
            return f"<start> + {number % (1 << _START_BITS)}"
        if name in _PERIODS:
            return self._numbered("period", number)
        if name == "expires_at":
            return self._numbered("expiry", number)
        if name in _TIMES_WITHOUT_SUFFIX or name.endswith("_at"):
            return "<time>"
        return number

    def _deadline(self, siblings: dict[Any, Any], name: object) -> str | None:
        if name != "deadline":
            return None
        locked_at = siblings["locked_at"] if "locked_at" in siblings else siblings["at"]
        return f"<time> + {siblings['deadline'] - locked_at}"

    def _numbered(self, kind: str, value: object) -> str:
        key = (kind, value)
        if key not in self._symbols:
            self._symbols[key] = f"{kind} {sum(1 for each, _ in self._symbols if each == kind) + 1}"
        return self._symbols[key]
