"""The sysvars that change from slot to slot, as the bank of any slot has them.

Whoever asks for a commitment gets those of its bank; the virtual machine knows those of the open slot alone.
"""

from collections.abc import Callable, Iterable

from solders.account import Account
from solders.clock import Clock
from solders.hash import Hash
from solders.pubkey import Pubkey

from job_escrow_localnet.budget import LAMPORTS_PER_SIGNATURE
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.programs import (
    SYSVAR_CLOCK,
    SYSVAR_EPOCH_SCHEDULE,
    SYSVAR_LAST_RESTART_SLOT,
    SYSVAR_RECENT_BLOCKHASHES,
    SYSVAR_RENT,
    SYSVAR_SLOT_HASHES,
)

SLOT_HASHES = 512
"""Slots whose hashes the sysvar keeps."""
RECENT_BLOCKHASHES = 150
OF_A_BANK = frozenset({SYSVAR_CLOCK, SYSVAR_RECENT_BLOCKHASHES, SYSVAR_SLOT_HASHES})
_SLOT_HASHES_BYTES = 8 + SLOT_HASHES * 40
_RECENT_BLOCKHASHES_BYTES = 8 + RECENT_BLOCKHASHES * 40


def clock_data(clock: Clock) -> bytes:
    """The account data of the clock."""
    signed = (clock.epoch_start_timestamp, clock.epoch, clock.leader_schedule_epoch, clock.unix_timestamp)
    return clock.slot.to_bytes(8, "little") + b"".join(one.to_bytes(8, "little", signed=True) for one in signed)


def slot_hashes_data(entries: Iterable[tuple[int, Hash]]) -> bytes:
    """The account data of slots and hashes, which are given newest first."""
    return _list([slot.to_bytes(8, "little") + bytes(one) for slot, one in entries], _SLOT_HASHES_BYTES)


def recent_blockhashes_data(hashes: Iterable[Hash]) -> bytes:
    """The account data of blockhashes, which are given newest first, with the fee of each."""
    price = LAMPORTS_PER_SIGNATURE.to_bytes(8, "little")
    return _list([bytes(one) + price for one in hashes], _RECENT_BLOCKHASHES_BYTES)


def _list(entries: list[bytes], size: int) -> bytes:
    return (len(entries).to_bytes(8, "little") + b"".join(entries)).ljust(size, b"\0")


def unix_time(read: Callable[[Pubkey], Account | None]) -> int:
    """The time of the bank whose accounts are read, in seconds since 1970."""
    clock = read(SYSVAR_CLOCK)
    return 0 if clock is None else int.from_bytes(clock.data[32:40], "little", signed=True)


def parse_sysvar(key: Pubkey, data: bytes) -> dict[str, Json] | None:
    """What `jsonParsed` shows of a sysvar; None where this node has no parser for it."""
    parser = _PARSERS.get(key)
    return None if parser is None else parser(data)


def _clock(data: bytes) -> dict[str, Json]:
    names = ("slot", "epochStartTimestamp", "epoch", "leaderScheduleEpoch", "unixTimestamp")
    return {"type": "clock", "info": {name: _u64(data, 8 * place) for place, name in enumerate(names)}}


def _slot_hashes(data: bytes) -> dict[str, Json]:
    entries = [{"slot": _u64(one, 0), "hash": str(Hash.from_bytes(one[8:]))} for one in _entries(data)]
    return {"type": "slotHashes", "info": entries}


def _recent_blockhashes(data: bytes) -> dict[str, Json]:
    entries = [
        {
            "blockhash": str(Hash.from_bytes(one[:32])),
            "feeCalculator": {"lamportsPerSignature": str(_u64(one, 32))},
        }
        for one in _entries(data)
    ]
    return {"type": "recentBlockhashes", "info": entries}


def _rent(data: bytes) -> dict[str, Json]:
    return {"type": "rent", "info": {"lamportsPerByte": str(_u64(data, 0))}}


def _epoch_schedule(data: bytes) -> dict[str, Json]:
    info = {
        "slotsPerEpoch": _u64(data, 0),
        "leaderScheduleSlotOffset": _u64(data, 8),
        "warmup": data[16] == 1,
        "firstNormalEpoch": _u64(data, 17),
        "firstNormalSlot": _u64(data, 25),
    }
    return {"type": "epochSchedule", "info": info}


def _last_restart_slot(data: bytes) -> dict[str, Json]:
    return {"type": "lastRestartSlot", "info": {"lastRestartSlot": _u64(data, 0)}}


def _entries(data: bytes) -> list[bytes]:
    return [data[8 + 40 * place :][:40] for place in range(_u64(data, 0))]


def _u64(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 8], "little")


_PARSERS: dict[Pubkey, Callable[[bytes], dict[str, Json]]] = {
    SYSVAR_CLOCK: _clock,
    SYSVAR_SLOT_HASHES: _slot_hashes,
    SYSVAR_RECENT_BLOCKHASHES: _recent_blockhashes,
    SYSVAR_RENT: _rent,
    SYSVAR_EPOCH_SCHEDULE: _epoch_schedule,
    SYSVAR_LAST_RESTART_SLOT: _last_restart_slot,
}
