"""Power cuts: what was answered is there, what was settled is charged once, and nothing else costs anything (D9, A12).

A server's writes and syncs are recorded, and its power is cut in the midst of admissions, settlements, the flush to the
chain and the opening of the next session. A server that is started on what a disk may hold then goes on. Beside that,
every answer and transaction of each of these servers is held to what a disk may hold at many other moments.
`JOB_ESCROW_POWER_CUTS=all` cuts at every event.
"""

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, sign_in
from api_harness.power import DATABASE, Lived, Told, broken, roots_of, starts_as_held
from api_harness.server import Server, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage, set_stage
from faults.power import EVERYTHING, NOTHING, PAGE, SECTOR, Disk, Event, Kept, Recording
from job_escrow import Escrow
from job_escrow.receipts import SessionReceipt, record_of_events, verify
from solders.pubkey import Pubkey

_SESSION = 40
_OPTIONS = ("--session-credits", str(_SESSION), "--address-rate", "100000")
_EVERY = os.environ.get("JOB_ESCROW_POWER_CUTS") == "all"
_KINDS = (NOTHING, EVERYTHING, *(Kept(chance, size) for chance in (0.2, 0.5, 0.8) for size in (SECTOR, PAGE)))


class Machine:
    """One server after the other over the same disk; between them the power is cut."""

    def __init__(self, stage: Stage, url: str, folder: Path) -> None:
        self.stage, self.url = stage, url
        self.folder, self.beside = folder / "disk", folder
        self.folder.mkdir()
        self.customer = new_customer(stage, 1_000)
        self.customer.set_limits(replace(LIMITS, credits_per_session=_SESSION))
        self.lived: list[Lived] = []
        self.asked: set[str] = set()
        self.answered: dict[str, Any] = {}
        self._running = ExitStack()
        self._seed = 0
        self._start()

    def _start(self) -> None:
        self.disk, self.told = Disk(self.folder), Told()
        self.recording = Recording(self.folder, self.beside)
        self.server: Server = self._running.enter_context(
            serving(
                self.folder,
                chain=self.url,
                platform=self.stage.platform,
                operator=self.stage.cast.operator,
                options=_OPTIONS,
                environment=self.recording.environment,
            )
        )

    def stop(self) -> None:
        """End the server, as its operator does."""
        self._running.close()
        self.lived.append(Lived(self.disk, self.recording.events(), self.told))

    def cut(self) -> None:
        """After the power was cut: write what a disk may hold, and start a server on it."""
        self.server.process.wait(timeout=PATIENCE_SECONDS)
        self.stop()
        held = self.lived[-1].disk_at_the_end()
        self._seed += 1
        held.rebuild(self.folder, replace(_KINDS[self._seed % len(_KINDS)], seed=self._seed))
        self._start()

    def make_keys(self) -> None:
        self.key = self.new_key(self.customer.side.signer)
        self.manager = self.new_key(self.customer.side.signer, scopes=["read", "manage"])
        self.operator_key = self.new_key(self.stage.cast.operator, scopes=["operator"])

    def new_key(self, wallet: object, **terms: Any) -> str:
        with self.server.http() as http:
            made = sign_in(http, wallet, **terms)
        key = str(made.json()["key"])
        self.told.keys[made.headers["x-request-id"]] = key.split("_")[1]
        return key

    def ask(self, path: str, body: Any = None, *, key: str, method: str = "POST", name: str = "") -> httpx2.Response:
        headers = {"Idempotency-Key": name} if name else {}
        with self.server.http(key) as http:
            answer = http.request(method, path, json=body, headers=headers)
        assert answer.is_success or answer.status_code == httpx2.codes.SERVICE_UNAVAILABLE, answer.text
        if answer.is_success and path.startswith("/requests") and method == "POST":
            found = answer.json()
            self.told.requests[answer.headers["x-request-id"]] = self.answered[found["id"]] = found
        return answer

    def until_answered(self, ask: Callable[[], httpx2.Response], cut_after: int | None = None) -> Any:
        """Ask; with `cut_after` the power is cut after so many events, and whoever asked repeats it."""
        if cut_after is not None:
            self.recording.cut_after(cut_after)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert time.monotonic() < deadline
            try:
                answer = ask()
            except httpx2.TransportError:
                self.cut()
                continue
            if answer.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
                return answer.json()
            # What the chain has of an opening or a settlement is not known yet.
            time.sleep(1)

    def admit(self, name: str, cut_after: int | None = None) -> str:
        body = {"customer_key": self.key, "tier": "pro", "max_units": 500, "model": "m"}
        found = self.until_answered(lambda: self.ask("/requests", body, key=self.operator_key, name=name), cut_after)
        return str(found["id"])

    def settle(self, request: str, cut_after: int | None = None) -> None:
        self.asked.add(request)
        path = f"/requests/{request}/settle"
        self.until_answered(lambda: self.ask(path, {"units": 500}, key=self.operator_key), cut_after)

    def end(self, cut_after: int | None = None) -> None:
        self.until_answered(lambda: self.ask("/sessions", key=self.manager, method="DELETE"), cut_after)

    def release(self, request: str, cut_after: int | None = None) -> None:
        path = f"/requests/{request}/release"
        self.until_answered(lambda: self.ask(path, key=self.operator_key), cut_after)

    def look_back(self) -> None:
        """What the last server says of all that happened."""
        self.found = self.get("/requests")["requests"]
        self.sessions = self.get("/sessions")["sessions"]

    def get(self, path: str) -> Any:
        return self.until_answered(lambda: self.ask(path, key=self.manager, method="GET"))


def _live(machine: Machine) -> None:
    """Four requests in two sessions, of which one is released; the power is cut in the midst of each step."""
    machine.make_keys()
    one = machine.admit("one", cut_after=70)
    machine.settle(one, cut_after=6)
    # With this one, too little is left of the session: the keeper opens the next.
    machine.recording.cut_after_transaction(20)
    two = machine.admit("two")
    machine.cut()
    machine.settle(two, cut_after=9)
    three = machine.admit("three", cut_after=13)
    machine.settle(three, cut_after=2)
    four = machine.admit("four")
    machine.release(four, cut_after=11)
    machine.end(cut_after=60)


@pytest.fixture(scope="module")
def machine(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One whose power was cut again and again while it lived."""
    if shutil.which(os.environ.get("CC", "cc")) is None:
        pytest.skip("there is no C compiler, which the recording of writes needs")
    with Escrow.connect(localnet_url) as escrow:
        stage = set_stage(escrow)
        escrow.create_platform(stage.cast.admin, stage.terms)
        machine = Machine(stage, localnet_url, tmp_path_factory.mktemp("power").resolve())
        try:
            _live(machine)
            machine.look_back()
        finally:
            machine.stop()
        yield machine


def test_a_server_whose_power_was_cut_goes_on(machine: Machine) -> None:
    assert len(machine.lived) == 9
    assert [each["status"] for each in reversed(machine.found)] == ["settled", "settled", "settled", "released"]
    for each in machine.found:
        assert each == machine.answered[each["id"]]
    assert {each["status"] for each in machine.sessions} == {"ended"}
    assert sum(each["charged"] for each in machine.sessions) == 3 * 18
    balance = machine.customer.balance()
    assert (balance.available, balance.locked) == (1_000 - 3 * 18, 0)
    for session in machine.sessions:
        ended = [each for each in machine.found if each["session"] == session["id"] and each["receipt"]]
        receipts = [SessionReceipt.from_json(each["receipt"]) for each in ended]
        receipts.sort(key=lambda each: each.number)
        page = machine.stage.escrow.history(Pubkey.from_string(session["id"]))
        assert verify(receipts, record_of_events(each.event for each in reversed(page.entries))) == []


def _is_told_of(event: Event | None) -> bool:
    """Whether something is promised by it, or becomes durable."""
    if event is None or event.kind in "SRLU":
        return True
    return event.kind == "N" and (event.data.startswith(b"HTTP/1.1 2") or b'"sendTransaction"' in event.data)


def _faults(machine: Machine, lives: Sequence[Lived], target: Path) -> Iterator[str]:
    """What is wrong with what a disk may hold at many moments of these servers' lives."""
    roots, chance = roots_of(machine.folder), random.Random(5)
    for life in lives:
        before: list[Event | None] = [None]

        def wanted(number: int, event: Event | None) -> list[Kept]:
            is_near = _is_told_of(event) or _is_told_of(before.pop())  # noqa: B023  (used within the turn)
            before.append(event)  # noqa: B023
            if _EVERY or event is None:
                return [replace(each, seed=number) for each in _KINDS]
            if is_near or chance.random() < 0.02:
                return [replace(chance.choice(_KINDS), seed=number)]
            return []

        for disk, promised, kept in life.cuts(wanted):
            disk.rebuild(target, kept)
            found = broken(target, promised, machine.asked, roots)
            yield from found
            if not found and (target / DATABASE).exists() and (_EVERY or chance.random() < 0.3):
                held = starts_as_held(target)
                if held is not None:
                    yield held


def test_what_was_told_is_on_the_disk_at_every_moment(machine: Machine, tmp_path: Path) -> None:
    assert list(_faults(machine, machine.lived, tmp_path / "cut")) == []


@pytest.mark.parametrize("missing", ["all", "-wal", DATABASE, ".unfinished", "folders"])
def test_without_a_sync_it_is_found(machine: Machine, tmp_path: Path, missing: str) -> None:
    """The test of the test: a disk that only pretends to sync these files."""

    def lying(life: Lived) -> Lived:
        files = life.inodes(missing)

        def is_lost(event: Event) -> bool:
            of_folder = bool(event.text)
            return event.kind == "S" and (
                missing == "all" or (of_folder if missing == "folders" else event.inode in files)
            )

        return life.but(is_lost)

    assert next(_faults(machine, [lying(each) for each in machine.lived], tmp_path / "cut"), None) is not None
