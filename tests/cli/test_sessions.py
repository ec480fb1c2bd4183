"""Sessions from the command line: opened, settled by a file of receipts, verified, refunded (D9, A12)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_harness.command import Cli
from cli_harness.world import World
from escrow_harness.stage import wait_until
from job_escrow import Escrow, session_address
from job_escrow.receipts import Meter, ReceiptSignature, SessionReceipt
from job_escrow_cli.receipt_files import read_receipts
from solders.keypair import Keypair
from solders.pubkey import Pubkey

_LIMITS = ("--per-job", "50", "--per-session", "80", "--per-period", "400")


@pytest.fixture(scope="module")
def account(world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The credit account of alice, who allows sessions."""
    cli = Cli(home=tmp_path_factory.mktemp("home"))
    return str(world.acting(cli, "alice").json("open", "--buy", "500", *_LIMITS)["credit_account"])


def _meter(world: World, account: str, number: int) -> Meter:
    address = session_address(Pubkey.from_string(account), number).address
    with Escrow.connect(world.url) as escrow:
        found = escrow.session(address)
    assert found is not None
    return Meter.of(address, found)


def _written(path: Path, receipts: list[SessionReceipt]) -> str:
    path.write_text("".join(f"{json.dumps(each.to_json())}\n" for each in receipts))
    return str(path)


def _line(receipt: SessionReceipt, signed: ReceiptSignature | None = None) -> dict[str, Any]:
    """As in an export of the account API, of which tests/api reads real ones."""
    said = receipt.to_json()
    return said | {
        "id": said.pop("request_id"),
        "receipt_bytes": receipt.to_bytes().hex(),
        "receipt_signer": None if signed is None else str(signed.signer),
        "receipt_signature": None if signed is None else str(signed.signature),
    }


def _used(meter: Meter, *units: int) -> list[SessionReceipt]:
    return [meter.add(0, each, request_id=f"request {each}", model="llama") for each in units]


def test_the_whole_path_of_a_session(world: World, cli: Cli, account: str, tmp_path: Path) -> None:
    operator, alice = world.acting(cli, "operator"), world.acting(cli, "alice")
    assert "no session is open" in operator.ok("session", "list").err
    opened = operator.json("session", "open", account, "80", "--time", "1h")
    assert opened["credits"] == 80
    number = str(opened["session_id"])
    (listed,) = alice.json("session", "list", account)["sessions"]
    assert (listed["session"], listed["id"], listed["credits"]) == (opened["session"], opened["session_id"], 80)
    assert opened["session"] in operator.ok("session", "list").out
    assert alice.json("balance")["locked"] == 80

    meter = _meter(world, account, opened["session_id"])
    receipts = _used(meter, 400, 2_001)
    file = _written(tmp_path / "receipts", receipts)
    settled = operator.json("session", "settle", account, number, file, "--so-far")
    assert (settled["charged"], settled["receipts"], settled["final"]) == (meter.total, 2, False)
    shown = operator.json("session", "show", account, number)
    assert (shown["settled"], shown["count"]) == (meter.total, 2)
    assert "for 2 receipts" in alice.ok("session", "show", account, number).out
    # The same file again: nothing new.
    assert operator.json("session", "settle", account, number, file, "--so-far")["charged"] == 0

    receipts += _used(meter, 1)
    file = _written(tmp_path / "receipts", receipts)
    ended = operator.json("session", "settle", account, number, file)
    assert (ended["settled"], ended["receipts"], ended["final"]) == (meter.total, 3, True)
    assert ended["returned"] == 80 - meter.total
    assert (alice.json("balance")["available"], alice.json("balance")["locked"]) == (500 - meter.total, 0)
    again = operator.json("session", "settle", account, number, file)
    assert (again["done_before"], again["signature"]) == (True, ended["signature"])

    proved = alice.json("session", "verify", account, number, file)
    assert (proved["valid"], proved["receipts"], proved["findings"]) == (True, 3, [])
    assert "3 receipts are valid" in alice.ok("session", "verify", account, number, file).out
    forged = _written(tmp_path / "forged", [receipts[0], *receipts[2:]])
    differs = alice("session", "verify", account, number, forged, "--output", "json")
    assert differs.code == 1
    assert [each["kind"] for each in differs.json["findings"]] == ["missing"]

    names = [event["event"] for event in alice.json("history")["events"]][:4]
    assert names == ["SessionSettled", "SessionSettled", "SessionSettled", "SessionOpened"]
    told = alice.ok("history").out
    assert "session opened" in told
    assert "session settled" in told
    assert number in told
    assert "session settled" in alice.ok("receipt", ended["signature"]).out


def test_signatures_of_receipts_are_held_to_the_operator(world: World, cli: Cli, account: str, tmp_path: Path) -> None:
    operator, alice = world.acting(cli, "operator"), world.acting(cli, "alice")
    opened = operator.json("session", "open", account, "40")
    number = str(opened["session_id"])
    receipts = _used(_meter(world, account, opened["session_id"]), 400, 1, 2)
    operator.ok("session", "settle", account, number, _written(tmp_path / "receipts", receipts))
    stranger = Keypair()

    def kinds(*signers: Keypair | None, options: tuple[str, ...] = ()) -> list[str]:
        path = tmp_path / "signed"
        lines = []
        for receipt, key in zip(receipts, signers, strict=True):
            signed = None if key is None else ReceiptSignature.of(receipt.to_bytes(), key).to_json()
            lines.append(json.dumps({"receipt": receipt.to_json(), "receipt_signature": signed, "id": "req_1"}))
        path.write_text("\n".join(lines))
        done = alice("session", "verify", account, number, str(path), *options, "--output", "json")
        assert done.json["signed"] == sum(key is not None for key in signers)
        assert done.code == (1 if done.json["findings"] else 0)
        return [each["kind"] for each in done.json["findings"]]

    ours = world.stage.cast.operator
    # The lines of the account API's export are as good.
    path = tmp_path / "export"
    exported = [_line(receipt, ReceiptSignature.of(receipt.to_bytes(), ours)) for receipt in receipts]
    path.write_text("\n".join(map(json.dumps, exported)))
    proved = alice.json("session", "verify", account, number, str(path), "--signed")
    assert (proved["valid"], proved["signed"]) == (True, 3)
    assert kinds(ours, ours, ours, options=("--signed",)) == []
    assert kinds(ours, None, stranger) == ["other signer"]
    assert kinds(ours, None, stranger, options=("--signed", "--signer", str(stranger.pubkey()))) == ["unsigned"]
    # One that is of another receipt.
    forged = ReceiptSignature.of(receipts[1].to_bytes(), ours).to_json()
    path = tmp_path / "forged"
    path.write_text(json.dumps({"receipt": receipts[0].to_json(), "receipt_signature": forged}))
    done = alice("session", "verify", account, number, str(path), "--output", "json")
    assert "wrong signature" in [each["kind"] for each in done.json["findings"]]


def test_a_session_is_refunded_once(world: World, cli: Cli, account: str) -> None:
    operator = world.acting(cli, "operator")
    number = str(operator.json("session", "open", account, "40")["session_id"])
    early = world.acting(cli, "stranger")("session", "refund", account, number)
    assert early.code == 3
    refunded = operator.json("session", "refund", account, number)
    assert (refunded["returned"], refunded["timed_out"], refunded["done_before"]) == (40, False, False)
    again = operator.json("session", "refund", account, number)
    assert (again["done_before"], again["signature"]) == (True, refunded["signature"])
    gone = operator("session", "show", account, number)
    assert (gone.code, "it has ended, or was never opened" in gone.error) == (1, True)
    assert operator("session", "refund", account, "1").code == 1


def test_receipts_that_are_not_the_sessions_are_refused(world: World, cli: Cli, account: str, tmp_path: Path) -> None:
    operator = world.acting(cli, "operator")
    opened = operator.json("session", "open", account, "40")
    number = str(opened["session_id"])
    receipts = _used(_meter(world, account, opened["session_id"]), 400, 500)
    for name, text, said in (
        ("order", "".join(json.dumps(each.to_json()) + "\n" for each in receipts[::-1]), "in order"),
        ("json", "{", "line 1"),
        ("list", "[]", "a receipt is a JSON object"),
        ("members", "{}", "exactly these members"),
        ("signature", json.dumps({"receipt": receipts[0].to_json(), "receipt_signature": {}}), "signature has exactly"),
        ("price", json.dumps(receipts[0].to_json() | {"price": 1}), "it would cost"),
        ("bytes", json.dumps({"receipt_bytes": "no"}), "receipt_bytes: "),
        ("no text", json.dumps({"receipt_bytes": 5}), "receipt_bytes: "),
        ("columns", json.dumps(_line(receipts[0]) | {"price": 1}), "the line's price differ from"),
        ("half", json.dumps(_line(receipts[0]) | {"receipt_signer": "1" * 32}), "signature has exactly"),
    ):
        path = tmp_path / name
        path.write_text(text)
        done = operator("session", "settle", account, number, str(path))
        assert (done.code, said in done.error) == (2, True), (name, done.error)
    # Written by another program, which escapes nothing: U+2028 ends a line for some.
    odd = replace(receipts[0], model="a\u2028b\u0085c")
    path = tmp_path / "odd"
    path.write_text(json.dumps(odd.to_json(), ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_receipts(path) == [odd]
    limited = operator("session", "open", account, "81")
    assert (limited.code, "limit per session" in limited.error) == (3, True)
    operator.ok("session", "refund", account, number)


def test_the_keeper_says_which_session_it_refunded(world: World, cli: Cli, account: str) -> None:
    operator = world.acting(cli, "operator")
    number = operator.json("session", "open", account, "30", "--time", "1s")["session_id"]
    with Escrow.connect(world.url) as escrow:
        found = escrow.session(session_address(Pubkey.from_string(account), number).address)
        assert found is not None
        wait_until(escrow.chain, found.deadline)
    done = operator.ok("keeper", "--once")
    assert f"refunded 30 credits of {account} session {number}: " in done.out
