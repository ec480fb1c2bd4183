"""The same scenario on an embedded chain and on a node gives the same accounts, events and errors."""

import difflib
import json
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from escrow_harness.canonical import Canonicaliser
from escrow_harness.recording import Recorder
from escrow_harness.scenario import play
from escrow_harness.spoilt import spoilt_accounts
from job_escrow.chain.rpc import RpcChain
from job_escrow.codec import REFUSALS, Balances, Job, Session
from job_escrow.testing.embedded import embedded_chain
from job_escrow.testing.litesvm import LiteSvmChain
from solders.pubkey import Pubkey

_Plain: TypeAlias = Any

NODES = [
    pytest.param("localnet_url", id="localnet"),
    pytest.param("validator_url", id="solana-test-validator", marks=pytest.mark.validator),
]
"""Fixtures that give the URL of a node."""


@pytest.fixture(scope="module")
def embedded() -> Recorder:
    return play(_chain())


@pytest.mark.parametrize("node", NODES)
def test_node_gives_what_the_embedded_chain_gives(
    node: str, embedded: Recorder, request: pytest.FixtureRequest
) -> None:
    with RpcChain(request.getfixturevalue(node)) as chain:
        recorder = play(chain)
    _assert_same(_canonical(embedded), _canonical(recorder))


def test_times_and_keys_of_a_run_do_not_matter(embedded: Recorder) -> None:
    other = play(_chain(unix_time=2_000_000_000))
    _assert_same(_canonical(embedded), _canonical(other))


def test_scenario_provokes_every_refusal(embedded: Recorder) -> None:
    assert {refusal.__name__ for refusal in REFUSALS.values()} - embedded.refusals == set()


def test_each_refusal_fails_alike_in_simulation_and_on_the_chain(embedded: Recorder) -> None:
    for entry in embedded.entries:
        if entry["outcome"] != "ok":
            simulated, landed = entry["outcome"]
            assert simulated == landed, entry["step"]
            assert entry["transaction"]["error"] is not None, entry["step"]


@pytest.mark.parametrize("different", ["amount", "order", "who", "error", "time left", "data"])
def test_nothing_but_symbols_is_overlooked(different: str) -> None:
    one, two = Pubkey.new_unique(), Pubkey.new_unique()
    balances = Balances(paid_available=1, paid_locked=2, granted_available=3, granted_locked=4, promotion_backing=5)
    entry = {
        "amount": balances,
        "order": ["first", "second"],
        "who": [one, two, one],
        "error": {"code": 6001},
        "time left": {"at": 100, "deadline": 160},
        "data": b"\x03" + bytes(one),
    }
    changed: dict[str, Any] = {
        "amount": replace(balances, paid_locked=3),
        "order": ["second", "first"],
        "who": [one, two, two],
        "error": {"code": 6002},
        "time left": {"at": 100, "deadline": 161},
        "data": b"\x03" + bytes(two),
    }
    before = Canonicaliser().plain(entry)
    assert before != Canonicaliser().plain(entry | {different: changed[different]})


def test_symbols_replace_what_a_run_chooses() -> None:
    def recording(address: Pubkey, started: int) -> object:
        start = started << 20
        return [
            {"owner": address, "at": started, "deadline": started + 60, "bump": started % 256, "sequence": start + 3},
            {"slot": started % 1_000, "data": b"\x01" + bytes(address) + b"\x02"},
        ]

    plain = Canonicaliser().plain(recording(Pubkey.new_unique(), 1_700_000_001))
    assert plain == Canonicaliser().plain(recording(Pubkey.new_unique(), 1_800_000_002))
    assert plain == [
        {"owner": "address 1", "at": "<time>", "deadline": "<time> + 60", "bump": "<bump>", "sequence": "<start> + 3"},
        {"slot": "slot 1", "data": "01<address 1>02"},
    ]


def test_no_job_or_session_is_left_and_every_lock_was_seen(embedded: Recorder) -> None:
    accounts = [info["data"] for entry in embedded.entries for info in entry["accounts"].values() if info is not None]
    seen = {(data.credit_account, data.id) for data in accounts if isinstance(data, Job)}
    assert len(seen) == 11
    opened = {(data.credit_account, data.id) for data in accounts if isinstance(data, Session)}
    assert len(opened) == 3
    last = embedded.entries[-1]["accounts"].values()
    assert not any(info is not None and isinstance(info["data"], Job | Session) for info in last)


def _chain(unix_time: int | None = None) -> LiteSvmChain:
    chain = embedded_chain(unix_time=unix_time)
    for address, account in spoilt_accounts().items():
        chain.set_account(address, account)
    return chain


def _canonical(recorder: Recorder) -> _Plain:
    return Canonicaliser().plain(recorder.entries)


def _assert_same(embedded: _Plain, other: _Plain) -> None:
    if embedded == other:
        return
    one, two = (json.dumps(each, indent=1).splitlines() for each in (embedded, other))
    diff = list(difflib.unified_diff(one, two, "embedded chain", "other chain", lineterm="", n=12))
    pytest.fail("\n".join(diff[:200]))
