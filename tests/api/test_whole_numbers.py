"""Whole numbers in questions and bodies are digits: what could be another number is refused, by every path."""

from typing import Any

import pytest
from api_harness.people import new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage

_NO_NUMBERS = ("1e2", "5.0", "+5", " 5", "1_000", "1,000", "\u0665", "0x5", "", "5\n")
_PLACES = {
    "{hook_id}": "1", "{job_id}": "1", "{key_id}": "1", "{month}": "2026-06", "{slug}": "x", "{delivery_id}": "1",
}  # fmt: skip


def _whole(schema: dict[str, Any]) -> bool:
    kinds = [schema, *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    return any(
        "integer" in (each.get("type"), *(each["type"] if isinstance(each.get("type"), list) else ())) for each in kinds
    )


@pytest.fixture(scope="module")
def questions(server: Server) -> list[tuple[str, str, dict[str, str]]]:
    """Each path and parameter that is a whole number, and what else the path needs, from the API's own description."""
    with server.http() as http:
        described = http.get("/openapi.json").json()
    found = []
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            asked = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
            good = {
                each["name"]: "1" * 32 if "minLength" in each["schema"] else "5"
                for each in asked
                if each.get("required")
            }
            found += [(f"{method} {path}", each["name"], good) for each in asked if _whole(each["schema"])]
    return found


def test_no_parameter_takes_what_could_be_another_number(
    server: Server, stage: Stage, questions: list[tuple[str, str, dict[str, str]]]
) -> None:
    assert len({name for _, name, _ in questions}) >= 4
    with server.http() as http:
        key = new_key(http, stage.cast.alice, scopes=["read", "spend", "manage"])
    with server.http(key) as http:
        for place, name, good in questions:
            method, _, path = place.partition(" ")
            for hole, filled in _PLACES.items():
                path = path.replace(hole, filled)
            for text in _NO_NUMBERS:
                answer = http.request(method, path.removeprefix("/v1"), params=good | {name: text})
                assert answer.status_code in (400, 403, 405), (place, name, text, answer.text)
                if answer.status_code == 400:
                    assert name in str(problem(answer)["detail"]), (place, text, answer.text)


@pytest.mark.parametrize("budget", ["5", "1e2", 5.0, "\u0665", True])
def test_no_body_takes_a_text_or_a_decimal_for_a_whole_number(server: Server, stage: Stage, budget: object) -> None:
    with server.http() as http:
        asked = {"wallet": str(stage.cast.alice.pubkey()), "name": "test", "daily_budget": budget}
        answer = http.post("/keys/challenges", json=asked)
    assert answer.status_code == 400
    assert "daily_budget" in str(problem(answer)["detail"])


def test_the_amount_of_a_link_is_written_in_digits(server: Server, stage: Stage) -> None:
    wallet = str(stage.cast.alice.pubkey())
    with server.http() as http:
        link = http.get("/pay/link", params={"wallet": wallet, "credits": "1234"}).json()
        query = {"wallet": wallet, "credits": "1234", "recipient": link["recipient"], "reference": link["reference"]}
        assert http.get("/pay/qr.svg", params=query | {"amount": "12.34"}).status_code == 200
        for amount in ("1.234e1", "+12.34", "1_2.34", " 12.34", "\u0661\u0662.34"):
            answer = http.get("/pay/qr.svg", params=query | {"amount": amount})
            assert (amount, answer.status_code) == (amount, 422)
