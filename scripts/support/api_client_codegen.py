"""Writing the typed client of the account API from its OpenAPI document; scripts/generate-api-client says for whom."""

import keyword
import re
from pathlib import Path
from typing import Any

from support.polish import polished

PACKAGE = Path("clients", "python", "job_escrow_client")
_HEADER = "# Generated from docs/openapi.json by scripts/generate-api-client; do not edit."
# What names of the document may break.
_NOQA = "# ruff: noqa: A001, A002, D205, D400, D413, D417, E501, N818, RUF001, RUF002, RUF003"
_SCALARS = {"string": "str", "boolean": "bool", "integer": "int", "number": "Decimal"}
_JSON = "application/json"

_Document = dict[str, Any]


def generate(document: _Document, repository: Path) -> dict[Path, str]:
    """Return the text of every generated file below `repository`, formatted as its configuration says."""
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    modules = {
        "_version": _version_module(document["info"]["version"]),
        "types": _types_module(document, _asked(document)),
        "problems": _problems_module(document),
        "operations": _operations_module(document, operations),
        "client": _client_module(operations, document),
        "__init__": _package(document),
    }
    texts = {f"{name}.py": f"{_HEADER}\n{_NOQA}\n{text}\n" for name, text in modules.items()}
    return polished({PACKAGE / name: text for name, text in texts.items()}, repository)


def _version_module(version: str) -> str:
    return f'"""The version of the API that the client is of."""\n__version__ = {version!r}'


def _asked(document: _Document) -> set[str]:
    """The names of the types that requests are made of."""
    schemas = document["components"]["schemas"]
    waiting: set[str] = set()
    for methods in document["paths"].values():
        waiting = waiting.union(*(_referred(each.get("requestBody")) for each in methods.values()))
    found: set[str] = set()
    while waiting:
        found |= waiting
        waiting = found.union(*(_referred(schemas[name]) for name in waiting)) - found
    return found


def _referred(schema: Any) -> set[str]:  # noqa: ANN401  (a part of a document)
    """The names that a schema itself refers to."""
    found: set[str] = set()
    if isinstance(schema, list):
        return found.union(*map(_referred, schema))
    if not isinstance(schema, dict):
        return found
    if "$ref" in schema:
        found.add(schema["$ref"].rpartition("/")[2])
    return found.union(*map(_referred, schema.values()))


def _types_module(document: _Document, asked: set[str]) -> str:
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
    for name in _in_order(schemas):
        if "properties" in schemas[name]:
            lines += _struct(schemas, name, schemas[name], is_asked=name in asked)
    return "\n".join(lines)


def _in_order(schemas: _Document) -> list[str]:
    """The names of the types, each after those that it is made of."""
    found: list[str] = []

    def add(name: str) -> None:
        if name not in found:
            for each in sorted(_referred(schemas[name])):
                add(each)
            found.append(name)

    for name in schemas:
        add(name)
    return found


def _struct(schemas: _Document, name: str, schema: _Document, *, is_asked: bool) -> list[str]:
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


def _default(schema: _Document) -> str:
    value = schema.get("default")
    if isinstance(value, dict | list):
        return f" = msgspec.field(default_factory={type(value).__name__})"
    return f" = {value!r}"


def _kind(schemas: _Document, schema: _Document, *, is_asked: bool) -> str:
    """A type. Answers of a later server may have other values than the enums of today, and are text."""
    if "$ref" in schema:
        name: str = schema["$ref"].rpartition("/")[2]
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


def _problems_module(document: _Document) -> str:
    lines = ['"""A class for each type of problem."""', "from job_escrow_client.errors import Refused"]
    for problem in document["x-problem-types"]:
        slug = problem["type"].rpartition("/")[2]
        about = f"{problem['title']} ({problem['status']}).\n\n{problem['remedy']}"
        lines += [f"class {_class(slug)}(Refused):", _docstring(about, 1), f"    slug = {slug!r}"]
    return "\n".join(lines)


def _operations_module(document: _Document, operations: list[tuple[str, str, _Document]]) -> str:
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


def _operation(schemas: _Document, method: str, path: str, operation: _Document) -> list[str]:
    answer = _answer(operation)
    parts = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"]
    place = f"place({path!r}, {', '.join(f'{each}={_name(each)}' for each in parts)})" if parts else repr(path)
    given = [f"method={method.upper()!r}", f"path={place}", f"answer={'type(None)' if answer == 'None' else answer}"]
    given += [f"repeatable={operation.get('x-repeatable', False)!r}"]
    for where, word in (("query", "query"), ("header", "headers")):
        named = [each["name"] for each in operation.get("parameters", ()) if each["in"] == where]
        if named:
            given.append(f"{word}={{{', '.join(f'{each!r}: {_name(each)}' for each in named)}}}")
    given += ["body=body"] if "requestBody" in operation else []
    return [
        f"def {_snake(operation['operationId'])}({_signature(schemas, operation)}) -> Call[{answer}]:",
        _docstring(operation["summary"] + ".", 1),
        f"    return Call({', '.join(given)})",
    ]


def _client_module(operations: list[tuple[str, str, _Document]], document: _Document) -> str:
    schemas = document["components"]["schemas"]
    lines = [
        '"""A client, blocking and async, with a method for each operation of the API."""',
        "from typing import Literal",
        "from job_escrow_client import operations",
        "from job_escrow_client.transport import AsyncTransport, BlockingTransport",
        f"from job_escrow_client.types import {', '.join(schemas)}",
    ]
    for name, base, asynchronous, awaited, about in (
        ("Client", "BlockingTransport", "", "", "A client that waits for each answer."),
        ("AsyncClient", "AsyncTransport", "async ", "await ", "A client whose answers are awaited."),
    ):
        lines += [f"class {name}({base}):", _docstring(about, 1)]
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


def _about(operation: _Document) -> str:
    """The docstring of a method."""
    parts = [f"{operation['summary']}.", operation["description"]]
    told = [f"    {_name(each['name'])}: {each['description']}" for each in operation.get("parameters", ())]
    if told:
        parts.append("Args:\n" + "\n".join(told))
    if _answer(operation) == "bytes":
        parts.append(f"Returns the whole answer: {' or '.join(_content(operation))}.")
    return "\n\n".join(parts)


def _signature(schemas: _Document, operation: _Document) -> str:
    """The parameters of a function: those of the path and the body by place, all others by name."""
    parameters = operation.get("parameters", ())
    placed = [f"{_name(each['name'])}: str" for each in parameters if each["in"] == "path"]
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"][_JSON]["schema"]
        placed.append(f"body: {_kind(schemas, schema, is_asked=True)}")
    named = []
    for each in parameters:
        if each["in"] != "path":
            kind = _kind(schemas, each["schema"], is_asked=True)
            named.append(f"{_name(each['name'])}: {kind}" + ("" if each["required"] else " | None = None"))
    return ", ".join([*placed, *(["*", *sorted(named, key=lambda one: "=" in one)] if named else [])])


def _arguments(operation: _Document) -> list[str]:
    parameters = operation.get("parameters", ())
    placed = [_name(each["name"]) for each in parameters if each["in"] == "path"]
    placed += ["body"] if "requestBody" in operation else []
    return [*placed, *(f"{_name(each['name'])}={_name(each['name'])}" for each in parameters if each["in"] != "path")]


def _content(operation: _Document) -> dict[str, Any]:
    (success,) = (answer for status, answer in operation["responses"].items() if status < "300")
    content: dict[str, Any] = success.get("content", {})
    return content


def _answer(operation: _Document) -> str:
    content = _content(operation)
    if not content:
        return "None"
    name: str = content.get(_JSON, {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return name or "bytes"


def _package(document: _Document) -> str:
    schemas = document["components"]["schemas"]
    problems = [_class(each["type"].rpartition("/")[2]) for each in document["x-problem-types"]]
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


def _class(slug: str) -> str:
    return "".join(each.capitalize() for each in slug.split("-"))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _name(name: str) -> str:
    found = name.lower().replace("-", "_")
    return f"{found}_" if keyword.iskeyword(found) else found
