"""From transactions to rows: events, instructions, and what could not be decoded.

An event counts only where the program called itself with its event authority, the tag and a known discriminator, in a
transaction that succeeded. Logs are never read: anyone can write anything into them, and they are cut at 10 KB.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from job_escrow.codec import EVENT_TAG, PROGRAM_ID, DecodeError, event_authority

from job_escrow_indexer.decode.columns import row_of
from job_escrow_indexer.decode.instruction import UNKNOWN, known_instructions
from job_escrow_indexer.decode.layout import Layout, event_layouts
from job_escrow_indexer.position import position, with_inner
from job_escrow_indexer.store.values import large
from job_escrow_indexer.transaction import Called, MalformedTransaction, Transaction


class Happened(NamedTuple):
    """An event with its place, as the accounts are made of."""

    position: int
    layout: Layout
    values: tuple[Any, ...]
    base_units: int | None
    """What the vault that the instruction named held after the transaction; None: it named none, or it is gone."""


class Emitter(NamedTuple):
    """The instruction that emits events: who signed it, its data, and what its vault held after the transaction."""

    authority: str
    data: bytes
    base_units: int | None


@dataclass(slots=True)
class Decoded:
    """What some transactions say, as rows in the order of the tables' columns (see `store/tables.py`)."""

    transactions: list[tuple[Any, ...]] = field(default_factory=list)
    instructions: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    quarantine: list[tuple[Any, ...]] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)


class Decoder:
    """Decodes the program's transactions."""

    def __init__(self) -> None:
        self.program = str(PROGRAM_ID)
        self._event_authority = str(event_authority(PROGRAM_ID))
        self._layouts = event_layouts()
        self._known = known_instructions()

    def decode(self, transactions: Sequence[Transaction]) -> Decoded:
        """Decode transactions, in any order. Raises MalformedTransaction, which says of which one."""
        into = Decoded()
        for transaction in transactions:
            try:
                self._transaction(transaction, into)
            except MalformedTransaction as error:
                error.signature = transaction.signature
                raise
            except (LookupError, TypeError, ValueError, OverflowError, AttributeError, RecursionError) as error:
                # Such as an instruction of an account that the transaction does not name.
                said = f"{transaction.signature} cannot be read ({error!r:.200})"
                raise MalformedTransaction(said, transaction.signature) from error
        return into

    def event(self, place: int, data: bytes, emitter: Emitter, into: Decoded) -> None:
        """Decode the bytes of one event. Raises DecodeError where they are none that this release knows."""
        layout = self._layouts.get(data[:16])
        if layout is None:
            raise DecodeError(f"no event has the discriminator {data[8:16].hex()}")
        try:
            values = layout.unpack(data)
        except struct.error:
            raise DecodeError(f"{layout.name} has {layout.struct.size} bytes, found {len(data)}") from None
        vault_base_units = None if emitter.base_units is None else large(emitter.base_units)
        into.events.append((place, layout.name, emitter.authority, data, vault_base_units, *row_of(layout)(values)))
        into.happened.append(Happened(place, layout, values, emitter.base_units))

    def happened(self, place: int, data: bytes, base_units: int | None = None) -> Happened:
        """A stored event."""
        layout = self._layouts[data[:16]]
        return Happened(place, layout, layout.unpack(data), base_units)

    def retry(self, quarantined: Iterable[Mapping[str, Any]]) -> tuple[Decoded, list[int]]:
        """Decode rows of the quarantine again; gives what they say, and the positions of those that were decoded."""
        into, done = Decoded(), []
        for row in quarantined:
            try:
                if row["kind"] == "event":
                    self.event(row["position"], row["data"], Emitter(row["authority"], b"", None), into)
                else:
                    self._again(row, into)
            except DecodeError:
                continue
            done.append(row["position"])
        return into, done

    def _again(self, row: Mapping[str, Any], into: Decoded) -> None:
        data = row["data"]
        kind = self._known.get(data[:8], UNKNOWN)
        kind.check(data)
        accounts = json.loads(row["accounts"])

        def account(at: int) -> str | None:
            return accounts[at] if 0 <= at < len(accounts) else None

        authority = account(kind.signer) or row["authority"]
        credit_account = account(kind.credit_account)
        into.instructions.append(
            (row["position"], kind.name, authority, row["caller"], row["failed"], credit_account, data)
        )

    def _transaction(self, transaction: Transaction, into: Decoded) -> None:
        place = position(transaction.slot, transaction.index)
        failed = transaction.error is not None
        into.transactions.append(
            (
                place,
                transaction.signature,
                transaction.block_time,
                transaction.keys[0],
                transaction.fee,
                transaction.compute_units,
                json.dumps(transaction.error, separators=(",", ":"), sort_keys=True) if failed else None,
            )
        )
        for index, calls in enumerate(transaction.calls):
            for call in calls:
                if call.program == self.program:
                    self._group(transaction, index, calls, into)
                    break

    def _group(self, transaction: Transaction, index: int, calls: Sequence[Called], into: Decoded) -> None:
        """One instruction of the transaction and all that was called for it."""
        program, failed = self.program, transaction.error is not None
        first = position(transaction.slot, transaction.index, index)
        # Who is at work at each depth.
        programs: dict[int, str] = {}
        emitters: dict[int, Emitter] = {}
        for inner, call in enumerate(calls):
            height = call.height
            if height is None:
                height = self._guessed_height(inner, call, transaction, emitters)
            programs[height] = call.program
            if call.program != program:
                continue
            caller = programs.get(height - 1)
            place = with_inner(first, inner)
            data = call.data
            emitter = emitters.get(height - 1)
            if emitter is not None and caller == program and self._is_event(call, data, transaction):
                if not failed:
                    self._event(place, data, emitter, transaction, call, into)
                continue
            emitters[height] = self._instruction(place, call, data, caller, transaction, into)

    def _event(
        self, place: int, data: bytes, emitter: Emitter, transaction: Transaction, call: Called, into: Decoded
    ) -> None:
        try:
            self.event(place, data, emitter, into)
        except DecodeError as problem:
            self._quarantine(place, "event", problem, transaction, call, emitter.authority, self.program, into)

    def _instruction(
        self, place: int, call: Called, data: bytes, caller: str | None, transaction: Transaction, into: Decoded
    ) -> Emitter:
        keys, accounts = transaction.keys, call.accounts
        kind = self._known.get(data[:8], UNKNOWN)
        count = len(accounts)
        failed = transaction.error is not None
        authority = keys[accounts[kind.signer]] if 0 <= kind.signer < count else keys[0]
        credit_account = keys[accounts[kind.credit_account]] if 0 <= kind.credit_account < count else None
        into.instructions.append((place, kind.name, authority, caller, int(failed), credit_account, data))
        # What failed did nothing, and anyone can send nonsense that fails.
        if not failed:
            try:
                kind.check(data)
            except DecodeError as problem:
                self._quarantine(place, "instruction", problem, transaction, call, authority, caller, into)
        vault = kind.vault
        held = transaction.token_balances.get(keys[accounts[vault]]) if 0 <= vault < count else None
        return Emitter(authority, data, held)

    def _is_event(self, call: Called, data: bytes, transaction: Transaction) -> bool:
        return (
            data.startswith(EVENT_TAG)
            and len(call.accounts) > 0
            and transaction.keys[call.accounts[0]] == self._event_authority
        )

    def _guessed_height(
        self, inner: int, call: Called, transaction: Transaction, emitters: Mapping[int, Emitter]
    ) -> int:
        """Nodes before 1.14.6 do not tell it: a call with the event authority is below the program's last one."""
        if inner == 0:
            return 1
        signed = len(call.accounts) > 0 and transaction.keys[call.accounts[0]] == self._event_authority
        return max(emitters, default=1) + 1 if call.program == self.program and signed else 2

    def _quarantine(
        self,
        place: int,
        kind: str,
        problem: DecodeError,
        transaction: Transaction,
        call: Called,
        authority: str,
        caller: str | None,
        into: Decoded,
    ) -> None:
        accounts = json.dumps([transaction.keys[at] for at in call.accounts])
        failed = int(transaction.error is not None)
        into.quarantine.append(
            (place, kind, str(problem), transaction.signature, authority, caller, failed, accounts, call.data)
        )
