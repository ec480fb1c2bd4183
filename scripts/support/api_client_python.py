"""Writing the API's Python client from its OpenAPI document; scripts/generate-api-client says for whom."""

import keyword
import re
from pathlib import Path

from support.api_document import (
    HEADER,
    Document,
    about,
    answered_type,
    asked_types,
    body_of,
    in_order,
    media_of,
    member_name,
    operations_of,
    parameters,
    problem_class,
    problem_meaning,
    slug,
    target,
)
from support.polish import polished

PACKAGE = Path("clients", "python", "job_escrow_client")
# What names of the document may break.
_NOQA = "# ruff: noqa: A001, A002, D205, D400, D413, D417, E501, N818, RUF001, RUF002, RUF003"
_NAMED = ("query", "header")
_SCALARS = {"string": "str", "boolean": "bool", "integer": "int", "number": "Decimal"}


def generate(document: Document, repository: Path) -> dict[Path, str]:
    """Return the text of every generated file below `repository`, formatted as its configuration says."""
    operations = operations_of(document)
    modules = {
        "_version": _version_module(document["info"]["version"]),
        "types": _types_module(document, asked_types(document)),
        "problems": _problems_module(document),
        "operations": _operations_module(document, operations),
        "client": _client_module(operations, document),
        "__init__": _package(document),
    }
    texts = {f"{name}.py": f"# {HEADER}\n{_NOQA}\n{text}\n" for name, text in modules.items()}
    return polished({PACKAGE / name: text for name, text in texts.items()}, repository)


def _version_module(version: str) -> str:
    return f'"""The version of the API that the client is of."""\n__version__ = {version!r}'


def _types_module(document: Document, asked: set[str]) -> str:
    schemas = document["components"]["schemas"]
    lines = [
        '"""What requests and answers are made of."""',
        "from decimal import Decimal",
        "from typing import Literal",
        "import msgspec",
    ]
    for name, schema in schemas.items():
        if "enum" in schema:
            lines += [f"{name} = Literal{schema['enum']!r}", _docstring(schema["description"])]
    for name in in_order(schemas):
        if "properties" in schemas[name]:
            lines += _struct(schemas, name, schemas[name], is_asked=name in asked)
    return "\n".join(lines)


def _struct(schemas: Document, name: str, schema: Document, *, is_asked: bool) -> list[str]:
    """A class; what is left out of a request is not sent, and what an answer has besides is ignored."""
    options = "frozen=True, kw_only=True" + (", omit_defaults=True" if is_asked else "")
    lines = [f"class {name}(msgspec.Struct, {options}):", _docstring(schema["description"], 1)]
    required = schema.get("required", ())
    for field, one in schema["properties"].items():
        kind = _kind(schemas, one, is_asked=is_asked)
        default = "" if field in required else _default(one)
        if default == " = None" and "None" not in kind:
            kind += " | None"
        lines += [f"    {_name(field)}: {kind}{default}", _docstring(one["description"], 1)]
    return lines


def _default(schema: Document) -> str:
    value = schema.get("default")
    if isinstance(value, dict | list):
        return f" = msgspec.field(default_factory={type(value).__name__})"
    return f" = {value!r}"


def _kind(schemas: Document, schema: Document, *, is_asked: bool) -> str:
    """A type. Answers of a later server may have other values than the enums of today, and are text."""
    if "$ref" in schema:
        name = target(schema["$ref"])
        return name if is_asked or "enum" not in schemas[name] else "str"
    if "anyOf" in schema:
        return " | ".join(_kind(schemas, each, is_asked=is_asked) for each in schema["anyOf"])
    if "enum" in schema and is_asked:
        return f"Literal{schema['enum']!r}"
    if schema["type"] == "null":
        return "None"
    if schema["type"] == "array":
        return f"list[{_kind(schemas, schema['items'], is_asked=is_asked)}]"
    if schema["type"] == "object":
        return f"dict[str, {_kind(schemas, schema['additionalProperties'], is_asked=is_asked)}]"
    return _SCALARS[schema["type"]]


def _problems_module(document: Document) -> str:
    lines = ['"""A class for each type of problem."""', "from job_escrow_client.errors import Refused"]
    for problem in document["x-problem-types"]:
        lines += [f"class {problem_class(problem)}(Refused):", _docstring(problem_meaning(problem), 1)]
        lines.append(f"    slug = {slug(problem)!r}")
    return "\n".join(lines)


def _operations_module(document: Document, operations: list[tuple[str, str, Document]]) -> str:
    schemas = document["components"]["schemas"]
    lines = [
        '"""The operations of the API: each function makes a call, which a client sends."""',
        "from typing import Literal",
        "from job_escrow_client.calls import Call, place",
        f"from job_escrow_client.types import {', '.join(schemas)}",
    ]
    for method, path, operation in operations:
        lines += _operation(schemas, method, path, operation)
    return "\n".join(lines)


def _operation(schemas: Document, method: str, path: str, operation: Document) -> list[str]:
    answer = _answer(operation)
    parts = [each["name"] for each in parameters(operation, "path")]
    place = f"place({path!r}, {', '.join(f'{each}={_name(each)}' for each in parts)})" if parts else repr(path)
    given = [f"method={method.upper()!r}", f"path={place}", f"answer={'type(None)' if answer == 'None' else answer}"]
    given += [f"repeatable={operation.get('x-repeatable', False)!r}"]
    for where, word in (("query", "query"), ("header", "headers")):
        named = [each["name"] for each in parameters(operation, where)]
        if named:
            given.append(f"{word}={{{', '.join(f'{each!r}: {_name(each)}' for each in named)}}}")
    given += ["body=body"] if body_of(operation) is not None else []
    return [
        f"def {_snake(operation['operationId'])}({_signature(schemas, operation)}) -> Call[{answer}]:",
        _docstring(operation["summary"] + ".", 1),
        f"    return Call({', '.join(given)})",
    ]


def _client_module(operations: list[tuple[str, str, Document]], document: Document) -> str:
    schemas = document["components"]["schemas"]
    lines = [
        '"""A client, blocking and async, with a method for each operation of the API."""',
        "from typing import Literal",
        "from job_escrow_client import operations",
        "from job_escrow_client.transport import AsyncTransport, BlockingTransport",
        f"from job_escrow_client.types import {', '.join(schemas)}",
    ]
    for name, base, asynchronous, awaited, meaning in (
        ("Client", "BlockingTransport", "", "", "A client that waits for each answer."),
        ("AsyncClient", "AsyncTransport", "async ", "await ", "A client whose answers are awaited."),
    ):
        lines += [f"class {name}({base}):", _docstring(meaning, 1)]
        for _, _, operation in operations:
            function = _snake(operation["operationId"])
            signature = ", ".join(filter(None, ("self", _signature(schemas, operation))))
            asked = ", ".join(_arguments(operation))
            got = (
                f"({awaited}self.ask(operations.{function}({asked}))).value"
                if awaited
                else (f"self.ask(operations.{function}({asked})).value")
            )
            lines += [
                f"    {asynchronous}def {function}({signature}) -> {_answer(operation)}:",
                _docstring(_about(operation), 2),
                f"        return {got}",
            ]
    return "\n".join(lines)


def _about(operation: Document) -> str:
    """The docstring of a method."""
    parts = [about(operation)]
    told = [f"    {_name(each['name'])}: {each['description']}" for each in operation.get("parameters", ())]
    if told:
        parts.append("Args:\n" + "\n".join(told))
    if _answer(operation) == "bytes":
        parts.append(f"Returns the whole answer: {' or '.join(media_of(operation))}.")
    return "\n\n".join(parts)


def _signature(schemas: Document, operation: Document) -> str:
    """The parameters of a function: those of the path and the body by place, all others by name."""
    placed = [f"{_name(each['name'])}: str" for each in parameters(operation, "path")]
    body = body_of(operation)
    if body is not None:
        placed.append(f"body: {_kind(schemas, body, is_asked=True)}")
    named = []
    for each in parameters(operation, *_NAMED):
        kind = _kind(schemas, each["schema"], is_asked=True)
        named.append(f"{_name(each['name'])}: {kind}" + ("" if each["required"] else " | None = None"))
    return ", ".join([*placed, *(["*", *named] if named else [])])


def _arguments(operation: Document) -> list[str]:
    placed = [_name(each["name"]) for each in parameters(operation, "path")]
    placed += ["body"] if body_of(operation) is not None else []
    return [*placed, *(f"{_name(each['name'])}={_name(each['name'])}" for each in parameters(operation, *_NAMED))]


def _answer(operation: Document) -> str:
    return answered_type(operation) or ("bytes" if media_of(operation) else "None")


def _package(document: Document) -> str:
    schemas = document["components"]["schemas"]
    problems = [problem_class(each) for each in document["x-problem-types"]]
    homes = {
        "_version": ["__version__"],
        "calls": ["Answered", "Call"],
        "client": ["AsyncClient", "Client"],
        "errors": ["ApiError", "Refused", "UnexpectedAnswer", "Unreachable"],
        "problems": problems,
        "retries": ["NEVER", "Retries"],
        "types": list(schemas),
    }
    names = [name for found in homes.values() for name in found]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    imports = [f"from job_escrow_client.{home} import {', '.join(found)}" for home, found in homes.items()]
    return "\n".join(
        [
            '"""The typed client of the account API, blocking and async."""',
            "from job_escrow_client import operations",
            *imports,
            f"__all__ = {[*names, 'operations']!r}",
        ]
    )


def _docstring(text: str, depth: int = 0) -> str:
    indent = "    " * depth
    lines = text.replace("\\", "\\\\").replace('"""', "'''").strip().split("\n")
    ends = "\n" + indent if len(lines) > 1 else ""
    shown = f"\n{indent}".join(lines) + ends
    return re.sub(r"[ \t]+$", "", f'{indent}"""{shown}"""', flags=re.MULTILINE)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _name(name: str) -> str:
    found = member_name(name)
    return f"{found}_" if keyword.iskeyword(found) else found
