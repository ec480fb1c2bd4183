"""The document as one HTML page: it has no scripts, asks nobody for anything, and every text in it is escaped."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.5rem; border: 1px solid #8886; border-radius: 4px; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #8886; padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; }
section { border-top: 1px solid #8886; margin-top: 1.5rem; }
nav ul { columns: 18rem; padding-left: 1.25rem; }
""".strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_REFERENCE = re.compile(r"#/components/(\w+)/(.+)")


def page(document: dict[str, Any]) -> str:
    """The page of a document."""
    info = document["info"]
    body = [
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
        _prose(info["description"]),
        '<p>For programs: <a href="openapi.json">openapi.json</a>.</p>',
        _navigation(document),
    ]
    for tag in document["tags"]:
        body.append(f"<h2>{escape(tag['name'])}</h2>{_prose(tag['description'])}")
        body += [_operation(document, *each) for each in _operations(document, tag["name"])]
    body.append("<h2>Types</h2>")
    body += [_schema(name, schema) for name, schema in document["components"]["schemas"].items()]
    body.append("<h2>Problems</h2>")
    problems = ((each["type"], each["status"], each["title"], each["remedy"]) for each in document["x-problem-types"])
    body.append(_table(("type", "status", "title", "what to do"), ([_text(cell) for cell in row] for row in problems)))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
    title = f"<title>{escape(info['title'])}</title>"
    return f'<!doctype html><html lang="en"><head>{head}{title}</head><body>{"".join(body)}</body></html>'


def _operations(document: dict[str, Any], tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield method, path, operation


def _navigation(document: dict[str, Any]) -> str:
    links = (
        f'<li><a href="#{_id(operation["operationId"])}">{escape(operation["operationId"])}</a></li>'
        for tag in document["tags"]
        for _, _, operation in _operations(document, tag["name"])
    )
    return f"<nav><ul>{''.join(links)}</ul></nav>"


def _operation(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    identifier = operation["operationId"]
    parts = [
        f'<section id="{_id(identifier)}"><h3>{escape(operation["summary"])}</h3>',
        f"<p><code>{escape(method.upper())} {escape(path)}</code> · {escape(identifier)}</p>",
        _prose(operation["description"]),
    ]
    parameters = operation.get("parameters", ())
    if parameters:
        rows = (
            (
                f"<code>{escape(each['name'])}</code>{'' if each.get('required') else ' (optional)'}",
                escape(each["in"]),
                _type(each["schema"]),
                _prose(each["description"]),
            )
            for each in parameters
        )
        parts.append(_table(("parameter", "in", "type", ""), rows))
    if "requestBody" in operation:
        parts.append(f"<p>Body: {_media_of(operation['requestBody'])}</p>")
    answers = ((escape(status), *_answer(document, each)) for status, each in operation["responses"].items())
    parts.append(_table(("status", "answer", ""), answers))
    return "".join(parts) + "</section>"


def _answer(document: dict[str, Any], answer: dict[str, Any]) -> tuple[str, str]:
    found = _REFERENCE.fullmatch(answer.get("$ref", ""))
    if found is not None:
        answer = document["components"][found[1]][found[2]]
    return _media_of(answer), _prose(answer["description"])


def _media_of(has: dict[str, Any]) -> str:
    kinds = (f"{_type(one['schema'])} as {escape(media)}" for media, one in has.get("content", {}).items())
    return " or ".join(kinds)


def _schema(name: str, schema: dict[str, Any]) -> str:
    parts = [f'<section id="{_id(name)}"><h3>{escape(name)}</h3>', _prose(schema["description"])]
    required = schema.get("required", ())
    rows = (
        (
            f"<code>{escape(field)}</code>{'' if field in required else ' (optional)'}",
            _type(one),
            _prose(one["description"]) + "".join(f"<code>{_json(each)}</code>" for each in one.get("examples", ())),
        )
        for field, one in schema.get("properties", {}).items()
    )
    parts.append(_table(("field", "type", ""), rows) if "properties" in schema else f"<p>{_type(schema)}</p>")
    return "".join(parts) + "</section>"


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    found = _REFERENCE.fullmatch(schema.get("$ref", ""))
    if found is not None:
        return f'<a href="#{_id(found[2])}">{escape(found[2])}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{_json(each)}</code>" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    words = [_text(schema.get("type", "any"))]
    words += [f"at least {_json(schema['minimum'])}"] if "minimum" in schema else []
    words += [f"at most {_json(schema['maximum'])}"] if "maximum" in schema else []
    words += [f"at most {_json(schema['maxLength'])} characters"] if "maxLength" in schema else []
    return ", ".join(words)


def _table(head: tuple[str, ...], rows: Any) -> str:  # noqa: ANN401  (rows of cells in HTML)
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{''.join(f'<th>{escape(each)}</th>' for each in head)}</tr></thead>{cells}</table>"


def _prose(text: str) -> str:
    """Paragraphs of a description, with its `code` and **bold**."""
    shown = (re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", _code(escape(part))) for part in text.split("\n\n"))
    return "".join(f"<p>{each}</p>" for each in shown)


def _code(escaped: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)


def _id(name: str) -> str:
    """A name as the place that a link leads to."""
    return escape(re.sub(r"\s", "-", name))


def _json(value: Any) -> str:  # noqa: ANN401
    return escape(json.dumps(value, ensure_ascii=False))


def _text(value: Any) -> str:  # noqa: ANN401
    return escape(str(value))
