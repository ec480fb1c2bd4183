"""How long anchorpy3's coder takes for an account and an event, as ratios to `struct.unpack` of the same bytes.

    python client_peer.py STAGE.json

Runs in an environment of its own (requirements/interop-anchorpy3.lock); prints one JSON object.
"""

# mypy: ignore-errors
# Its packages are of other versions than those that types are checked with here.

import json
import statistics
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

from anchorpy import Coder, Idl

stage = json.loads(Path(sys.argv[1]).read_text())
coder = Coder(Idl.from_json(Path(stage["idl"]).read_text()))
EVENT_TAG_BYTES = 8


def seconds(task: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        task()
    return (time.perf_counter() - began) / times


def ratio(parse: Callable[[], object], layout: str, data: bytes) -> float:
    """The median over rounds in turn."""
    assert parse() is not None
    unpack = struct.Struct(layout).unpack
    taken = [(seconds(parse, 20), seconds(lambda: unpack(data), 20_000)) for _ in range(stage["rounds"])]
    theirs, floor = (statistics.median(each) for each in zip(*taken, strict=True))
    return theirs / floor


account, event = (bytes.fromhex(stage[name][1]) for name in ("account", "event"))
print(
    json.dumps(
        {
            "account": ratio(lambda: coder.accounts.parse(account), stage["account"][0], account),
            "event": ratio(lambda: coder.events.parse(event[EVENT_TAG_BYTES:]), stage["event"][0], event),
        }
    )
)
