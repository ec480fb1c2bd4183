"""A real program between the wallet and ours: true calls through it count, and nothing that it makes up does."""

import pytest
from caller import CALLER_ID, caller_program, calls_itself_with, flood, forged_event, through
from indexer_harness.dump import canonical_dump
from indexer_harness.memory import memory_database
from indexer_harness.recording import RecordingMachine
from job_escrow.codec import PROGRAM_ID, event_authority
from job_escrow.codec.errors import WrongSequence
from job_escrow.presets import load_preset
from job_escrow_indexer.store.store import Store
from program_harness.keys import Key
from program_harness.machine import Outcome
from program_harness.world import World
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from sqlite_utils import Database

_LOG_LIMIT = 10_000
"""Bytes of a transaction's log that nodes keep."""


class Stage:
    """A wallet with an account and 1,000 credits, on a chain with the caller."""

    def __init__(self) -> None:
        self.databases: list[Database] = []
        self.machine = RecordingMachine()
        self.machine.svm.add_program(CALLER_ID, caller_program())
        self.machine.svm.with_log_bytes_limit(_LOG_LIMIT)
        self.world = World(machine=self.machine)
        platform = self.world.create_platform(load_preset("decentral"))
        self.credit = self.world.opened(platform, "alice", buy=1_000)

    @property
    def wallet(self) -> Key:
        return self.credit.wallet

    def purchase(self, credits: int = 500, *, later: int = 0) -> Instruction:
        """The wallet's next purchase, or one so many after that."""
        number = self.world.account(self.credit).sequence + 1 + later
        return self.world.buying(self.credit, credits, sequence=number).instruction()

    def send(self, *instructions: Instruction) -> Outcome:
        return self.machine.send(instructions, [self.wallet])

    def done(self, *instructions: Instruction) -> None:
        """Send what has to succeed."""
        outcome = self.send(*instructions)
        assert outcome.reason is None, "\n".join(outcome.logs)

    def indexed(self) -> Database:
        """All that was recorded."""
        db = memory_database()
        self.databases.append(db)
        Store(db).ingest(self.machine.recorded)
        return db

    def available(self) -> int:
        """The credits of the account, as the index has them."""
        (row,) = self.indexed().query("SELECT paid_available FROM credit_accounts")
        found: int = row["paid_available"]
        return found


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_called_through_another_program_counts_as_what_is_called_by_hand(stage: Stage, times: int) -> None:
    by_hand = Stage()
    by_hand.done(by_hand.purchase())
    stage.done(through(stage.purchase(), times))
    states = ("platforms", "credit_accounts", "vaults")
    assert _without_positions(stage.indexed(), states) == _without_positions(by_hand.indexed(), states)
    assert stage.available() == 1_500
    query = "SELECT name, caller, authority, failed FROM instructions ORDER BY position DESC LIMIT 1"
    (row,) = stage.indexed().query(query)
    expected = {"name": "purchase", "caller": str(CALLER_ID), "authority": str(stage.wallet.pubkey()), "failed": 0}
    assert row == expected


def test_calls_by_hand_and_through_it_in_one_transaction_keep_their_order(stage: Stage) -> None:
    first, second, third = (stage.purchase(amount, later=at) for at, amount in enumerate((500, 250, 125)))
    stage.done(through(first, 2), second, through(third))
    rows = stage.indexed().query("SELECT credits FROM events WHERE name = 'CreditsPurchased' ORDER BY position")
    assert [row["credits"] for row in rows] == [1_000, 500, 250, 125]
    rows = stage.indexed().query("SELECT caller FROM instructions ORDER BY position DESC LIMIT 3")
    assert [row["caller"] for row in rows] == [str(CALLER_ID), None, str(CALLER_ID)]
    assert stage.available() == 1_875


def _naming(address: Pubkey) -> list[Pubkey]:
    return [event_authority(PROGRAM_ID), PROGRAM_ID, address]


@pytest.mark.parametrize("side_by_side", [False, True])
def test_events_that_it_forges_by_calling_itself(stage: Stage, side_by_side: bool) -> None:
    """Our bytes, our tag, our event authority as its first account: but it is not our program that was called."""
    before = _mirror(stage)
    forged = calls_itself_with(forged_event(stage.credit.address), _naming(stage.credit.address))
    stage.done(forged, *([stage.purchase(), forged] if side_by_side else []))
    if side_by_side:
        assert stage.available() == 1_500
    else:
        assert _mirror(stage) == before
    assert stage.indexed().table("quarantine").count == 0


def test_events_that_it_wants_our_program_to_emit(stage: Stage) -> None:
    """Ours takes events from itself alone: its event authority would have to sign."""
    before = _mirror(stage)
    metas = [AccountMeta(event_authority(PROGRAM_ID), is_signer=False, is_writable=False)]
    emit = Instruction(PROGRAM_ID, forged_event(stage.credit.address), metas)
    for asked in (emit, through(emit)):
        assert stage.send(asked).reason is not None
    assert _mirror(stage) == before


def test_event_bytes_in_the_log(stage: Stage) -> None:
    before = _mirror(stage)
    stage.done(flood(forged_event(stage.credit.address), 1), through(flood(forged_event(stage.credit.address), 1)))
    assert _mirror(stage) == before


def _floods(stage: Stage) -> list[Instruction]:
    """A log is cut where the next line does not fit: so after long lines the shortest there are."""
    return [flood(forged_event(stage.credit.address), 40), flood(b"", 50)]


def test_a_log_flood_hides_nothing(stage: Stage) -> None:
    """What happens behind it is not in the log any more, and in the index all the same."""
    transaction = stage.machine.transaction([*_floods(stage), stage.purchase()], [stage.wallet])
    logs = stage.machine.svm.simulate_transaction(transaction).meta().logs()
    assert "Log truncated" in logs
    assert not [line for line in logs if str(PROGRAM_ID) in line]
    stage.done(*_floods(stage), stage.purchase())
    assert stage.available() == 1_500
    assert [row["credits"] for row in _purchases(stage.indexed())] == [1_000, 500]


def test_a_call_through_it_that_fails_leaves_nothing(stage: Stage) -> None:
    before = _mirror(stage)
    assert stage.send(through(stage.purchase()), through(stage.purchase())).reason is WrongSequence
    assert _mirror(stage) == before
    rows = stage.indexed().query("SELECT name, failed FROM instructions ORDER BY position DESC LIMIT 2")
    assert [row["failed"] for row in rows] == [1, 1]


def _mirror(stage: Stage) -> str:
    """All that says what accounts are and were."""
    tables = ("events", "quarantine", "platforms", "payees", "credit_accounts", "jobs", "vaults")
    return canonical_dump(stage.indexed(), tables)


def _without_positions(db: Database, tables: tuple[str, ...]) -> list[dict[str, object]]:
    rows = [row for table in tables for row in db.query(f"SELECT * FROM {table}")]
    return [{name: value for name, value in row.items() if name not in ("position", "slot")} for row in rows]


def _purchases(db: Database) -> list[dict[str, object]]:
    return list(db.query("SELECT credits FROM events WHERE name = 'CreditsPurchased' ORDER BY position"))
