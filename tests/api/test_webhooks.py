"""Webhooks: from the event's own transaction to the receiver, at least once, under one id."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from api_harness.mirror import Mirror
from api_harness.people import new_customer, new_key
from api_harness.receiver import Receiver, receiving
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow import LockTerms, Wallet
from job_escrow_api.domain.webhooks.names import Names
from job_escrow_api.domain.webhooks.schedule import RETRY_SECONDS
from job_escrow_api.domain.webhooks.sender import Attempt, Sender
from job_escrow_api.domain.webhooks.targets import Forbidden, checked_address, is_public


@pytest.fixture
def mirror(localnet_url: str, tmp_path: Path) -> Iterator[Mirror]:
    with Mirror(localnet_url, tmp_path / "index.sqlite") as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def serve(stage: Stage, localnet_url: str, tmp_path: Path, *more: str) -> Any:
    options = ("--no-index", "--private-webhooks", "--webhook-retries", "1,1,1", *more)
    return serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options)


@pytest.fixture
def server(mirror: Mirror, stage: Stage, localnet_url: str, tmp_path: Path) -> Iterator[Server]:
    with serve(stage, localnet_url, tmp_path) as running:
        yield running


@pytest.fixture
def customer(stage: Stage, mirror: Mirror) -> Wallet:
    wallet = new_customer(stage, 150)
    mirror.catch_up()
    return wallet


def subscribe(server: Server, receiver: Receiver, wallet: Wallet, **more: Any) -> tuple[str, str]:
    """A webhook of the wallet's account; gives its id and the key that manages it."""
    with server.http() as http:
        key = new_key(http, wallet.side.signer, scopes=["manage"])
    with server.http(key) as http:
        made = http.post("/webhooks", json={"url": receiver.url, **more})
    assert made.status_code == 201, made.text
    receiver.secret = made.json()["secret"]
    return made.json()["id"], key


def deliveries(server: Server, hook: str, key: str) -> list[dict[str, Any]]:
    with server.http(key) as http:
        found: list[dict[str, Any]] = http.get(f"/webhooks/{hook}/deliveries").json()["deliveries"]
    return found


def ended(server: Server, hook: str, key: str, status: str) -> dict[str, Any]:
    """The only delivery, once it has this status."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        (one,) = deliveries(server, hook, key)
        if one["status"] == status:
            return one
        assert time.monotonic() < deadline, one
        time.sleep(0.05)


def charge(stage: Stage, wallet: Wallet, credits: int) -> None:
    """A job that costs so many credits."""
    job_id = stage.operator.next_job_id(wallet.address)
    terms = LockTerms(job_id=job_id, tier=None, amount=credits, seconds=600)
    stage.operator.lock(wallet.address, terms)
    stage.operator.settle(wallet.address, job_id, credits)


def test_the_story_of_an_account(
    server: Server, mirror: Mirror, receiver: Receiver, customer: Wallet, stage: Stage
) -> None:
    """D15, A3: several thresholds, each said once when it is crossed."""
    subscribe(server, receiver, customer, thresholds=[120, 100])
    charge(stage, customer, 40)
    mirror.catch_up()
    seen = [receiver.next() for _ in range(2)]
    assert {body["type"] for _, body in seen} == {"job.settled", "credit.low"}
    low = next(body for _, body in seen if body["type"] == "credit.low")
    assert (low["data"]["threshold"], low["data"]["credits_remaining"]) == (120, 110)
    assert low["data"]["credit_account"] == str(customer.address)
    charge(stage, customer, 20)
    mirror.catch_up()
    assert receiver.until("credit.low")[1]["data"]["threshold"] == 100
    customer.purchase(100)
    mirror.catch_up()
    bodies: list[dict[str, Any]] = []
    while len(bodies) < 3:
        body = receiver.next()[1]
        bodies += [body] if body["type"] in ("topup.confirmed", "credit.recovered") else []
    (topup,) = (body["data"] for body in bodies if body["type"] == "topup.confirmed")
    assert (topup["credits"], topup["source"]) == (100, "purchase")
    assert {body["data"]["threshold"] for body in bodies if body["type"] == "credit.recovered"} == {120, 100}
    job_id = stage.operator.next_job_id(customer.address)
    stage.operator.lock(customer.address, LockTerms(job_id=job_id, tier=None, amount=190, seconds=600))
    stage.operator.refund(customer.address, job_id)
    mirror.catch_up()
    # A job that gives everything back is no reason to warn.
    assert receiver.next()[1]["type"] == "job.refunded"
    customer.withdraw()
    mirror.catch_up()
    assert {receiver.next()[1]["type"] for _ in range(3)} == {"credit.low", "credit.depleted"}
    assert receiver.invalid == []


def test_what_was_before_the_webhook_is_no_news_however_late_it_is_indexed(
    server: Server, mirror: Mirror, receiver: Receiver, customer: Wallet
) -> None:
    """By the chain's order: a purchase of the second before, and one of the second after."""
    customer.purchase(101)
    hook, key = subscribe(server, receiver, customer, types=["topup.confirmed", "credit.recovered"], thresholds=[251])
    customer.purchase(102)
    mirror.catch_up()
    message_id, body = receiver.next()
    assert (body["type"], body["data"]["credits"]) == ("topup.confirmed", 102)
    # Both were in the outbox at once, and messages of one look are stored at once.
    assert [each["id"] for each in deliveries(server, hook, key)] == [message_id]


def test_only_the_chosen_types_and_the_own_account(
    server: Server, mirror: Mirror, receiver: Receiver, customer: Wallet, stage: Stage
) -> None:
    hook, key = subscribe(server, receiver, customer, types=["topup.confirmed"])
    stage.alice.purchase(100)
    charge(stage, customer, 60)
    customer.purchase(100)
    mirror.catch_up()
    assert receiver.next()[1]["type"] == "topup.confirmed"
    assert len(deliveries(server, hook, key)) == 1


def test_a_message_is_sent_again_until_it_is_taken(
    server: Server, mirror: Mirror, receiver: Receiver, customer: Wallet
) -> None:
    receiver.answers = [500, 302, 200]
    hook, key = subscribe(server, receiver, customer, types=["topup.confirmed"])
    customer.purchase(100)
    mirror.catch_up()
    ids = {receiver.next()[0] for _ in range(3)}
    assert len(ids) == 1
    done = ended(server, hook, key, "delivered")
    assert (done["id"], done["attempts"], done["last_status"]) == (ids.pop(), 3, 200)


def test_a_message_that_nobody_takes_is_dead_and_can_be_replayed(
    server: Server, mirror: Mirror, receiver: Receiver, customer: Wallet
) -> None:
    receiver.answers = [500] * 4
    hook, key = subscribe(server, receiver, customer, types=["topup.confirmed"])
    customer.purchase(100)
    mirror.catch_up()
    first = {receiver.next()[0] for _ in range(4)}
    dead = ended(server, hook, key, "dead")
    assert (dead["attempts"], dead["next_at"], dead["last_error"]) == (4, None, "answered 500")
    with server.http(key) as http:
        assert http.post(f"/webhooks/{hook}/deliveries/{dead['id']}/replay").status_code == 202
    assert {receiver.next()[0]} == first
    assert ended(server, hook, key, "delivered")["attempts"] == 1


def test_a_receiver_that_is_gone_is_asked_no_more(
    server: Server, mirror: Mirror, receiver: Receiver, customer: Wallet
) -> None:
    receiver.answers = [410]
    hook, key = subscribe(server, receiver, customer, types=["topup.confirmed"])
    customer.purchase(100)
    mirror.catch_up()
    receiver.next()
    ended(server, hook, key, "dead")
    with server.http(key) as http:
        (listed,) = http.get("/webhooks").json()["webhooks"]
    assert listed["disabled_at"] is not None
    customer.purchase(100)
    mirror.catch_up()
    assert len(deliveries(server, hook, key)) == 1


def test_killed_between_the_event_and_the_webhook(
    mirror: Mirror, receiver: Receiver, customer: Wallet, stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    """No webhook is lost: the event's transaction has put it into the outbox."""
    with serve(stage, localnet_url, tmp_path) as server:
        hook, key = subscribe(server, receiver, customer, types=["topup.confirmed"])
        server.kill()
    customer.purchase(100)
    mirror.catch_up()
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as connection, connection:
        assert connection.execute("SELECT count(*) FROM api_outbox").fetchone() == (1,)
    with serve(stage, localnet_url, tmp_path) as server:
        assert receiver.next()[1]["data"]["credits"] == 100
        ended(server, hook, key, "delivered")


def test_killed_between_the_webhook_and_its_answer(
    mirror: Mirror, receiver: Receiver, customer: Wallet, stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    """It comes twice, under the same id."""
    receiver.holding = True
    with serve(stage, localnet_url, tmp_path) as server:
        hook, key = subscribe(server, receiver, customer, types=["topup.confirmed"])
        customer.purchase(100)
        mirror.catch_up()
        first = receiver.next()
        server.kill()
    receiver.holding = False
    receiver.hold.set()
    with serve(stage, localnet_url, tmp_path) as server:
        assert receiver.next() == first
        ended(server, hook, key, "delivered")


def test_the_test_button(server: Server, receiver: Receiver, customer: Wallet) -> None:
    hook, key = subscribe(server, receiver, customer)
    with server.http(key) as http:
        queued = http.post(f"/webhooks/{hook}/test")
    assert queued.status_code == 202
    message_id, body = receiver.next()
    assert (message_id, body["type"]) == (queued.json()["id"], "webhook.test")
    assert receiver.invalid == []


def test_a_deleted_webhook_hears_nothing_and_belongs_to_its_account(
    server: Server, mirror: Mirror, receiver: Receiver, customer: Wallet, stage: Stage
) -> None:
    hook, key = subscribe(server, receiver, customer)
    with server.http() as http:
        other = new_key(http, stage.cast.alice, scopes=["manage"])
        reader = new_key(http, customer.side.signer, scopes=["read"])
    with server.http(other) as http:
        for answer in (
            http.delete(f"/webhooks/{hook}"),
            http.post(f"/webhooks/{hook}/test"),
            http.get(f"/webhooks/{hook}/deliveries"),
            http.post(f"/webhooks/{hook}/deliveries/msg_1/replay"),
        ):
            assert problem(answer)["status"] == 404
        assert http.get("/webhooks").json() == {"webhooks": []}
    with server.http(reader) as http:
        assert problem(http.get("/webhooks"))["status"] == 403
    with server.http(key) as http:
        assert http.delete(f"/webhooks/{hook}").status_code == 204
        assert http.get("/webhooks").json() == {"webhooks": []}
    customer.purchase(100)
    mirror.catch_up()
    with closing(sqlite3.connect(server.log.with_name("index.sqlite"))) as connection, connection:
        assert connection.execute("SELECT count(*) FROM api_outbox").fetchone() == (0,)


def test_the_schedule_is_that_of_the_standard() -> None:
    hours = [round(sum(RETRY_SECONDS[: n + 1]) / 3600, 2) for n in range(len(RETRY_SECONDS))]
    assert RETRY_SECONDS[:4] == (5, 5 * 60, 30 * 60, 2 * 60 * 60)
    assert (len(RETRY_SECONDS) + 1, hours[-1] < 24 * 4) == (10, True)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:7f00:1::1", "2001:db8::1"),
        *("64:ff9b:1::101:101", "3fff::1", "5f00::1", "192.88.99.1", "::1.1.1.1", "::ffff:0:1.1.1.1", "fec0::1"),
        *("::ffff:1.1.1.1", "2002:c058:6301::", "4000::1", "100::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("https://localhost/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.1/"),
        *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data/", "https://0/"),
    ],
)
def test_names_of_this_machine_are_refused_when_sending(url: str) -> None:
    async def send() -> Attempt:
        sender = Sender(Names(), private=False)
        try:
            return await sender.send(url, "whsec_" + "A" * 32, "msg_1", "{}")
        finally:
            await sender.close()

    attempt = asyncio.run(send())
    assert (attempt.delivered, (attempt.cause or "").split(":")[0]) == (False, "Forbidden")
    # Which address it is, is nothing for those who only know the name.
    assert attempt.error == f"{urlsplit(url).hostname} has an address that is not public"


def test_a_name_is_resolved_once_and_every_address_of_it_is_checked() -> None:
    """DNS rebinding: what the name says a moment later is not asked."""
    answers = [["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]]

    async def resolver(_: str, __: int) -> list[str]:
        return answers.pop(0)

    assert asyncio.run(checked_address("https://a.example/", private=False, resolver=resolver)) == "93.184.216.34"
    for _ in range(2):
        with pytest.raises(Forbidden):
            asyncio.run(checked_address("https://a.example/", private=False, resolver=resolver))


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "https://", "https:///x", "file:///etc/passwd", "javascript:1"),
        *("https://user:pw@example.com/", "https://example.com:99999/", "https://exa mple.com/", "https://é.example/"),
        *("https://example.com/\r\nX-Injected: 1", "https://localhost:8080/", "https://10.0.0.1/", "https://[::1]/"),
        *("https://example.com/#a", "x" * 3_000, "https://a..example/", f"https://{'a' * 64}.example/"),
    ],
)
def test_urls_that_no_webhook_has(stage: Stage, localnet_url: str, tmp_path: Path, url: str, strict: Server) -> None:
    with strict.http() as http:
        key = new_key(http, stage.cast.alice, scopes=["manage"])
    with strict.http(key) as http:
        assert problem(http.post("/webhooks", json={"url": url}))["status"] == 400
        assert http.get("/webhooks").json() == {"webhooks": []}


@pytest.fixture(scope="module")
def strict(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it is started by default."""
    with serving(tmp_path_factory.mktemp("strict"), chain=localnet_url, platform=stage.platform) as running:
        yield running
