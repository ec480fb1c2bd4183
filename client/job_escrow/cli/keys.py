"""`job-escrow keys`: API keys of the account API, made by proving a wallet."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from job_escrow.cli.failures import Failed
from job_escrow.cli.late import command_group
from job_escrow.cli.output import OutputFormat, tell

if TYPE_CHECKING:
    import httpx
    from solders.keypair import Keypair

_SHORT_SECONDS = 60
_TIMEOUT_SECONDS = 30
_SOLANA_KEYPAIR = Path("~/.config/solana/id.json")

keys = command_group("Make, list and revoke keys of the account API.")

Api = Annotated[str, typer.Option("--api", help="Address of the API.")]
Wallet = Annotated[Path, typer.Option("--keypair", "-k", help="Keypair file of the wallet.")]
Namespace = Annotated[str, typer.Option("--namespace", help="Namespace of the credit account.")]
Output = Annotated[OutputFormat, typer.Option("--output", help="How to print the result.")]
_API = "http://127.0.0.1:8080"


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is called.")],
    api: Api = _API,
    keypair: Wallet = _SOLANA_KEYPAIR,
    namespace: Namespace = "",
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="read, spend, manage or operator; read and spend by default.")
    ] = None,
    project: Annotated[str, typer.Option("--project", help="A label for usage reports.")] = "",
    member: Annotated[str, typer.Option("--member", help="A label for usage reports.")] = "",
    daily_budget: Annotated[int | None, typer.Option("--daily-budget", min=1, help="Credits per UTC day.")] = None,
    monthly_budget: Annotated[int | None, typer.Option("--monthly-budget", min=1, help="Credits per month.")] = None,
    valid_days: Annotated[int | None, typer.Option("--valid-days", min=1, help="Until revoked by default.")] = None,
    output: Output = OutputFormat.DISPLAY,
) -> None:
    """Make a key; it is printed once, on standard output, and cannot be shown again."""
    terms: dict[str, Any] = {
        "namespace": namespace,
        "name": name,
        "scopes": scope or ["read", "spend"],
        "project": project,
        "member": member,
        "daily_budget": daily_budget,
        "monthly_budget": monthly_budget,
        "valid_seconds": None if valid_days is None else valid_days * 86_400,
    }
    with _client(api) as http:
        made = _sign_in(http, _load(keypair), terms)
    tell(f"key {made['id']} of credit account {made['credit_account']}: keep it, it is not shown again")
    if output is OutputFormat.DISPLAY:
        typer.echo(made["key"])
    else:
        _print(made, output)


@keys.command("list")
def list_keys(
    api: Api = _API,
    keypair: Wallet = _SOLANA_KEYPAIR,
    namespace: Namespace = "",
    output: Output = OutputFormat.DISPLAY,
) -> None:
    """List the keys of a credit account."""
    with _client(api) as http:
        found = _checked(http.get("/keys", headers=_manager(http, keypair, namespace)))["keys"]
    if output is not OutputFormat.DISPLAY:
        _print(found, output)
        return
    for key in found:
        state = "revoked" if key["revoked_at"] is not None else "ok"
        typer.echo(f"{key['id']}  {state:7}  {','.join(key['scopes']):20}  {key['name']}")


@keys.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="Id of the key, from `job-escrow keys list`.")],
    api: Api = _API,
    keypair: Wallet = _SOLANA_KEYPAIR,
    namespace: Namespace = "",
) -> None:
    """Revoke a key for ever, from the next request on."""
    with _client(api) as http:
        _checked(http.delete(f"/keys/{key_id}", headers=_manager(http, keypair, namespace)))
    tell(f"key {key_id} is revoked")


def _client(api: str) -> "httpx.Client":
    try:
        import httpx
    except ModuleNotFoundError as error:
        raise ValueError(
            "keys need the extra `serve`: in the project's folder, .venv/bin/pip install -e '.[serve]'"
        ) from error
    return httpx.Client(base_url=api.rstrip("/").removesuffix("/v1") + "/v1", timeout=_TIMEOUT_SECONDS)


def _load(path: Path) -> "Keypair":
    from job_escrow.cli.keypairs import read_keypair

    return read_keypair(str(path))


def _manager(http: "httpx.Client", keypair: Path, namespace: str) -> dict[str, str]:
    """A key for this one command."""
    terms = {"namespace": namespace, "name": "job-escrow keys", "scopes": ["manage"], "valid_seconds": _SHORT_SECONDS}
    return {"Authorization": f"Bearer {_sign_in(http, _load(keypair), terms)['key']}"}


def _sign_in(http: "httpx.Client", wallet: "Keypair", terms: dict[str, Any]) -> Any:  # noqa: ANN401  (JSON)
    asked = {"wallet": str(wallet.pubkey()), **terms}
    challenge = _checked(_post(http, "/keys/challenges", asked))
    # What is signed must be what was asked for, whatever the server says.
    if asked["wallet"] not in challenge["message"] or f'"{terms["name"]}"' not in challenge["message"]:
        raise ValueError("the server asks to sign something else than this key: do not trust it")
    signature = str(wallet.sign_message(challenge["message"].encode()))
    proof = {"nonce": challenge["nonce"], "issued_at": challenge["issued_at"], "signature": signature}
    return _checked(_post(http, "/keys", asked | proof))


def _post(http: "httpx.Client", path: str, body: dict[str, Any]) -> "httpx.Response":
    import httpx

    try:
        return http.post(path, json=body)
    except httpx.HTTPError as error:
        raise Failed(f"{http.base_url} did not answer ({error}): check --api, or start `job-escrow serve`") from error


def _checked(answer: "httpx.Response") -> Any:  # noqa: ANN401  (JSON)
    found = answer.json()
    if answer.is_error:
        raise Failed(f"{found['detail']} {found['remedy']}")
    return found


def _print(found: Any, output: OutputFormat) -> None:  # noqa: ANN401  (JSON)
    indent = 2 if output is OutputFormat.JSON else None
    typer.echo(json.dumps(found, indent=indent, separators=None if indent else (",", ":")))
