"""/v1/docs: one page of HTML, made from the description, that runs nothing and asks nobody."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

from api_harness.server import Server
from job_escrow_api.http.document.page import page
from support.openapi import kept_document

_TAGS = {
    *("html", "head", "meta", "style", "title", "body", "h1", "h2", "h3", "p", "b", "code", "a", "nav", "ul", "li"),
    *("section", "table", "thead", "tr", "th", "td"),
}
_ATTRIBUTES = {"lang", "charset", "name", "content", "href", "id"}
_HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)> `<b onclick=x>` **<i>**"


class Seen(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "href":
                self.links.append(str(value))
            if name == "id":
                self.ids.add(str(value))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_shows_every_operation_type_and_problem(server: Server) -> None:
    with server.http() as http:
        answer = http.get("/docs")
        document = http.get("/openapi.json").json()
    assert answer.headers["content-type"].startswith("text/html")
    seen = Seen(answer.text)
    names = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    assert seen.ids == names | document["components"]["schemas"].keys()
    assert all(each["type"] in seen.text for each in document["x-problem-types"])
    assert {link for link in seen.links if not link.startswith("#")} == {"openapi.json"}
    assert {link[1:] for link in seen.links if link.startswith("#")} <= seen.ids


def test_it_runs_nothing_and_asks_nobody(server: Server) -> None:
    with server.http() as http:
        answer = http.get("/docs")
    policy = answer.headers["content-security-policy"]
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    seen = Seen(answer.text)
    assert seen.tags <= _TAGS
    assert seen.attributes <= _ATTRIBUTES
    assert "url(" not in style
    assert "@import" not in style


def test_no_text_of_the_document_becomes_a_tag() -> None:
    document = kept_document()
    hostile = _hostile(document)
    # What operations and tags are found by.
    hostile["tags"] = [each | {"description": each["description"] + _HOSTILE} for each in document["tags"]]
    seen = Seen(page(hostile))
    assert seen.tags <= _TAGS
    assert seen.attributes <= _ATTRIBUTES
    assert "<script>alert(1)</script>" in seen.text


def _hostile(value: Any, *, of: str = "") -> Any:
    """The document with something to run behind each of its texts; names are left, where the page looks for them."""
    if isinstance(value, list):
        return [_hostile(each, of=of) for each in value]
    if isinstance(value, dict):
        return {_named(name, of): _hostile(each, of=name) for name, each in value.items()}
    return value + _HOSTILE if isinstance(value, str) and of not in ("$ref", "tags", "type") else value


def _named(name: str, of: str) -> str:
    return name + _HOSTILE if of in ("paths", "content", "properties") else name
