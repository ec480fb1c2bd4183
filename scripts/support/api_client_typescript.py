"""Writing the API's TypeScript client from its OpenAPI document; scripts/generate-api-client says for whom."""

import json
import re
from pathlib import Path
from typing import Any

from support.api_document import (
    HEADER,
    Document,
    about,
    answered_type,
    answered_types,
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

PACKAGE = Path("clients", "typescript")
_WIDTH = 120
_SCALARS = {"string": "string", "boolean": "boolean", "integer": "bigint", "number": "Decimal", "null": "null"}
_ASKED_SCALARS = _SCALARS | {"integer": "Whole", "number": "number"}
_READERS = {"string": "text", "boolean": "flag", "integer": "whole", "number": "decimal"}
_PURE = "/* @__PURE__ */"
"""Before each call, the inner ones too: else a bundler keeps what nobody uses."""
_ALL_READERS = ("list", "map", "nullable", "or", *_READERS.values())
_NUMBERS = {
    "Whole": (
        "A whole number that a request is given. A number from 2^53 on is refused: give a bigint.",
        "bigint | number",
    ),
    "Decimal": ("An exact decimal in digits, such as 13.7: JavaScript has no number for it.", "string"),
}


def generate(document: Document, repository: Path) -> dict[Path, str]:
    """Return the text of every generated file below `repository`, and of its manifests with the API's version."""
    modules = {
        "version": _version_module(document["info"]["version"]),
        "types": _types_module(document),
        "readers": _readers_module(document),
        "problems": _problems_module(document),
        "operations": _operations_module(document),
        "client": _client_module(document),
        "index": _index_module(document),
    }
    texts = {PACKAGE / "src" / f"{name}.ts": f"// {HEADER}\n{text}\n" for name, text in modules.items()}
    return texts | _manifests(repository, document["info"]["version"])


def _manifests(repository: Path, version: str) -> dict[Path, str]:
    package, lock = (PACKAGE / name for name in ("package.json", "package-lock.json"))
    found = {path: json.loads((repository / path).read_text()) for path in (package, lock)}
    for each in (found[package], found[lock], found[lock]["packages"][""]):
        each["version"] = version
    return {path: json.dumps(each, indent=2, ensure_ascii=False) + "\n" for path, each in found.items()}


def _version_module(version: str) -> str:
    return f"{_comment('The version of the API that the client is of.')}\nexport const VERSION = {_literal(version)};"


def _types_module(document: Document) -> str:
    schemas = document["components"]["schemas"]
    asked = asked_types(document)
    lines = ["/** What requests and answers are made of. */"]
    for name, (meaning, kind) in _NUMBERS.items():
        lines += ["", _comment(meaning), f"export type {name} = {kind};"]
    for name, schema in schemas.items():
        if "enum" in schema:
            lines += ["", _comment(schema["description"]), f"export type {name} = {_choice(schema)};"]
        else:
            lines += ["", *_interface(schemas, name, schema, is_asked=name in asked)]
    for _, _, operation in operations_of(document):
        lines += _named_interface(schemas, operation)
    return "\n".join(lines)


def _interface(schemas: Document, name: str, schema: Document, *, is_asked: bool) -> list[str]:
    """What is left out of a request is not sent; an answer has all members, by their defaults where it says none."""
    lines = [_comment(schema["description"]), f"export interface {name} {{"]
    required = schema.get("required", ())
    for member, one in schema["properties"].items():
        kind = _member_kind(schemas, one, is_asked=is_asked, is_required=member in required)
        meaning = one["description"]
        if is_asked and one.get("default") not in (None, "", [], {}):
            meaning += f" Left out: {_literal(one['default'])}."
        optional = is_asked and member not in required
        lines += [_comment(meaning, 1), f"  readonly {_key(member)}{'?' if optional else ''}: {kind};"]
    return [*lines, "}"]


def _member_kind(schemas: Document, schema: Document, *, is_asked: bool, is_required: bool) -> str:
    kind = _kind(schemas, schema, is_asked=is_asked)
    if is_required:
        return kind
    if is_asked:
        return f"{kind} | undefined"
    return kind if schema.get("default") is not None or "null" in kind.split(" | ") else f"{kind} | null"


def _named_interface(schemas: Document, operation: Document) -> list[str]:
    """What an operation is given by name; nothing where it takes nothing so."""
    named = parameters(operation, "query", "header")
    if not named:
        return []
    meaning = f"What `{operation['operationId']}` is given by name."
    lines = ["", _comment(meaning), f"export interface {_named_type(operation)} {{"]
    for each in named:
        kind = _kind(schemas, each["schema"], is_asked=True)
        optional = ("", "") if each["required"] else ("?", " | undefined")
        lines += [
            _comment(each["description"], 1),
            f"  readonly {_key(member_name(each['name']))}{optional[0]}: {kind}{optional[1]};",
        ]
    return [*lines, "}"]


def _kind(schemas: Document, schema: Document, *, is_asked: bool) -> str:
    """A type. Answers of a later server may have other values than the enums of today, and are text."""
    if "$ref" in schema:
        name = target(schema["$ref"])
        return name if is_asked or "enum" not in schemas[name] else "string"
    if "anyOf" in schema:
        return " | ".join(_kind(schemas, each, is_asked=is_asked) for each in schema["anyOf"])
    if "enum" in schema and is_asked:
        return _choice(schema)
    if schema["type"] == "array":
        return f"ReadonlyArray<{_kind(schemas, schema['items'], is_asked=is_asked)}>"
    if schema["type"] == "object":
        return f"Readonly<Record<string, {_kind(schemas, schema['additionalProperties'], is_asked=is_asked)}>>"
    return (_ASKED_SCALARS if is_asked else _SCALARS)[schema["type"]]


def _readers_module(document: Document) -> str:
    schemas = document["components"]["schemas"]
    answered = answered_types(document)
    records: list[str] = []
    for name in in_order(schemas):
        if name in answered and "properties" in schemas[name]:
            records += ["", f"export const {name} = {_PURE} record<types.{name}>({{"]
            required = schemas[name].get("required", ())
            for member, one in schemas[name]["properties"].items():
                records.append(f"  {_key(member)}: {_member_reader(schemas, one, is_required=member in required)},")
            records.append("});")
    used = [each for each in _ALL_READERS if re.search(rf": .*\b{each}\b", "\n".join(records))]
    return "\n".join(
        [
            "/** What reads the types of answers. */",
            f'import {{ {", ".join(sorted([*used, "record"]))} }} from "./reading.js";',
            'import type * as types from "./types.js";',
            *records,
        ]
    )


def _member_reader(schemas: Document, schema: Document, *, is_required: bool) -> str:
    reader = _reader(schemas, schema)
    if is_required:
        return reader
    default = schema.get("default")
    if default is None and not reader.startswith(f"{_PURE} nullable("):
        reader = f"{_PURE} nullable({reader})"
    return f"{_PURE} or({reader}, {_value(reader, default)})"


def _reader(schemas: Document, schema: Document) -> str:
    if "$ref" in schema:
        name = target(schema["$ref"])
        return _READERS[schemas[name]["type"]] if "enum" in schemas[name] else name
    if "anyOf" in schema:
        (one,) = (each for each in schema["anyOf"] if each.get("type") != "null")
        return f"{_PURE} nullable({_reader(schemas, one)})"
    if schema["type"] == "array":
        return f"{_PURE} list({_reader(schemas, schema['items'])})"
    if schema["type"] == "object":
        return f"{_PURE} map({_reader(schemas, schema['additionalProperties'])})"
    return _READERS[schema["type"]]


def _problems_module(document: Document) -> str:
    problems = document["x-problem-types"]
    lines = ["/** A class for each type of problem. */", 'import { Refused } from "./errors.js";']
    for problem in problems:
        name = problem_class(problem)
        lines += [
            "",
            _comment(problem_meaning(problem)),
            f"export class {name} extends Refused {{",
            f"  override readonly name = {_literal(name)};",
            "}",
        ]
    lines += ["", "/** The class of each type of problem, by the last part of its `type`. */"]
    lines.append("export const PROBLEMS: ReadonlyMap<string, typeof Refused> = new Map<string, typeof Refused>([")
    lines += [f"  [{_literal(slug(problem))}, {problem_class(problem)}]," for problem in problems]
    return "\n".join([*lines, "]);"])


def _operations_module(document: Document) -> str:
    lines = [
        "/** The operations of the API: each function makes a call, which a client sends. */",
        'import { bytes, type Call, json, nothing, place } from "./calls.js";',
        'import * as readers from "./readers.js";',
        'import type * as types from "./types.js";',
    ]
    for method, path, operation in operations_of(document):
        lines += ["", *_operation(document["components"]["schemas"], method, path, operation)]
    return "\n".join(lines)


def _operation(schemas: Document, method: str, path: str, operation: Document) -> list[str]:
    answered = answered_type(operation)
    parts = ", ".join(each["name"] for each in parameters(operation, "path"))
    lines = [
        _comment(f"{operation['summary']}."),
        _fitting(
            f"export function {operation['operationId']}(",
            _signature(schemas, operation),
            f"): Call<{_answer(operation)}> {{",
        ),
        "  return {",
        f"    method: {_literal(method.upper())},",
        f"    path: {f'place({_literal(path)}, {{ {parts} }})' if parts else _literal(path)},",
        f"    repeatable: {_literal(operation.get('x-repeatable', False))},",
        f"    answer: {f'json(readers.{answered})' if answered else 'bytes' if media_of(operation) else 'nothing'},",
    ]
    for where, word in (("query", "query"), ("header", "headers")):
        named = parameters(operation, where)
        if named:
            given = [f"{_key(each['name'])}: named.{member_name(each['name'])}" for each in named]
            lines.append(_fitting(f"    {word}: {{", given, "},", space=" "))
    lines += ["    body,"] if body_of(operation) is not None else []
    return [*lines, "  };", "}"]


def _client_module(document: Document) -> str:
    schemas = document["components"]["schemas"]
    lines = [
        "/** A client with a method for each operation of the API. */",
        'import * as operations from "./operations.js";',
        'import { entriesOf } from "./pages.js";',
        'import { type AskOptions, Transport } from "./transport.js";',
        'import type * as types from "./types.js";',
        "",
        "/** A client of the API of one server. */",
        "export class Client extends Transport {",
    ]
    methods = [_method(schemas, operation) for _, _, operation in operations_of(document)]
    methods += [
        _iterator(schemas, operation)
        for _, _, operation in operations_of(document)
        if any(each["name"] == "cursor" for each in parameters(operation, "query"))
    ]
    return "\n".join([*lines, "\n\n".join("\n".join(method) for method in methods), "}"])


def _method(schemas: Document, operation: Document) -> list[str]:
    placed = _placed(operation)
    named = parameters(operation, "query", "header")
    told = [about(operation)]
    told += [f"@param {each['name']} {each['description']}" for each in parameters(operation, "path")]
    if _answer(operation) == "Uint8Array":
        told.append(f"@returns The whole answer: {' or '.join(media_of(operation))}.")
    call = f"operations.{operation['operationId']}({', '.join([*placed, *(['named'] if named else [])])})"
    return [
        _comment("\n\n".join(told), 1),
        _fitting(
            f"  async {operation['operationId']}(", _asked(schemas, operation), f"): Promise<{_answer(operation)}> {{"
        ),
        f"    return (await this.ask({call}, {'named' if named else 'options'})).value;",
        "  }",
    ]


def _iterator(schemas: Document, operation: Document) -> list[str]:
    """What goes through the pages of an operation."""
    name = operation["operationId"]
    answered = answered_type(operation)
    members = schemas[answered]["properties"] if answered else {}
    lists = [member for member, one in members.items() if one.get("type") == "array"]
    following = [member for member in members if member.startswith("next")]
    if len(lists) != 1 or len(following) != 1:
        raise ValueError(f"{name} has a cursor: its answer needs one list, and one member that begins with `next`")
    entry = target(members[lists[0]]["items"]["$ref"])
    placed = ", ".join([*_placed(operation), "{ ...named, cursor }"])
    meaning = f"Every entry of `{name}`, page after page, each page when it is needed."
    return [
        _comment(meaning, 1),
        _fitting(
            f"  {_iterator_name(name)}(",
            _asked(schemas, operation),
            f"): AsyncGenerator<types.{entry}, void, undefined> {{",
        ),
        "    return entriesOf(",
        f"      (cursor) => this.{name}({placed}),",
        f"      (page) => page.{lists[0]},",
        f"      (page) => page.{following[0]},",
        "      named.cursor,",
        "    );",
        "  }",
    ]


def _index_module(document: Document) -> str:
    problems = [problem_class(each) for each in document["x-problem-types"]]
    values = {
        "./client.js": ["Client"],
        "./errors.js": ["ApiError", "Refused", "UnexpectedAnswer", "Unreachable"],
        "./json.js": ["stringify"],
        "./problems.js": problems,
        "./retries.js": ["NEVER"],
        "./version.js": ["VERSION"],
    }
    kinds = {
        "./calls.js": ["Answered", "Call"],
        "./exchange.js": ["Fetch"],
        "./retries.js": ["Retries"],
        "./transport.js": ["AskOptions", "ClientOptions"],
        "./types.js": [
            *_NUMBERS,
            *document["components"]["schemas"],
            *(_named_type(one) for _, _, one in operations_of(document) if parameters(one, "query", "header")),
        ],
    }
    names = [name for homes in (values, kinds) for found in homes.values() for name in found]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    lines = ["/** The typed client of the account API. */", 'export * as operations from "./operations.js";']
    lines += [_export("export", found, home) for home, found in values.items()]
    lines += [_export("export type", found, home) for home, found in kinds.items()]
    return "\n".join(lines)


def _export(word: str, names: list[str], home: str) -> str:
    return f"{word} {{\n" + "".join(f"  {name},\n" for name in sorted(names)) + f'}} from "{home}";'


def _signature(schemas: Document, operation: Document) -> list[str]:
    """The parameters of a function: those of the path and the body by place, all others by name."""
    found = [f"{each['name']}: string" for each in parameters(operation, "path")]
    body = body_of(operation)
    if body is not None:
        found.append(f"body: types.{_kind(schemas, body, is_asked=True)}")
    named = parameters(operation, "query", "header")
    if named:
        needed = any(each["required"] for each in named)
        found.append(f"named: types.{_named_type(operation)}" + ("" if needed else " = {}"))
    return found


def _asked(schemas: Document, operation: Document) -> list[str]:
    """The same of a method, which also takes what a call may be told."""
    found = _signature(schemas, operation)
    if not parameters(operation, "query", "header"):
        return [*found, "options: AskOptions = {}"]
    name = f"types.{_named_type(operation)}"
    return [*found[:-1], found[-1].replace(name, f"{name} & AskOptions")]


def _placed(operation: Document) -> list[str]:
    body = ["body"] if body_of(operation) is not None else []
    return [each["name"] for each in parameters(operation, "path")] + body


def _answer(operation: Document) -> str:
    answered = answered_type(operation)
    return f"types.{answered}" if answered else "Uint8Array" if media_of(operation) else "void"


def _iterator_name(operation_id: str) -> str:
    """The operation's name with another verb: listJobs is iterateJobs."""
    return re.sub(r"^[a-z]+", "iterate", operation_id)


def _named_type(operation: Document) -> str:
    name: str = operation["operationId"]
    return f"{name[0].upper()}{name[1:]}Parameters"


def _fitting(begin: str, parts: list[str], end: str, space: str = "") -> str:
    """The parts between begin and end on one line where that has room for them, else on one line each."""
    whole = f"{begin}{space}{', '.join(parts)}{space}{end}"
    if len(whole) <= _WIDTH:
        return whole
    indent = re.match(" *", begin)[0]  # type: ignore[index]  # it matches anything
    return "\n".join([begin, *(f"{indent}  {part}," for part in parts), indent + end])


def _choice(schema: Document) -> str:
    return " | ".join(map(_literal, schema["enum"]))


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else _literal(name)


def _literal(value: Any) -> str:  # noqa: ANN401  (of JSON)
    return json.dumps(value, ensure_ascii=False)


def _value(reader: str, default: Any) -> str:  # noqa: ANN401  (of JSON)
    """A default as its reader gives it."""
    if isinstance(default, bool) or not isinstance(default, int | float):
        return _literal(default)
    return f"{default}n" if "whole" in reader else _literal(str(default))


def _comment(text: str, depth: int = 0) -> str:
    indent = "  " * depth
    lines = text.replace("*/", "* /").strip().split("\n")
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */"
    shown = "\n".join(f"{indent} * {line}".rstrip() for line in lines)
    return f"{indent}/**\n{shown}\n{indent} */"
