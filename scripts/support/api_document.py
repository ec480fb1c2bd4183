"""What the writers of the API's clients read in its OpenAPI document, docs/openapi.json."""

from typing import Any

HEADER = "Generated from docs/openapi.json by scripts/generate-api-client; do not edit."
JSON = "application/json"

Document = dict[str, Any]


def operations_of(document: Document) -> list[tuple[str, str, Document]]:
    """Each operation, with its method and path."""
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def asked_types(document: Document) -> set[str]:
    """The names of the types that requests are made of."""
    bodies = [operation.get("requestBody") for _, _, operation in operations_of(document)]
    return _reached(document["components"]["schemas"], _referred(bodies))


def answered_types(document: Document) -> set[str]:
    """The names of the types that answers and refusals are made of."""
    answers = [operation["responses"] for _, _, operation in operations_of(document)]
    answers.append(document["components"]["responses"])
    return _reached(document["components"]["schemas"], _referred(answers) & set(document["components"]["schemas"]))


def in_order(schemas: Document) -> list[str]:
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


def target(reference: str) -> str:
    """The name of what a `$ref` refers to."""
    return reference.rpartition("/")[2]


def slug(problem: Document) -> str:
    """The last part of the type of a problem of `x-problem-types`."""
    return target(problem["type"])


def problem_class(problem: Document) -> str:
    """What clients call the error of a problem of `x-problem-types`."""
    return "".join(each.capitalize() for each in slug(problem).split("-"))


def problem_meaning(problem: Document) -> str:
    """What a problem of `x-problem-types` is, and what to do about it, in prose."""
    return f"{problem['title']} ({problem['status']}).\n\n{problem['remedy']}"


def parameters(operation: Document, *places: str) -> list[Document]:
    """The parameters in `places` (path, query, header); those that must be given come first."""
    found = [each for each in operation.get("parameters", ()) if each["in"] in places]
    return sorted(found, key=lambda each: not each["required"])


def member_name(name: str) -> str:
    """A parameter's name where a program gives it by name."""
    return name.lower().replace("-", "_")


def body_of(operation: Document) -> Document | None:
    """The schema of the body that a request needs, None where it has none."""
    if "requestBody" not in operation:
        return None
    schema: Document = operation["requestBody"]["content"][JSON]["schema"]
    return schema


def media_of(operation: Document) -> list[str]:
    """The media types of the answer of a success; without any it has no body."""
    return list(_content(operation))


def answered_type(operation: Document) -> str | None:
    """The name of the type of the answer in JSON, None where the answer is a file or nothing."""
    return target(_content(operation).get(JSON, {}).get("schema", {}).get("$ref", "")) or None


def about(operation: Document) -> str:
    """What an operation does, in prose."""
    return f"{operation['summary']}.\n\n{operation['description']}"


def _content(operation: Document) -> Document:
    (success,) = (answer for status, answer in operation["responses"].items() if status < "300")
    content: Document = success.get("content", {})
    return content


def _reached(schemas: Document, waiting: set[str]) -> set[str]:
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
        found.add(target(schema["$ref"]))
    return found.union(*map(_referred, schema.values()))
