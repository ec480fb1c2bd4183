"""Usage of requests in sessions: to the credit what the chain has charged, however it is split, and what is to come."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key, sign_in
from api_harness.server import Server
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow import Wallet
from job_escrow_api.http.usage_questions import OPERATORS_GROUPS

GROUPS = ("key", "project", "member", "model", "job_type", "tier", "component")
SUMS = ("jobs", "settlements", "requests", "credits", "paid_credits", "granted_credits", "base_units")
UNSETTLED = ("unsettled_requests", "unsettled_credits")
# Of two members' keys: project, member, model, type, tier and units of each request.
REQUESTS = (
    (0, "x", "chat", "pro", 500),
    (0, "y", "chat", "max", 501),
    (1, "x", "batch", "pro", 3_000),
    (1, None, "", "lite", 7),
    (0, "x", "chat", "pro", 1),
)


@dataclass
class Shop:
    """A customer of two members, its keys' ids, and what the requests of each were charged."""

    customer: Wallet
    ids: list[str]
    operator: httpx2.Client
    books: httpx2.Client
    reader: httpx2.Client
    keys: list[str]
    charged: list[int]
    before: dict[str, Any] = field(default_factory=dict)
    """What usage said when nothing was settled yet: in all, and by key."""

    def usage(self, **asked: Any) -> Any:
        answer = self.reader.get("/usage", params=asked)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        for name in (*SUMS, *UNSETTLED):
            assert sum(row[name] for row in found["rows"]) == found["total"][name], (asked, name)
        units: Counter[str] = Counter()
        for row in found["rows"]:
            units.update({each["kind"]: each["amount"] for each in row["units"]})
        assert units == {each["kind"]: each["amount"] for each in found["total"]["units"]}
        return found

    def split(self, by: str, what: str, **asked: Any) -> dict[Any, int]:
        return {row["group"]: row[what] for row in self.usage(by=by, **asked)["rows"] if row[what]}

    def run(self, name: str, place: int, model: str | None, kind: str, tier: str, units: int) -> None:
        body = {"customer_key": self.keys[place], "tier": tier, "max_units": 4_000, "model": model, "job_type": kind}
        admitted = self.operator.post("/requests", json=body, headers={"Idempotency-Key": f"{self.ids[0]}-{name}"})
        assert admitted.status_code == 201, admitted.text
        settled = self.operator.post(f"/requests/{admitted.json()['id']}/settle", json={"units": units})
        assert settled.status_code == 200, settled.text
        self.charged.append(settled.json()["charged"])


@pytest.fixture(scope="module")
def shop(server: Server, stage: Stage) -> Iterator[Shop]:
    """30 granted credits are spent before 970 bought ones, within one settlement."""
    customer = new_customer(stage, 0)
    customer.open(replace(LIMITS, credits_per_session=400), buy=970)
    with server.http() as http:
        made = [
            sign_in(
                http, customer.side.signer, name=name, project=project, member=name, scopes=["read", "manage", "spend"]
            ).json()
            for name, project in (("ada", "search"), ("bob", "vision"))
        ]
        keys = [new_key(http, stage.cast.operator, scopes=[scope]) for scope in ("operator", "books")]
    with (
        server.http(keys[0]) as operating,
        server.http(keys[1]) as books,
        server.http(made[0]["key"]) as reader,
    ):
        stage.operator.grant(customer.address, 30, expires_at=int(time.time()) + 86_400)
        ids, secrets = [each["id"] for each in made], [each["key"] for each in made]
        shop = Shop(customer, ids, operating, books, reader, secrets, [])
        for number, request in enumerate(REQUESTS):
            shop.run(f"first-{number}", *request)
        shop.before = {"total": shop.usage()["total"], "key": shop.split("key", "unsettled_credits")}
        settled(shop)
        yield shop


def settled(shop: Shop) -> None:
    """Everything is told to the chain, and indexed."""
    ended = shop.reader.delete("/sessions").json()["sessions"]
    assert [each["status"] for each in ended] == ["ended"] * len(ended)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while shop.usage()["total"]["unsettled_requests"] or shop.reader.get("/account").json()["open_jobs"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_usage_of_sessions_is_exact_before_and_after_it_is_settled(shop: Shop) -> None:
    """R8, A2, A4, C3."""
    now = shop.before["total"]
    assert (now["credits"], now["unsettled_credits"], now["unsettled_requests"]) == (0, sum(shop.charged), 5)
    by_key = {shop.ids[place]: 0 for place in (0, 1)}
    for (place, *_), charged in zip(REQUESTS, shop.charged, strict=True):
        by_key[shop.ids[place]] += charged
    assert shop.before["key"] == by_key
    after = shop.usage()["total"]
    assert (after["credits"], after["unsettled_credits"], after["requests"]) == (sum(shop.charged), 0, 5)
    assert (after["jobs"], after["granted_credits"]) == (1, 30)
    assert shop.split("key", "credits") == by_key
    names = {row["group"]: row["group_name"] for row in shop.usage(by="key")["rows"] if row["group"]}
    assert names == dict(zip(shop.ids, ("ada", "bob"), strict=True))
    assert shop.split("model", "requests") == {"x": 3, "y": 1, None: 1}
    assert shop.split("tier", "credits").keys() == {"pro", "max", "lite"}
    units = {each["kind"]: each["amount"] for each in after["units"]}
    assert units == {"output-token": sum(request[-1] for request in REQUESTS)}
    entries = shop.reader.get("/ledger").json()["entries"]
    assert sum(each["credits"] for each in entries if "settle" in each["kind"]) == after["credits"]


def test_a_job_with_components_is_split_beside_them(shop: Shop) -> None:
    """A9, C2: units and credits of each resource, in usage, in its export and in the statement."""
    components = [{"tier": "lite", "units": 2_500}, {"tier": "max", "units": 10}]
    body = {"customer_key": shop.keys[1], "components": components, "job_type": "pipeline", "model": "z"}
    locked = shop.operator.post("/jobs", json=body, headers={"Idempotency-Key": f"{shop.ids[0]}-job"})
    assert locked.status_code == 201, locked.text
    used = [{"tier": "lite", "units": 2_400}, {"tier": "max", "units": 9}]
    done = shop.operator.post(f"/jobs/{locked.json()['id']}/settle", json={"components": used})
    assert done.status_code == 200, done.text
    priced = {each["tier"]: each["credits"] for each in done.json()["components"]}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := shop.usage(by="component", model="z"))["rows"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert {row["group"]: row["credits"] for row in found["rows"]} == priced == {"lite": 3, "max": 40}
    assert [row["units"] for row in found["rows"]] == [
        [{"kind": "output-token", "amount": 2_400}],
        [{"kind": "output-token", "amount": 9}],
    ]
    assert (found["total"]["jobs"], found["total"]["credits"]) == (1, 43)
    assert shop.split("tier", "credits", model="z") == {"quoted": 43}
    file = shop.reader.get("/usage/export", params={"by": "model,component", "job_type": "pipeline"})
    lines = list(csv.DictReader(io.StringIO(file.text)))
    assert [(row["group"], row["second_group"], row["credits"]) for row in lines] == [
        ("z", "lite", "3"),
        ("z", "max", "40"),
    ]
    month = time.strftime("%Y-%m", time.gmtime())
    statement = shop.reader.get(f"/statements/{month}").json()
    of_statement = {(row["group"], row["second_group"]): row["credits"] for row in statement["usage"]}
    assert of_statement["z", "max"] == 40
    assert sum(of_statement.values()) == statement["charges"]["credits"] == sum(shop.charged) + 43
    assert "<td>z</td><td>max</td>" in shop.reader.get(f"/statements/{month}/page").text


def test_a_forecast_is_of_what_is_not_settled_too_wherever_it_is_asked(
    shop: Shop, server: Server, stage: Stage, tmp_path: Path
) -> None:
    """C8: of an account and of a platform, in the server's summary and in the operator's books."""
    shop.run("forecast", *REQUESTS[0])
    whole = shop.usage()["total"]
    assert whole["unsettled_credits"]
    forecast = shop.reader.get("/usage/forecast").json()
    assert forecast["month_credits"] == forecast["window_credits"] == whole["credits"] + whole["unsettled_credits"]
    assert forecast["indexed_since"] is None
    command = [
        *(str(Path(sys.executable).with_name("job-escrow")), "books", "--platform", str(stage.platform)),
        *("--database", str(server.log.with_name("index.sqlite")), "--output", "json"),
    ]
    environment = os.environ | {"HOME": str(tmp_path)}
    books = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    summary = shop.books.get("/operator/summary").json()["forecast"]
    assert json.loads(books.stdout)["forecast"]["month_credits"] == summary["month_credits"]
    platform = shop.books.get("/operator/usage").json()["total"]
    assert summary["month_credits"] == platform["credits"] + platform["unsettled_credits"]


def test_any_two_dimensions_with_any_filter_are_parts_of_one_sum(shop: Shop) -> None:
    """A4."""
    shop.run("last", *REQUESTS[1])
    whole = shop.usage()["total"]
    single = {by: {row["group"]: row for row in shop.usage(by=by)["rows"]} for by in GROUPS}
    for first, second in permutations(GROUPS, 2):
        rows = shop.usage(by=f"{first},{second},day")["rows"]
        for name in (*SUMS, *UNSETTLED):
            assert sum(row[name] for row in rows) == whole[name]
            for group, row in single[first].items():
                assert sum(each[name] for each in rows if each["group"] == group) == row[name], (first, second, name)
    for by, rows in single.items():
        for group, row in rows.items():
            if group is not None:
                assert shop.usage(**{by: group})["total"] == row | {"group": None, "group_name": None}
    assert shop.split("model", "credits", project="vision", tier="pro") == {"x": shop.charged[2]}
    assert shop.usage(project="nobody")["rows"] == []
    assert shop.split("namespace", "credits") == {"": whole["credits"]}
    settled(shop)
    assert shop.usage()["total"]["credits"] == whole["credits"] + whole["unsettled_credits"]


def test_the_operator_sees_its_whole_platform(shop: Shop) -> None:
    """R9, C8: what it owes and has earned, its customers, and what each used of which model."""
    mine = shop.usage()["total"]["credits"]
    found = shop.books.get("/operator/usage", params={"by": "wallet,model"}).json()
    wallet = str(shop.customer.side.key)
    of_mine = {
        row["second_group"]: row["credits"] for row in found["rows"] if row["group"] == wallet and row["credits"]
    }
    assert of_mine == shop.split("model", "credits")
    only = shop.books.get("/operator/usage", params={"wallet": wallet}).json()["total"]
    assert only["credits"] == mine
    whole = shop.books.get("/operator/usage").json()["total"]
    for by in OPERATORS_GROUPS:
        for row in shop.books.get("/operator/usage", params={"by": by, "wallet": wallet}).json()["rows"]:
            if row["group"] is not None:
                asked = {"wallet": wallet, by: row["group"]}
                total = shop.books.get("/operator/usage", params=asked).json()["total"]
                assert total == row | {"group": None, "group_name": None}, asked
        nobody = shop.books.get("/operator/usage", params={by: "nobody"}).json()
        assert nobody["rows"] == [], by
    assert shop.books.get("/operator/earnings").json()["total"]["credits"] == whole["credits"] >= mine
    file = shop.books.get("/operator/usage/export", params={"by": "model", "wallet": wallet})
    assert sum(int(row["credits"]) for row in csv.DictReader(io.StringIO(file.text))) == mine
    listed, cursor = [], None
    while True:
        page = shop.books.get("/operator/customers", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        listed += page.json()["customers"]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    (one,) = [each for each in listed if each["wallet"] == wallet]
    assert (one["purchased"], one["granted"], one["spent_paid"], one["spent_granted"]) == (970, 30, mine - 30, 30)
    exported = shop.books.get("/operator/customers/export", params={"format": "ndjson"}).text.splitlines()
    assert [json.loads(line)["credit_account"] for line in exported] == [each["credit_account"] for each in listed]
    summary = shop.books.get("/operator/summary").json()
    owed = summary["liability"]
    assert owed["accounts"] == sum(each["is_open"] for each in listed)
    assert owed["paid_credits"] == sum(each["paid_available"] + each["paid_locked"] for each in listed)
    assert owed["paid_base_units"] + owed["bonus_base_units"] == owed["paid_credits"] * owed["base_units_per_credit"]
    assert summary["forecast"]["month_credits"] >= mine
    assert shop.reader.get("/usage/forecast").json()["month_credits"] == mine


def test_of_all_namespaces_nobody_learns_the_labels_of_another(shop: Shop) -> None:
    """A key reads its own namespace; of the others the wallet's, what the chain says."""
    whole = shop.usage()["total"]["credits"]
    for chains in ("tier", "component", "day", "tier,day"):
        assert shop.usage(by=f"namespace,{chains}")["total"]["credits"] == whole
    assert shop.usage(namespace="", by="tier")["total"]["credits"] == whole
    assert shop.usage(namespace="other")["rows"] == []
    assert shop.usage(by="namespace", tier="pro", component="pro")["rows"]
    for label in ("key", "project", "member", "model", "job_type"):
        for asked in ({"by": f"namespace,{label}"}, {"by": f"{label},namespace"}, {"by": "namespace", label: "x"}):
            for path in ("/usage", "/usage/export"):
                refused = shop.reader.get(path, params=asked)
                assert refused.status_code == 400, asked
                assert refused.json()["detail"].startswith(f"{label}: "), refused.text
        assert shop.reader.get("/usage", params={"namespace": "", label: "x"}).status_code == 400


def test_requests_and_receipts_are_listed_by_label_and_as_files(shop: Shop) -> None:
    """R9."""
    found = shop.reader.get("/requests", params={"model": "x", "project": "vision"}).json()
    assert [each["project"] for each in found["requests"]] == ["vision"]
    receipts = shop.reader.get("/receipts", params={"key": shop.ids[0]}).json()["receipts"]
    lines = shop.reader.get("/receipts/export", params={"format": "ndjson", "key": shop.ids[0]}).text.splitlines()
    assert [json.loads(line)["receipt_bytes"] for line in lines] == [each["receipt_bytes"] for each in receipts][::-1]
    assert {each["status"] for each in receipts} == {"settled"}
    file = shop.reader.get("/requests/export").text
    assert len(list(csv.DictReader(io.StringIO(file)))) == len(shop.charged)
    sessions = shop.reader.get("/sessions/export", params={"format": "ndjson"}).text.splitlines()
    assert sum(json.loads(line)["charged"] for line in sessions) == sum(shop.charged)
    assert shop.reader.get("/requests", params={"until": 1}).json() == {"requests": [], "next": None}


@pytest.mark.parametrize("by", ["key,key", "key,model,tier", "day,hour", "key,", "wallet", ",", "key,day,hour"])
def test_splits_that_there_are_not(shop: Shop, by: str) -> None:
    assert shop.reader.get("/usage", params={"by": by}).status_code == 400
    assert shop.reader.get("/usage/export", params={"by": by}).status_code == 400


def test_two_periods_are_refused_and_one_said_twice_is_one(shop: Shop) -> None:
    assert shop.reader.get("/usage", params={"by": "model,day", "period": "hour"}).status_code == 400
    twice = shop.usage(by="model,day", period="day")
    assert (twice["period"], twice["by"]) == ("day", ["model"])
