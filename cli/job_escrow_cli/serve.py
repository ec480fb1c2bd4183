"""`job-escrow serve`: the account API."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.chain.requests import ChainError
from job_escrow.numerals import InvalidNumber, whole
from job_escrow.urls import without_secrets
from job_escrow_api.settings import ApiSettings
from job_escrow_indexer.settings import Limits, Settings

from job_escrow_cli.clusters import is_local
from job_escrow_cli.failures import UsageError
from job_escrow_cli.indexing import explained
from job_escrow_cli.keypairs import read_keypair
from job_escrow_cli.kinds import measure_option, whole_option
from job_escrow_cli.options import DATABASE
from job_escrow_cli.output import tell, warn
from job_escrow_cli.platform_terms import NOBODY
from job_escrow_cli.server_address import server_address
from job_escrow_cli.session import Session, opened

if TYPE_CHECKING:
    from job_escrow.presets import Preset
    from solders.keypair import Keypair

_OWN_CHAIN = "localnet"
# Of the seconds to a webhook's next attempt: more than three years.
_MOST_SECONDS = 99_999_999


def serve(
    context: typer.Context,
    database: Annotated[Path, typer.Option("--database", help="The SQLite file of `job-escrow index`.")] = DATABASE,
    operator: Annotated[
        str | None,
        typer.Option(
            "--operator", metavar="FILE", help="Keypair file of the platform's operator, to run jobs with; else none."
        ),
    ] = None,
    index: Annotated[
        bool, typer.Option("--index/--no-index", help="Index in this process; --no-index beside `job-escrow index`.")
    ] = True,
    rate: Annotated[
        float, measure_option("--rate", least="1", metavar="N", help="Requests per second of that index to the node.")
    ] = Limits.requests_per_second,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, whole_option("--port", least=1, most=65535, help="Port to listen on.")] = 8080,
    public_url: Annotated[
        str | None, typer.Option("--public-url", help="How clients reach the server; by default its address.")
    ] = None,
    chain_id: Annotated[
        str | None,
        typer.Option("--chain-id", metavar="NAME", help="What wallets see in sign-in messages; the chain's own name."),
    ] = None,
    origin: Annotated[
        list[str] | None, typer.Option("--origin", help="A web page's origin that may ask; any by default.")
    ] = None,
    trust_proxy: Annotated[
        bool,
        typer.Option(
            "--trust-proxy",
            help="Clients' addresses are in the proxy's X-Forwarded-For. Behind a proxy and without this, all clients "
            "are one address to limits and lockouts.",
        ),
    ] = ApiSettings.trust_proxy,
    key_rate: Annotated[
        int,
        whole_option(
            "--key-rate",
            least=1,
            help="Requests per minute of one API key; of a customer's key, locks; of a job, ends.",
        ),
    ] = ApiSettings.key_rate,
    address_rate: Annotated[
        int,
        whole_option(
            "--address-rate", least=1, help="Requests per minute of one address without a key; an IPv6 /64 is one."
        ),
    ] = ApiSettings.address_rate,
    page: Annotated[
        bool, typer.Option("--page", help="Serve a page for people who have a wallet, at /. It is experimental.")
    ] = ApiSettings.page,
    sign_in_rate: Annotated[
        int, whole_option("--sign-in-rate", least=1, help="Sign-ins to the page per minute, of one address or wallet.")
    ] = ApiSettings.sign_in_rate,
    preset: Annotated[
        str | None, typer.Option("--preset", help="A preset's name or file: its models, and limits for new wallets.")
    ] = None,
    private_webhooks: Annotated[
        bool, typer.Option("--private-webhooks", help="Webhooks may go to private addresses, and over http.")
    ] = ApiSettings.private_webhooks,
    new_webhook_key: Annotated[
        bool,
        typer.Option(
            "--new-webhook-key",
            help="DATABASE.webhook-key, the key of webhooks' secrets, is lost: make one, and end older webhooks.",
        ),
    ] = ApiSettings.new_webhook_key,
    webhook_retries: Annotated[
        str, typer.Option("--webhook-retries", help="Seconds from one attempt to deliver a webhook to the next.")
    ] = ",".join(map(str, ApiSettings.webhook_retries)),
    body_seconds: Annotated[
        float,
        measure_option("--body-seconds", least="0.1", help="Seconds in which the body of a request must have come."),
    ] = ApiSettings.body_seconds,
    max_wait: Annotated[
        float, measure_option("--max-wait", least="0", help="Seconds for which ?min_slot= waits for the index.")
    ] = ApiSettings.max_wait,
    webhook_rate: Annotated[
        int,
        whole_option("--webhook-rate", least=1, help="Webhooks that an account makes, tests or replays in a minute."),
    ] = ApiSettings.webhook_rate,
    delivery_days: Annotated[
        int,
        whole_option("--delivery-days", least=1, help="Days for which webhook deliveries that have ended are kept."),
    ] = ApiSettings.delivery_days,
    lockout_failures: Annotated[
        int,
        whole_option(
            "--lockout-failures",
            least=1,
            help="Wrong keys of an address (an IPv6 /64 is one) after which its wrong keys are told to wait.",
        ),
    ] = ApiSettings.lockout_failures,
    lockout_seconds: Annotated[
        float, measure_option("--lockout-seconds", least="0.1", help="For so long.")
    ] = ApiSettings.lockout_seconds,
    ready_jobs: Annotated[
        int,
        whole_option("--ready-jobs", help="Jobs that the operator's SOL must pay for; else /v1/health says 503."),
    ] = ApiSettings.ready_jobs,
    ready_slots: Annotated[
        int, whole_option("--ready-slots", least=1, help="Slots that the index may be behind the chain, likewise.")
    ] = ApiSettings.ready_slots,
    session_credits: Annotated[
        int,
        whole_option("--session-credits", least=1, help="Credits that a session locks, as far as the wallet allows."),
    ] = ApiSettings.session_credits,
    session_seconds: Annotated[
        int, whole_option("--session-seconds", least=2, help="Seconds that a session lasts at most.")
    ] = ApiSettings.session_seconds,
    session_settle_credits: Annotated[
        int,
        whole_option("--session-settle-credits", least=1, help="Credits of receipts that are settled at once."),
    ] = ApiSettings.session_settle_credits,
    session_settle_seconds: Annotated[
        int,
        whole_option("--session-settle-seconds", least=1, help="Seconds that a receipt waits for its settlement."),
    ] = ApiSettings.session_settle_seconds,
    session_idle_seconds: Annotated[
        int,
        whole_option("--session-idle-seconds", least=1, help="Seconds without a request after which a session ends."),
    ] = ApiSettings.session_idle_seconds,
    session_end_seconds: Annotated[
        int,
        whole_option(
            "--session-end-seconds",
            least=1,
            help="Seconds before a session's deadline from which it is ended: no request of it lasts longer.",
        ),
    ] = ApiSettings.session_end_seconds,
    metrics_port: Annotated[
        int | None,
        whole_option("--metrics-port", least=1, most=65_535, metavar="PORT", help="Serve /metrics and /health there."),
    ] = None,
    metrics_host: Annotated[
        str, typer.Option("--metrics-host", metavar="HOST", help="And on this address.")
    ] = "127.0.0.1",
) -> None:
    """Serve balances, usage, jobs and Solana Pay over HTTP, until SIGTERM. See /v1/openapi.json.

    The platform must be on the chain, and the operator's key the one that is registered there.
    """
    import asyncio

    from job_escrow_api.server import serve as run

    with opened(context) as session:
        signer = None if operator is None else read_keypair(operator)
        _check_chain(session, signer)
        settings = ApiSettings(
            database=database,
            rpc_url=session.settings.url.value,
            platform=session.platform_key,
            public_url=server_address(public_url or f"http://{host}:{port}"),
            chain_id=chain_id or _chain_id(session),
            operator=signer,
            preset=None if preset is None else _preset(preset),
            allowed_origins=tuple(origin or ("*",)),
            trust_proxy=trust_proxy,
            page=page,
            key_rate=key_rate,
            private_webhooks=private_webhooks,
            new_webhook_key=new_webhook_key,
            webhook_retries=_seconds(webhook_retries),
            body_seconds=body_seconds,
            max_wait=max_wait,
            webhook_rate=webhook_rate,
            delivery_days=delivery_days,
            address_rate=address_rate,
            sign_in_rate=sign_in_rate,
            lockout_failures=lockout_failures,
            lockout_seconds=lockout_seconds,
            ready_jobs=ready_jobs,
            ready_slots=ready_slots,
            session_credits=session_credits,
            session_seconds=session_seconds,
            session_settle_credits=session_settle_credits,
            session_settle_seconds=session_settle_seconds,
            session_idle_seconds=session_idle_seconds,
            session_end_seconds=session_end_seconds,
        )
    limits = Limits(requests_per_second=rate)
    mirror = Settings(url=settings.rpc_url, database=database, limits=limits) if index else None
    metrics = None if metrics_port is None else (metrics_host, metrics_port)
    with explained(database):
        asyncio.run(
            run(
                settings,
                host=host,
                port=port,
                ready=lambda address: typer.echo(f"API {address}/v1"),
                index=mirror,
                metrics=metrics,
            )
        )
    tell("stopped")


def _check_chain(session: Session, operator: "Keypair | None") -> None:
    """Refuse what can never work. A node that is away for now is warned of: what is indexed can be served.

    Raises NotFound and UsageError.
    """
    try:
        platform = session.platform
    except ChainError as away:
        warn(without_secrets(f"the platform is not checked: {away}"))
        return
    if operator is not None and operator.pubkey() != platform.operator:
        registered = "it has none" if platform.operator == NOBODY else f"that is {platform.operator}"
        raise UsageError(
            f"{operator.pubkey()} is not the operator of the platform {session.platform_key}, {registered}: name its "
            "keypair file with --operator, or leave --operator away to serve without jobs"
        )


def _chain_id(session: Session) -> str:
    """The chain's name as sign-in messages have it. Raises UsageError where it cannot be known."""
    try:
        name = session.cluster.name
    except ChainError as away:
        if is_local(session.settings.url.value):
            return _OWN_CHAIN
        raise UsageError(
            "the node does not answer, so that its chain is not known: say which with --chain-id"
        ) from away
    return _OWN_CHAIN if name is None else name.removesuffix("-beta")


def _preset(text: str) -> "Preset":
    from job_escrow.presets import load_preset, load_preset_file

    return load_preset_file(text) if text.endswith(".toml") else load_preset(text)


def _seconds(text: str) -> tuple[int, ...]:
    # Commas are between them, so that there are none within.
    parts = [each.strip() for each in text.split(",")]
    try:
        return tuple(whole(each, of="seconds", most=_MOST_SECONDS) for each in parts)
    except InvalidNumber as error:
        raise UsageError(f"{text!r} is no list of seconds ({error}): write it as 5,300,1800") from error
