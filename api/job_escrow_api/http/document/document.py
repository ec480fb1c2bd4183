"""The document itself: Litestar's routes, and what it leaves out of them."""

from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Contact, License, SecurityScheme, Server, Tag
from litestar.params import HeaderParameter
from litestar.routes import HTTPRoute
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition
from litestar.typing import FieldDefinition

from job_escrow_api.http.document.answers import HEADERS, SUCCESSES, headers_of, problem_types, refusal, refusals
from job_escrow_api.http.document.glossary import term
from job_escrow_api.http.document.schemas import component_schemas, parameter_schema

_INFO = """\
Prepaid credits for AI jobs, held in escrow on Solana. The server asks and tells; what moves money is a transaction
that the wallet signs, or the operator within the limits that the wallet has set.

**Amounts.** Credits are whole numbers. `base_units` are whole numbers of the smallest unit of the platform's token:
USDC has a million to the dollar. `value`, `price` and other amounts beside a `currency` are in its own unit. They,
`usdc_value`, `burn_rate` and `days_left` are exact decimals in JSON numbers: read them as decimals, not as floats.
Times are Unix seconds in UTC unless a field says RFC 3339.

**Keys.** Send `Authorization: Bearer <key>`. `x-scopes` are the scopes of which the key needs one; operations
without any are open to everybody.

**Refusals** are `application/problem+json` (RFC 9457). `type` names the type of problem and stays the same, `detail`
says what is wrong with this request, `remedy` what to do. `x-problem-types` lists every type.

**Repeats.** An operation with `x-repeatable` does the same however often it is sent. A job is locked once for each
`Idempotency-Key`, and a settlement is a running total, so that a repeat after a lost answer charges nothing twice.
Wait for `Retry-After` where an answer has it.

**Bodies** are JSON. A member that the schema does not have is refused, by its name. Answers may have more members
in a later version than this document says.
"""
_TAGS = {
    "account": "What an account holds.",
    "jobs": "For providers: lock the price of a job, charge what it used, give back the rest.",
    "keys": "API keys, made by signing a message with the wallet.",
    "models": "What the operator serves, and its prices.",
    "operator": "For the operator: customers, usage, earnings and liabilities of the whole platform.",
    "packs": "What is sold together with a bonus.",
    "pay": "Solana Pay: links, QR codes and unsigned transactions.",
    "reports": "What happened to an account, as pages, files and statements.",
    "requests": "For providers: reserve a request within a session, charge what it used, with a receipt.",
    "server": "Health, and what describes the API.",
    "transactions": "What a wallet signs by itself: made here unsigned, and passed on once it is signed.",
    "webhooks": "News of an account, sent to a URL.",
}
_ALWAYS = {500}
_WITH_BODY = {400, 408, 413}


def config(version: str, nothing_here: Any) -> OpenAPIConfig:  # noqa: ANN401  (a router)
    """What Litestar is told of the document; `nothing_here` stands where it would serve its own."""
    return OpenAPIConfig(
        title="job_escrow account API",
        version=version,
        description=_INFO,
        contact=Contact(name="The operator of this server"),
        license=License(name="Apache 2.0", identifier="Apache-2.0"),
        servers=[Server(url="/", description="This server")],
        tags=[Tag(name=name, description=text) for name, text in _TAGS.items()],
        use_handler_docstrings=True,
        operation_id_creator=operation_id,
        openapi_router=nothing_here,
        render_plugins=[JsonRenderPlugin()],
        components=Components(
            security_schemes={
                "key": SecurityScheme(
                    type="http", scheme="bearer", description="An API key of a wallet: `job-escrow keys create`."
                )
            }
        ),
    )


def operation_id(handler: HTTPRouteHandler, _: Method, __: list[str | PathParameterDefinition]) -> str:
    """The handler's name in camel case: a verb, and what it is done to."""
    first, *rest = handler.handler_name.split("_")
    return first + "".join(each.capitalize() for each in rest)


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document of an application."""
    document: dict[str, Any] = app.openapi_schema.to_schema()
    handlers = _handlers(app)
    statuses: set[int] = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            statuses |= _finish(operation, handlers[method, path])
    components = document["components"]
    return {
        **{name: document[name] for name in ("openapi", "info", "servers", "tags", "paths")},
        "components": {
            "securitySchemes": components["securitySchemes"],
            "schemas": component_schemas(list(handlers.values())),
            "responses": refusals(statuses),
            "headers": HEADERS,
        },
        "x-problem-types": problem_types(),
    }


def _handlers(app: Litestar) -> dict[tuple[str, str], HTTPRouteHandler]:
    """The handlers that are described, by method and path."""
    return {
        (method.lower(), route.path_format): handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if handler.resolve_include_in_schema()
    }


def _finish(operation: dict[str, Any], handler: HTTPRouteHandler) -> set[int]:
    """Say what Litestar does not, and return the statuses of refusals."""
    scopes: list[str] = handler.opt.get("scopes", [])
    operation.setdefault("security", [])
    if scopes:
        operation["x-scopes"] = scopes
        operation["description"] += f"\n\nNeeds a key with the scope {' or '.join(f'`{each}`' for each in scopes)}."
    operation.pop("deprecated")
    if "GET" in handler.http_methods or handler.opt.get("repeatable"):
        operation["x-repeatable"] = True
    fields = _parameters(handler)
    for parameter in operation.get("parameters", ()):
        for word in ("deprecated", "allowEmptyValue", "allowReserved"):
            parameter.pop(word, None)
        name = parameter["name"]
        parameter["schema"] = parameter_schema(fields[name])
        parameter["description"], parameter["example"] = term(name, operation["operationId"], "parameter")
    answers = operation["responses"]
    refused = {int(status) for status in answers if status >= "400"} | _ALWAYS
    refused |= _WITH_BODY if "requestBody" in operation else set()
    (status,) = (status for status in answers if status < "400")
    success = answers[status] | {"description": SUCCESSES[status]}
    success["headers"] = headers_of(guarded=bool(scopes), file="export" in operation["operationId"])
    operation["responses"] = {status: success} | {str(each): refusal(each) for each in sorted(refused)}
    return refused


def _parameters(handler: HTTPRouteHandler) -> dict[str, FieldDefinition]:
    """The fields of the handler's parameters and of what it depends on, by the names that requests have."""
    signatures = [handler.parsed_fn_signature]
    signatures += [each.parsed_fn_signature for each in handler.resolve_dependencies().values()]
    return {_name_of(name, field): field for signature in signatures for name, field in signature.parameters.items()}


def _name_of(name: str, field: FieldDefinition) -> str:
    """What requests call a parameter: its own name, unless it is a header's."""
    kwarg = field.kwarg_definition
    return kwarg.name or name if isinstance(kwarg, HeaderParameter) else name
