"""Transactions that were made to deceive the indexer leave no wrong row."""

from dataclasses import replace
from typing import Any

import base58
import pytest
from indexer_harness.dump import canonical_dump
from indexer_harness.memory import memory_database
from indexer_harness.recording import RecordingMachine
from job_escrow.codec import EVENT_TAG, PROGRAM_ID, event_authority
from job_escrow.presets import load_preset
from job_escrow_indexer.accounts.fold.common import start_ids, use_id
from job_escrow_indexer.decode.decoder import Decoder
from job_escrow_indexer.decode.instruction import known_instructions
from job_escrow_indexer.position import PositionOutOfRange, position
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.transaction import (
    Called,
    MalformedTransaction,
    Transaction,
    UnknownTransactionVersion,
    read_transaction,
)
from program_harness.world import World

OURS = str(PROGRAM_ID)
AUTHORITY = str(event_authority(PROGRAM_ID))
THEIRS = "Evi1111111111111111111111111111111111111111"
MEMO = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"


@pytest.fixture(scope="module")
def recorded() -> list[Transaction]:
    """A platform, an account, a purchase, and a job."""
    machine = RecordingMachine(verify=False)
    world = World(machine=machine)
    platform = world.create_platform(load_preset("decentral"))
    credit = world.opened(platform, "alice", buy=1_000)
    job = world.lock(credit)
    world.settle(job, 500)
    return machine.recorded


@pytest.fixture
def settlement(recorded: list[Transaction]) -> Transaction:
    """The settlement, whose only event is its last inner call."""
    found = recorded[-1]
    assert found.keys[found.calls[-1][-1].accounts[0]] == AUTHORITY
    return found


def _event(settlement: Transaction) -> Called:
    return settlement.calls[-1][-1]


def _store(*transactions: Transaction) -> Store:
    store = Store(memory_database())
    store.ingest(transactions)
    return store


def _later(transaction: Transaction, calls: list[list[Called]], **changes: Any) -> Transaction:
    """Another transaction with the keys of one, in the next slot."""
    changed = replace(transaction, slot=transaction.slot + 1, signature="another", calls=calls, token_balances={})
    return replace(changed, **changes)


def _unchanged(recorded: list[Transaction], hostile: Transaction) -> Store:
    """The store after a hostile transaction, of which nothing but itself and its instructions is there."""
    clean, store = _store(*recorded), _store(*recorded, hostile)
    tables = ("events", "platforms", "payees", "credit_accounts", "jobs", "vaults")
    assert canonical_dump(store.db, tables) == canonical_dump(clean.db, tables)
    return store


def test_the_event_of_another_program(recorded: list[Transaction], settlement: Transaction) -> None:
    """It calls itself with our bytes, our event authority and our tag."""
    event = _event(settlement)
    calls = [[Called(THEIRS, [], "", 1), Called(THEIRS, event.accounts, event.encoded, 2)]]
    store = _unchanged(recorded, _later(settlement, calls))
    assert store.db.table("instructions").count == _store(*recorded).db.table("instructions").count


def test_another_program_calls_ours_with_an_event(recorded: list[Transaction], settlement: Transaction) -> None:
    event = _event(settlement)
    calls = [[Called(THEIRS, [], "", 1), Called(OURS, event.accounts, event.encoded, 2)]]
    store = _unchanged(recorded, _later(settlement, calls))
    (row,) = store.db.query("SELECT * FROM quarantine")
    assert row["kind"] == "instruction"
    assert row["caller"] == THEIRS


def test_an_event_as_a_top_level_instruction(recorded: list[Transaction], settlement: Transaction) -> None:
    event = _event(settlement)
    _unchanged(recorded, _later(settlement, [[Called(OURS, event.accounts, event.encoded, 1)]]))


def test_an_event_without_the_authority(recorded: list[Transaction], settlement: Transaction) -> None:
    event = _event(settlement)
    (own,) = settlement.calls[-1][:1]
    _unchanged(recorded, _later(settlement, [[own, Called(OURS, [0], event.encoded, 2)]]))


def test_an_event_below_another_program_that_ours_called(recorded: list[Transaction], settlement: Transaction) -> None:
    """Our program at height 1, another one at height 2, and the event below that."""
    event = _event(settlement)
    own = settlement.calls[-1][0]
    calls = [[own, Called(THEIRS, [], "", 2), Called(OURS, event.accounts, event.encoded, 3)]]
    _unchanged(recorded, _later(settlement, calls))


def test_an_event_below_another_program_that_was_called_after_ours(
    recorded: list[Transaction], settlement: Transaction
) -> None:
    event, own = _event(settlement), settlement.calls[-1][0]
    calls = [
        [
            Called(THEIRS, [], "", 1),
            replace(own, height=2),
            Called(MEMO, [], "", 2),
            Called(OURS, event.accounts, event.encoded, 3),
        ]
    ]
    _unchanged(recorded, _later(settlement, calls))


def test_an_event_of_a_failed_transaction(recorded: list[Transaction], settlement: Transaction) -> None:
    failed = _later(settlement, [list(calls) for calls in settlement.calls], error={"InstructionError": [1, "X"]})
    store = _unchanged(recorded, failed)
    rows = list(store.db.query("SELECT name, failed FROM instructions ORDER BY position DESC LIMIT 1"))
    assert rows == [{"name": "settle", "failed": 1}]


def test_event_bytes_in_a_memo(recorded: list[Transaction], settlement: Transaction) -> None:
    event = _event(settlement)
    _unchanged(recorded, _later(settlement, [[Called(MEMO, event.accounts, event.encoded, 1)]]))


def test_logs_are_never_read(settlement: Transaction) -> None:
    """Whatever is in them, and however much: a transaction as it is read has none."""
    answer = _answer(settlement)
    answer["meta"]["logMessages"] = [f"Program {OURS} invoke [1]", "Program data: " + "A" * 20_000] * 50
    assert read_transaction(answer) == settlement


def test_the_program_called_by_another_one(recorded: list[Transaction], settlement: Transaction) -> None:
    """Real calls, one level deeper: the same events, and who called."""
    deeper = [
        [Called(THEIRS, [], "", 1), *(replace(call, height=(call.height or 0) + 1) for call in calls)]
        if any(call.program == OURS for call in calls)
        else calls
        for calls in settlement.calls
    ]
    wrapped = replace(settlement, calls=deeper)
    direct, through = _store(*recorded), _store(*recorded[:-1], wrapped)
    query = "SELECT name, authority, credits, paid_available, vault_base_units, data FROM events ORDER BY position"
    assert list(through.db.query(query)) == list(direct.db.query(query))
    (last,) = through.db.query("SELECT name, caller, authority FROM instructions ORDER BY position DESC LIMIT 1")
    (usual,) = direct.db.query("SELECT name, caller, authority FROM instructions ORDER BY position DESC LIMIT 1")
    assert last == {**usual, "caller": THEIRS}


def test_a_node_that_tells_no_heights(recorded: list[Transaction]) -> None:
    old = [
        replace(one, calls=[[replace(call, height=None) for call in calls] for calls in one.calls]) for one in recorded
    ]
    assert canonical_dump(_store(*old).db) == canonical_dump(_store(*recorded).db)


@pytest.mark.parametrize("spoil", ["unknown", "short", "long"])
def test_an_event_that_is_not_known_is_kept_and_decoded_later(
    recorded: list[Transaction], settlement: Transaction, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _event(settlement).data
    spoilt = {"unknown": EVENT_TAG + b"new disc" + data[16:], "short": data[:-1], "long": data + b"\0"}[spoil]
    calls = [*settlement.calls[:-1], [*settlement.calls[-1][:-1], _with_data(_event(settlement), spoilt)]]
    store = _store(*recorded[:-1], replace(settlement, calls=calls))
    (row,) = store.db.query("SELECT * FROM quarantine")
    assert (row["kind"], row["data"]) == ("event", spoilt)
    assert store.retry_quarantine() == 0
    if spoil == "unknown":
        # An upgrade: now the discriminator is known.
        layouts = store._decoder._layouts
        monkeypatch.setitem(layouts, spoilt[:16], layouts[data[:16]])
        assert store.retry_quarantine() == 1
        assert store.db.table("quarantine").count == 0
        accounts = ("platforms", "credit_accounts", "jobs")
        assert canonical_dump(store.db, accounts) == canonical_dump(_store(*recorded).db, accounts)


def test_an_instruction_that_is_not_known(recorded: list[Transaction], settlement: Transaction) -> None:
    own = settlement.calls[-1][0]
    calls = [[_with_data(own, b"whatever" + bytes(9))]]
    store = _unchanged(recorded, _later(settlement, calls))
    (row,) = store.db.query("SELECT kind, reason FROM quarantine")
    assert row["kind"] == "instruction"
    failed = _later(settlement, calls, error="X")
    assert _unchanged(recorded, failed).db.table("quarantine").count == 0


def test_an_instruction_that_is_not_known_is_kept_and_decoded_later(
    recorded: list[Transaction], settlement: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade knows it: who it was by, and of which account, is what it would have been."""
    own, *inner = settlement.calls[-1]
    known = _store(*recorded)
    unknown = replace(settlement, calls=[*settlement.calls[:-1], [_with_data(own, b"whatever" + own.data[8:]), *inner]])
    store = _store(*recorded[:-1], unknown)
    signed = "SELECT position, name, authority FROM events ORDER BY position DESC"
    assert next(store.db.query(signed)) != next(known.db.query(signed))
    (row,) = store.db.query("SELECT kind, data FROM quarantine")
    assert row == {"kind": "instruction", "data": b"whatever" + own.data[8:]}
    assert store.retry_quarantine() == 0
    monkeypatch.setitem(store._decoder._known, b"whatever", store._decoder._known[own.data[:8]])
    assert store.retry_quarantine() == 1
    assert store.db.table("quarantine").count == 0
    newest = "SELECT position, name, authority, caller, failed, credit_account FROM instructions ORDER BY position DESC"
    assert next(store.db.query(newest)) == next(known.db.query(newest))
    assert list(store.db.query(signed)) == list(known.db.query(signed))


def test_only_its_own_events_are_given_to_an_instruction_that_is_known_later(
    recorded: list[Transaction], settlement: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program calls two of ours: the second, by somebody else, keeps its event."""
    own, event = settlement.calls[-1][0], _event(settlement)
    signer = known_instructions()[own.data[:8]].signer
    other = next(at for at in own.accounts if at not in (0, own.accounts[signer]))
    by_other = [*own.accounts[:signer], other, *own.accounts[signer + 1 :]]
    calls = [
        Called(THEIRS, [], "", 1),
        replace(_with_data(own, b"whatever" + own.data[8:]), height=2),
        replace(event, height=3),
        replace(own, accounts=by_other, height=2),
        replace(event, height=3),
    ]
    store = _store(*recorded[:-1], replace(settlement, calls=[calls]))
    monkeypatch.setitem(store._decoder._known, b"whatever", store._decoder._known[own.data[:8]])
    assert store.retry_quarantine() == 1
    wanted = [settlement.keys[own.accounts[signer]], settlement.keys[other]]
    for table in ("instructions", "events"):
        rows = store.db.query(f"SELECT authority FROM {table} ORDER BY position DESC LIMIT 2")
        assert [row["authority"] for row in rows] == wanted[::-1]


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff" * 1_000])
def test_instructions_of_any_length(recorded: list[Transaction], settlement: Transaction, data: bytes) -> None:
    own = settlement.calls[-1][0]
    for accounts in ([], [0], own.accounts):
        calls = [[replace(_with_data(own, data), accounts=accounts)]]
        assert _unchanged(recorded, _later(settlement, calls)).db.table("quarantine").count == 1


def test_an_instruction_with_fewer_accounts_than_it_has(recorded: list[Transaction], settlement: Transaction) -> None:
    own = settlement.calls[-1][0]
    _unchanged(recorded, _later(settlement, [[replace(own, accounts=[])]], error="X"))


def test_a_version_that_does_not_exist_yet_is_not_guessed_at(settlement: Transaction) -> None:
    for version in (2, "1", None, [1], -1, 10**400):
        with pytest.raises(UnknownTransactionVersion, match="upgrade job-escrow"):
            read_transaction({**_answer(settlement), "version": version})


@pytest.mark.parametrize("part", ["meta", "transaction", "slot", "transactionIndex"])
def test_an_answer_without_a_part_is_none(settlement: Transaction, part: str) -> None:
    answer = _answer(settlement)
    del answer[part]
    with pytest.raises(MalformedTransaction):
        read_transaction(answer)


def test_a_node_that_records_no_calls_is_not_believed(settlement: Transaction) -> None:
    """Its transactions would be there, and their events lost."""
    answer = _answer(settlement)
    answer["meta"]["innerInstructions"] = None
    with pytest.raises(MalformedTransaction, match="ask a node that records it"):
        read_transaction(answer)
    # One that failed before it ran called nothing.
    answer["meta"]["err"] = "AccountNotFound"
    assert read_transaction(answer).error == "AccountNotFound"


@pytest.mark.parametrize("accounts", [[200] * 20, ["x"] * 20, 5])
def test_accounts_that_a_transaction_does_not_name(
    recorded: list[Transaction], settlement: Transaction, accounts: Any
) -> None:
    store = _store(*recorded)
    wrong = _later(settlement, [[replace(settlement.calls[-1][0], accounts=accounts)]])
    with pytest.raises(MalformedTransaction, match="another cannot be read"):
        store.ingest([wrong])
    assert canonical_dump(store.db) == canonical_dump(_store(*recorded).db)


@pytest.mark.parametrize("encoded", ["0OIl", None])
def test_data_that_is_no_base58(recorded: list[Transaction], settlement: Transaction, encoded: Any) -> None:
    store = _store(*recorded)
    wrong = _later(settlement, [[replace(settlement.calls[-1][0], encoded=encoded)]])
    with pytest.raises(MalformedTransaction, match="data cannot be read"):
        store.ingest([wrong])
    assert canonical_dump(store.db) == canonical_dump(_store(*recorded).db)


def test_ids_that_are_far_apart_cost_nothing() -> None:
    """As where events are missing between them: 2^60 bits would be no number any more."""
    state: dict[str, Any] = start_ids(5)
    before = dict(state)
    use_id(state, "job_ids", 1 << 60)
    assert (state["job_ids_highest"], int(state["job_ids_used"], 16)) == (1 << 60, 1)
    use_id(state, "job_ids", 7)
    assert (state["job_ids_highest"], int(state["job_ids_used"], 16)) == (1 << 60, 1)
    others = [name for name in state if not name.startswith("job_ids")]
    assert [state[name] for name in others] == [before[name] for name in others]


def test_a_place_that_does_not_fit_is_refused() -> None:
    assert position(2**33 - 1, 2**16 - 1, 63, 255) == 2**63 - 1
    for place in ((2**33, 0, 0, 0), (0, 2**16, 0, 0), (0, 0, 64, 0), (0, 0, 0, 256), (-1, 0, 0, 0)):
        with pytest.raises(PositionOutOfRange):
            position(*place)


def test_a_thousand_tiny_accounts_of_a_stranger(recorded: list[Transaction]) -> None:
    """Instructions in the name of our program that fail leave transactions and nothing else."""
    one = recorded[-1]
    own = one.calls[-1][0]
    spam = [
        _later(one, [[replace(own, accounts=[])]], slot=one.slot + 1 + at, signature=f"spam {at}", error="X")
        for at in range(1_000)
    ]
    store = _store(*recorded, *spam)
    clean = _store(*recorded)
    tables = ("events", "platforms", "credit_accounts", "jobs", "vaults", "quarantine")
    assert canonical_dump(store.db, tables) == canonical_dump(clean.db, tables)
    assert store.db.table("transactions").count == len(recorded) + 1_000


def test_nothing_of_a_decoder_is_kept_between_transactions(recorded: list[Transaction]) -> None:
    decoder = Decoder()
    first, second = decoder.decode(recorded), decoder.decode(recorded)
    assert first == second


def _with_data(call: Called, data: bytes) -> Called:
    return replace(call, encoded=base58.b58encode(data).decode())


def _answer(transaction: Transaction) -> dict[str, Any]:
    """A transaction as a node answers it."""
    places = {key: at for at, key in enumerate(transaction.keys)}

    def called(call: Called) -> dict[str, object]:
        height = {} if call.height == 1 else {"stackHeight": call.height}
        return {"programIdIndex": places[call.program], "accounts": call.accounts, "data": call.encoded, **height}

    return {
        "slot": transaction.slot,
        "transactionIndex": transaction.index,
        "blockTime": transaction.block_time,
        "version": 0,
        "meta": {
            "err": transaction.error,
            "fee": transaction.fee,
            "computeUnitsConsumed": transaction.compute_units,
            "innerInstructions": [
                {"index": at, "instructions": [called(call) for call in calls[1:]]}
                for at, calls in enumerate(transaction.calls)
                if calls[1:]
            ],
            "postTokenBalances": [
                {"accountIndex": places[key], "uiTokenAmount": {"amount": str(amount)}}
                for key, amount in transaction.token_balances.items()
            ],
        },
        "transaction": {
            "signatures": [transaction.signature],
            "message": {
                "accountKeys": transaction.keys,
                "instructions": [called(calls[0]) for calls in transaction.calls],
            },
        },
    }
