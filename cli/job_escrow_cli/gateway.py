"""`job-escrow gateway`: OpenAI's form of API before a model's server, paid for with credits."""

import os
from pathlib import Path
from typing import Annotated

import typer
from job_escrow_gateway.settings import Settings

from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import measure_option, whole_option
from job_escrow_cli.output import tell

_API = "http://127.0.0.1:8080"
_OPERATOR_KEY, _UPSTREAM_KEY = "JOB_ESCROW_OPERATOR_KEY", "JOB_ESCROW_UPSTREAM_KEY"


def gateway(
    upstream: Annotated[
        str,
        typer.Option(
            "--upstream",
            metavar="URL",
            envvar="JOB_ESCROW_UPSTREAM",
            help="The model's server, up to /v1: vLLM, llama.cpp, or another in OpenAI's form.",
        ),
    ],
    api: Annotated[
        str,
        typer.Option("--api", metavar="URL", envvar="JOB_ESCROW_API", help="Address of the API: job-escrow serve."),
    ] = _API,
    operator_key_file: Annotated[
        Path | None,
        typer.Option(
            "--operator-key-file",
            metavar="FILE",
            help=f"The API key with the scope operator; or {_OPERATOR_KEY}, the key itself.",
        ),
    ] = None,
    upstream_key_file: Annotated[
        Path | None,
        typer.Option(
            "--upstream-key-file",
            metavar="FILE",
            help=f"The key that the model's server wants; or {_UPSTREAM_KEY}, the key itself.",
        ),
    ] = None,
    tokenizer: Annotated[
        str,
        typer.Option(
            "--tokenizer",
            metavar="NAME",
            envvar="JOB_ESCROW_TOKENIZER",
            help="Counts where the server tells no usage: gpt3, or MODULE:FUNCTION that takes a text.",
        ),
    ] = "",
    running_usage: Annotated[
        bool,
        typer.Option(
            "--running-usage/--no-running-usage",
            help="Ask for the usage in each part of a stream, which vLLM knows (continuous_usage_stats).",
        ),
    ] = Settings.running_usage,
    seconds: Annotated[
        int, whole_option("--seconds", least=2, help="Seconds that an answer is reserved for, its settlement included.")
    ] = Settings.job_seconds,
    settle_seconds: Annotated[
        int, whole_option("--settle-seconds", least=1, help="The last of them are for its settlement alone.")
    ] = Settings.settle_seconds,
    return_seconds: Annotated[
        float,
        measure_option("--return-seconds", least="0", help="Seconds that a stream waits for a client that left."),
    ] = Settings.return_seconds,
    default_tokens: Annotated[
        int, whole_option("--default-tokens", least=1, help="Most tokens of a request that names none.")
    ] = Settings.default_tokens,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, whole_option("--port", least=1, most=65535, help="Port to listen on.")] = 8081,
) -> None:
    """Serve OpenAI's form of API before a model's server, paid for with credits, until SIGTERM.

    Customers send their API keys, as they would to OpenAI. Output tokens that were handed over are charged, by the
    server's own count.
    """
    import asyncio

    from job_escrow_gateway.server import serve

    settings = Settings(
        api=api,
        operator_key=_secret(operator_key_file, _OPERATOR_KEY),
        upstream=upstream,
        upstream_key=_secret(upstream_key_file, _UPSTREAM_KEY),
        tokenizer=tokenizer,
        running_usage=running_usage,
        job_seconds=seconds,
        settle_seconds=settle_seconds,
        return_seconds=return_seconds,
        default_tokens=default_tokens,
    )
    if not settings.operator_key:
        raise UsageError(
            f"set {_OPERATOR_KEY}, or --operator-key-file: a key of the operator's "
            "(job-escrow keys create gateway --scope operator)"
        )
    asyncio.run(serve(settings, host=host, port=port, ready=lambda address: typer.echo(f"gateway {address}/v1")))
    tell("stopped")


def _secret(file: Path | None, variable: str) -> str:
    """A key, which is no argument: other users of the machine see these."""
    return os.environ.get(variable, "") if file is None else file.read_text().strip()
