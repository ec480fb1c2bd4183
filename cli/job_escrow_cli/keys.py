"""`job-escrow keys`: API keys of the account API, made by proving a wallet."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer
from job_escrow.bounds import MAX_CREDITS
from solders.pubkey import Pubkey

from job_escrow_cli.confirming import add_to
from job_escrow_cli.failures import Failed, Unanswered, UsageError
from job_escrow_cli.kinds import whole_option
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.options import OutputFormat
from job_escrow_cli.output import Column, print_json, table, tell
from job_escrow_cli.session import Session, opened
from job_escrow_cli.streams import cannot_print

if TYPE_CHECKING:
    import httpx2
    from job_escrow_api.domain.keys.terms import KeyTerms

_API = "http://127.0.0.1:8080"
_MOST_DAYS = 3_660
# What a key is called that is made for one command, and how long it may live at most should that be killed.
_HELPER = "job-escrow keys"
_HELPER_SECONDS = 60
# In the format of Sign In With Solana, to the letter: what else is signed could be something else for somebody else.
_MESSAGE = re.compile(
    r"(?P<domain>[^\s/]{1,255}) wants you to sign in with your Solana account:\n(?P<wallet>\w+)\n\n"
    r"(?P<sentence>[^\n]* of platform (?P<platform>[1-9A-HJ-NP-Za-km-z]{32,44})\. [^\n]*)\n\n"
    r"URI: \S+\nVersion: 1\nChain ID: \S+\nNonce: [0-9a-f]{64}\n"
    r"Issued At: [0-9TZ:-]+\nExpiration Time: [0-9TZ:-]+"
)

keys = command_group("Make, list and revoke keys of the account API.")
add_to(keys)

Api = Annotated[
    str, typer.Option("--api", metavar="URL", envvar="JOB_ESCROW_API", help="Address of the API: job-escrow serve.")
]


class Scope(StrEnum):
    """What a key may be used for."""

    READ = "read"
    SPEND = "spend"
    MANAGE = "manage"
    OPERATOR = "operator"
    BOOKS = "books"


@keys.command(cls=Command)
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is called.")],
    api: Api = _API,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            "--scope",
            help="What it may do; read and spend by default. "
            "Of the platform's operator alone: operator locks and settles, books reads all customers'. Repeatable.",
        ),
    ] = None,
    project: Annotated[str, typer.Option("--project", metavar="LABEL", help="A label for usage reports.")] = "",
    member: Annotated[str, typer.Option("--member", metavar="LABEL", help="A label for usage reports.")] = "",
    daily_budget: Annotated[
        int | None,
        whole_option(
            "--daily-budget", "credits", least=1, most=MAX_CREDITS, metavar="CREDITS", help="Most credits per UTC day."
        ),
    ] = None,
    monthly_budget: Annotated[
        int | None,
        whole_option(
            "--monthly-budget",
            "credits",
            least=1,
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="Most credits per UTC month.",
        ),
    ] = None,
    valid_days: Annotated[
        int | None,
        whole_option("--valid-days", "days", least=1, most=_MOST_DAYS, metavar="N", help="Until revoked by default."),
    ] = None,
) -> None:
    """Make a key; it is printed once, on standard output, and cannot be shown again."""
    with opened(context) as session:
        terms = _terms(
            session,
            name=name,
            scopes=scope or [Scope.READ, Scope.SPEND],
            project=project,
            member=member,
            daily_budget=daily_budget,
            monthly_budget=monthly_budget,
            valid_seconds=None if valid_days is None else valid_days * 86_400,
        )
        with _client(session, api) as http:
            made = _signed_in(session, http, terms)
    tell(f"key {made['id']} of credit account {made['credit_account']}: keep it, it is not shown again")
    try:
        if session.settings.output is OutputFormat.DISPLAY:
            typer.echo(made["key"])
        else:
            print_json(made, session.settings.output)
    except OSError as error:
        raise Failed(
            f"{cannot_print(error)}, so that nobody has seen the key: job-escrow keys revoke {made['id']}"
        ) from error


@keys.command("list", cls=Command)
def list_keys(context: typer.Context, api: Api = _API) -> None:
    """List the keys of a credit account."""
    with opened(context) as session, _client(session, api) as http:
        with _helper_key(session, http) as headers:
            everything = list(_every_key(http, headers))
        # Keys that were made for one command each are nobody's.
        found = [each for each in everything if (each["name"], each["scopes"]) != (_HELPER, [Scope.MANAGE])]
        if session.settings.output is not OutputFormat.DISPLAY:
            print_json(found, session.settings.output)
        elif not found:
            tell("this account has no keys: job-escrow keys create NAME")
        else:
            table(
                [
                    Column("id"),
                    Column("state"),
                    Column("name"),
                    Column("scopes", may_leave=True),
                    Column("project", may_leave=True),
                    Column("member", may_leave=True),
                ],
                [
                    (key["id"], _state(key), key["name"], ",".join(key["scopes"]), key["project"], key["member"])
                    for key in found
                ],
                color=session.settings.color,
            )


@keys.command(cls=Command)
def revoke(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="Id of the key, from job-escrow keys list.")],
    api: Api = _API,
) -> None:
    """Revoke a key for ever, from the next request on."""
    with opened(context) as session, _client(session, api) as http, _helper_key(session, http) as headers:
        _asked(http, "DELETE", f"/keys/{quote(key_id, safe='')}", ("id",), headers=headers)
    tell(f"key {key_id} is revoked")


def _state(key: dict[str, Any]) -> str:
    import time

    if key["revoked_at"] is not None:
        return "revoked"
    return "expired" if key["expires_at"] is not None and key["expires_at"] <= time.time() else "ok"


def _terms(session: Session, **terms: Any) -> "KeyTerms":  # noqa: ANN401  (of several types)
    """What a key is to be, checked as the server does. Raises UsageError."""
    import msgspec
    from job_escrow_api.domain.keys.terms import KeyTerms

    made = KeyTerms(wallet=str(session.signer.pubkey()), namespace=session.settings.namespace.value, **terms)
    try:
        return msgspec.convert(msgspec.to_builtins(made.checked()), KeyTerms)
    except (ValueError, msgspec.ValidationError) as error:
        raise UsageError(f"the server would refuse this key: {error}") from error


@contextmanager
def _helper_key(session: Session, http: "httpx2.Client") -> Iterator[dict[str, str]]:
    """The headers of a key for this one command, which ends with it."""
    terms = _terms(session, name=_HELPER, scopes=[Scope.MANAGE], valid_seconds=_HELPER_SECONDS)
    made = _signed_in(session, http, terms)
    headers = {"Authorization": f"Bearer {made['key']}"}
    try:
        yield headers
    finally:
        _asked(http, "DELETE", f"/keys/{made['id']}", ("id",), headers=headers)


def _every_key(http: "httpx2.Client", headers: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The account's keys, page by page."""
    cursor = ""
    while True:
        page = _asked(http, "GET", f"/keys{cursor}", ("keys", "next"), headers=headers)
        yield from page["keys"]
        if page["next"] is None:
            return
        cursor = f"?cursor={quote(str(page['next']), safe='')}"


def _signed_in(session: Session, http: "httpx2.Client", terms: "KeyTerms") -> Any:  # noqa: ANN401  (JSON)
    import msgspec

    asked = msgspec.to_builtins(terms)
    challenge = _asked(http, "POST", "/keys/challenges", ("message", "nonce", "issued_at"), body=asked)
    _check_message(session, http, terms, challenge["message"])
    signature = str(session.signer.sign_message(challenge["message"].encode()))
    proof = {"nonce": challenge["nonce"], "issued_at": challenge["issued_at"], "signature": signature}
    return _asked(http, "POST", "/keys", ("id", "key", "credit_account"), body=asked | proof)


def _check_message(session: Session, http: "httpx2.Client", terms: "KeyTerms", message: object) -> None:
    """What is signed must be what was asked for, of whom it was asked, whatever the server says. Raises Failed."""
    found = _MESSAGE.fullmatch(message) if isinstance(message, str) else None
    platform = None if found is None else _address_or_none(found["platform"])
    if (
        found is None
        or platform is None
        or found.group("wallet", "sentence") != (terms.wallet, terms.sentence(platform))
    ):
        raise Failed("the server asks to sign something else than this key: nothing was signed; do not trust it")
    # Another server's message would make a key there, for whoever passed it on.
    if not _is_host(http, found["domain"]):
        raise Failed(
            f"the server calls itself {found['domain']}, and is asked at {http.base_url.netloc.decode()}: nothing was "
            "signed. Give --api the name that it has (job-escrow serve --public-url), if you trust it"
        )
    if session.settings.platform.value and platform != session.platform_key:
        raise Failed(
            f"the server is of the platform {platform}, not of {session.platform_key} "
            f"({session.settings.platform.source}): nothing was signed; check --api and --platform"
        )


def _address_or_none(text: str) -> Pubkey | None:
    try:
        return Pubkey.from_string(text)
    except ValueError:
        return None


def _is_host(http: "httpx2.Client", domain: str) -> bool:
    """Whether a host, with its port where that is not the scheme's own, is the one that is asked."""
    import httpx2

    try:
        return httpx2.URL(f"{http.base_url.scheme}://{domain}").netloc == http.base_url.netloc
    except httpx2.InvalidURL:
        return False


def _client(session: Session, api: str) -> "httpx2.Client":
    import httpx2

    try:
        url = httpx2.URL(api.rstrip("/").removesuffix("/v1") + "/v1")
    except httpx2.InvalidURL as error:
        raise UsageError(f"{api!r} is not the address of an API ({error}): give --api URL") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"{api!r} is not the address of an API: give --api URL, such as {_API}")
    return httpx2.Client(base_url=url, timeout=session.settings.timeout)


def _asked(
    http: "httpx2.Client",
    method: str,
    path: str,
    fields: tuple[str, ...],
    *,
    body: object = None,
    headers: dict[str, str] | None = None,
) -> Any:  # noqa: ANN401  (JSON)
    """What the API answers, which has these fields.

    Raises Failed where it refuses, and Unanswered where it does not answer as the API does.
    """
    import httpx2

    try:
        answer = http.request(method, path, json=body, headers=headers)
    except httpx2.HTTPError as error:
        raise Unanswered(f"{http.base_url} did not answer ({error}): check --api, or start job-escrow serve") from error
    found = _json(answer)
    if not {*(("detail", "remedy") if answer.is_error else fields)} <= found.keys():
        raise Unanswered(
            f"{http.base_url} answered HTTP {answer.status_code}, and not as the account API does: check --api"
        )
    if answer.is_error:
        raise Failed(f"{found['detail']} {found['remedy']}")
    return found


def _json(answer: "httpx2.Response") -> dict[str, Any]:
    """The object that was answered; an empty one where it was something else."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
