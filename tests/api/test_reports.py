"""Usage, ledger and statements over HTTP: their totals are those of the ledger."""

import csv
import io
import json
import time
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage
from job_escrow import LockTerms, Wallet
from pyarrow import parquet  # type: ignore[import-untyped]


@pytest.fixture(scope="module")
def customer(stage: Stage) -> Wallet:
    wallet = new_customer(stage, 0)
    wallet.open(LIMITS, buy=1_000)
    return wallet


@pytest.fixture(scope="module")
def reader(server: Server, stage: Stage, customer: Wallet) -> Any:
    """A key that sees: two jobs of a key of project vision, one of another key, one that was locked past the API."""
    with server.http() as http:
        operator = new_key(http, stage.cast.operator, scopes=["operator"])
        keys = [new_key(http, customer.side.signer, project=project) for project in ("vision", "speech")]
    with server.http(operator) as http:
        for name, key, tier, model in (("a", 0, "pro", "x"), ("b", 0, "max", None), ("c", 1, "pro", None)):
            body = {"customer_key": keys[key], "tier": tier, "max_units": 500, "job_type": name, "model": model}
            locked = http.post("/jobs", json=body, headers={"Idempotency-Key": f"report-{keys[key][4:20]}-{name}"})
            assert locked.status_code == 201, locked.text
            http.post(f"/jobs/{locked.json()['id']}/settle", json={"units": 5})
    job_id = stage.operator.next_job_id(customer.address)
    stage.operator.lock(customer.address, LockTerms(job_id=job_id, tier=None, amount=10, seconds=600))
    last = stage.operator.settle(customer.address, job_id, 7)
    with server.http(keys[0]) as http:
        assert http.get("/account", params={"min_slot": last.slot}).status_code == 200
        yield http


def groups(http: httpx2.Client, by: str) -> dict[str | None, int]:
    answer = http.get("/usage", params={"by": by})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert sum(row["credits"] for row in found["rows"]) == found["total"]["credits"] == 83
    return {row["group"]: row["credits"] for row in found["rows"]}


def test_usage_by_everything_adds_up_to_the_ledger(reader: httpx2.Client) -> None:
    """R8, A4: by key, project, model, type, tier, namespace."""
    assert sorted(groups(reader, "key").values()) == [7, 18, 58]
    assert groups(reader, "project") == {"vision": 58, "speech": 18, None: 7}
    assert groups(reader, "model") == {"x": 18, None: 65}
    assert groups(reader, "job_type") == {"a": 18, "b": 40, "c": 18, None: 7}
    assert groups(reader, "tier") == {"pro": 36, "max": 40, "quoted": 7}
    assert groups(reader, "namespace") == {"": 83}
    spent = [entry for entry in reader.get("/ledger").json()["entries"] if entry["kind"] == "settlement"]
    assert sum(entry["credits"] for entry in spent) == 83


@pytest.mark.parametrize("period", ["hour", "day", "month"])
def test_usage_by_period(reader: httpx2.Client, period: str) -> None:
    found = reader.get("/usage", params={"period": period, "since": int(time.time()) - 86_400}).json()
    assert sum(row["credits"] for row in found["rows"]) == 83
    assert found["as_of_slot"] > 0


def test_the_ledger_in_pages_and_as_files(reader: httpx2.Client) -> None:
    """R9."""
    entries: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = reader.get("/ledger", params={"limit": 3, **cursor}).json()
        entries += page["entries"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(entries) == len({entry["cursor"] for entry in entries}) == 10
    lines = reader.get("/ledger/export", params={"format": "ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == entries[::-1]
    file = reader.get("/ledger/export", params={"format": "csv"})
    assert file.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [row["kind"] for row in rows] == [entry["kind"] for entry in entries[::-1]]
    assert rows[-1]["available"] == str(entries[0]["available"]) == "917"
    columns = reader.get("/ledger/export", params={"format": "parquet"})
    assert columns.headers["content-type"] == "application/vnd.apache.parquet"
    assert parquet.read_table(io.BytesIO(columns.content)).to_pylist() == entries[::-1]


def test_usage_as_files(reader: httpx2.Client) -> None:
    """R8, R9."""
    asked = {"by": "model", "period": "day"}
    rows = reader.get("/usage", params=asked).json()["rows"]
    for row in rows:
        row["units"] = {each["kind"]: each["amount"] for each in row["units"]}
    assert len(rows) > 1
    lines = reader.get("/usage/export", params=asked | {"format": "ndjson"})
    found = [json.loads(line) for line in lines.text.splitlines()]
    assert [row | {"units": json.loads(row["units"])} for row in found] == rows
    file = reader.get("/usage/export", params=asked)
    assert file.headers["content-disposition"] == 'attachment; filename="usage.csv"'
    assert sum(int(row["credits"]) for row in csv.DictReader(io.StringIO(file.text))) == 83
    columns = reader.get("/usage/export", params=asked | {"format": "parquet"})
    assert columns.headers["content-type"] == "application/vnd.apache.parquet"
    assert parquet.read_table(io.BytesIO(columns.content)).to_pylist() == found


def test_the_statement_of_this_month_ties(reader: httpx2.Client) -> None:
    """A5."""
    month = time.strftime("%Y-%m", time.gmtime())
    found = reader.get(f"/statements/{month}").json()
    assert (found["purchases"]["credits"], found["charges"]["credits"]) == (1_000, 83)
    assert found["charges"]["base_units"] == 830_000
    closing = found["closing"]
    assert closing["paid_available"] == 917
    printed = reader.get(f"/statements/{month}/page")
    assert "917</td><td class=n>9.17</td>" in printed.text
    assert "default-src 'none'" in printed.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/usage?by=wallet'--", 400),
        ("/usage?period=week", 400),
        ("/usage?since=-1", 400),
        ("/usage/export?by=wallet'--", 400),
        ("/usage/export?format=exe", 400),
        ("/ledger?cursor=x", 400),
        ("/ledger?limit=0", 400),
        ("/ledger/export?format=exe", 400),
        ("/statements/2026-13", 400),
        ("/statements/9999-01", 400),
        ("/statements/x", 404),
        ("/statements/..%2F..%2Fetc", 404),
        ("/statements/2026-0%00", 404),
    ],
)
def test_bad_questions(reader: httpx2.Client, path: str, status: int) -> None:
    assert problem(reader.get(path))["status"] == status
