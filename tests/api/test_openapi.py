"""The API's description: the file, what a server answers, and what typed clients and people rely on in it."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from api_harness.people import new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage
from job_escrow_api.domain.problems import Kinds
from support.openapi import kept_document, made_document

DOCUMENT = kept_document()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
_VERBS = "get|list|create|delete|revoke|lock|settle|refund|admit|release|end|test|replay|export|send"
# Solana Pay's own body: its wallets may send more.
_OPEN_BODIES = {"PayingAccount"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


@pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
def test_the_file_is_what_the_api_answers(server: Server) -> None:
    assert made_document() == DOCUMENT
    with server.http() as http:
        assert http.get("/openapi.json").json() == DOCUMENT


def test_operations_are_named_by_a_verb_and_a_thing() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(f"({_VERBS})[A-Z][A-Za-z]+", name)] == []
    reading = {operation["operationId"] for method, _, operation in operations() if method == "get"}
    assert {name for name in names if re.match("get|list|export", name)} == reading


def test_every_operation_says_who_may_ask_and_what_is_refused() -> None:
    for method, path, operation in operations():
        assert operation["security"] in ([], [{"key": []}]), path
        assert bool(operation["security"]) == bool(operation.get("x-scopes")), path
        assert ("401" in operation["responses"]) >= bool(operation["security"]), path
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert refusals.keys() >= {"429", "500", "503"}, (method, path)
        for status, answer in refusals.items():
            assert answer == {"$ref": f"#/components/responses/Problem{status}"}


def test_every_problem_is_described_with_an_example() -> None:
    described = {each["type"].rpartition("/")[2]: each for each in DOCUMENT["x-problem-types"]}
    assert {slug: (each["status"], each["title"], each["remedy"]) for slug, each in described.items()} == {
        kind.slug: (kind.value.status, kind.value.title, kind.value.remedy) for kind in Kinds
    }
    for name, answer in DOCUMENT["components"]["responses"].items():
        (content,) = answer["content"].values()
        shown = {slug: one["value"]["status"] for slug, one in content["examples"].items()}
        status = int(name.removeprefix("Problem"))
        assert shown == {kind.slug: status for kind in Kinds if kind.value.status == status}
        assert ("Retry-After" in answer["headers"]) == (status in (429, 502, 503))


def test_a_body_has_what_the_schema_says_and_no_more() -> None:
    seen = set()
    for _, _, operation in operations():
        if "requestBody" in operation:
            seen |= _reached(operation["requestBody"]["content"]["application/json"]["schema"])
    assert {name for name in seen if SCHEMAS[name].get("additionalProperties") is not False} - {
        name for name in seen if "enum" in SCHEMAS[name]
    } == _OPEN_BODIES


def test_amounts_are_integers_whose_unit_is_named() -> None:
    for name, schema in SCHEMAS.items():
        for field, one in schema.get("properties", {}).items():
            kinds = {each.get("type") for each in one.get("anyOf", [one])} - {"null"}
            unit = "redit" if "credits" in field else "ase unit" if "base_units" in field else ""
            if kinds & {"integer", "number"}:
                assert unit in one["description"], (name, field)
            if "number" in kinds:
                money = "usdc" in field or "currency" in schema["properties"]
                assert money or field in ("burn_rate", "days_left"), (name, field)
                assert unit == "", (name, field)


def test_a_parameter_has_bounds_and_no_null() -> None:
    for _, path, operation in operations():
        for each in operation.get("parameters", ()):
            schema = each["schema"]
            assert "anyOf" not in schema, path
            assert schema["type"] in ("integer", "string"), path
            assert schema["type"] != "integer" or schema.keys() >= {"minimum", "maximum"}, (path, each["name"])


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_allow_names_the_methods_of_the_path(server: Server, path: str) -> None:
    methods = ", ".join(sorted(("OPTIONS", *(method.upper() for method in DOCUMENT["paths"][path]))))
    with httpx2.Client(base_url=server.url.removesuffix("/v1")) as http:
        asked = http.options(path)
        assert (asked.status_code, asked.headers["allow"]) == (204, methods)
        for method in ("PUT", "PATCH", "HEAD"):
            refused = http.request(method, path)
            assert (refused.status_code, refused.headers["allow"]) == (405, methods)


def test_what_is_not_asked_for_is_left_out(server: Server, stage: Stage) -> None:
    """Litestar by itself would take `null` for nothing."""
    with server.http() as http:
        key = new_key(http, stage.cast.alice)
    with server.http(key) as http:
        for path, name in (("/usage", "period"), ("/usage", "by"), ("/ledger", "cursor"), ("/jobs", "cursor")):
            assert http.get(path).status_code == 200
            assert problem(http.get(path, params={name: "null"}))["status"] == 400, name


def _reached(schema: Any) -> set[str]:
    """The names of the schemas that it refers to, and those refer to."""
    found: set[str] = set()
    if isinstance(schema, list):
        return found.union(*(_reached(each) for each in schema))
    if isinstance(schema, dict):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return {name} | _reached(SCHEMAS[name])
        return found.union(*(_reached(each) for each in schema.values()))
    return found
