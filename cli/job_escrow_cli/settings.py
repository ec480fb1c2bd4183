"""What a command runs with: options win over the environment, that over the configuration files, those over defaults.

Node and key may be set for this command alone, and else are those of Anchor and of the Solana CLI, as the commitment
is; platform and namespace are our own.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from job_escrow.numerals import InvalidNumber, whole

from job_escrow_cli.clusters import DEFAULT_URL, cluster_url
from job_escrow_cli.config_files import own_config, solana_config
from job_escrow_cli.options import CommitmentLevel, OutputFormat

if TYPE_CHECKING:
    import typer

DEFAULT_KEYPAIR = "~/.config/solana/id.json"
DEFAULT_TIMEOUT_SECONDS = 30
_MOST_MICRO_LAMPORTS = 2**64 - 1


class Setting(NamedTuple):
    """A value and where it is from, for people to read."""

    value: str
    source: str


class Settings(NamedTuple):
    """All that is set. `priority_fee` is in micro-lamports per compute unit, None: as the network asks."""

    url: Setting
    keypair: Setting
    commitment: Setting
    platform: Setting
    namespace: Setting
    output: OutputFormat
    config_file: str
    fee_payer: str | None
    priority_fee: int | None
    timeout: int
    yes: bool
    color: bool


def settings_of(context: "typer.Context") -> Settings:
    """What a command runs with. Raises ValueError for what cannot be."""
    given = context.obj if isinstance(context.obj, dict) else {}
    return resolve(given, os.environ)


def resolve(given: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Find each value in the first place that has it. Raises ValueError for what cannot be."""
    solana = solana_config(given.get("config"))
    own = own_config(environment)

    def first(option: str, variables: tuple[str, ...], solanas: str | None, default: str) -> Setting:
        if given.get(option) is not None:
            return Setting(value=str(given[option]), source=f"--{option}")
        for variable in variables:
            if environment.get(variable):
                return Setting(value=environment[variable], source=variable)
        files = [(own, option), (solana, solanas)]
        # A file that was named is nearer than one that is always there.
        for file, key in files if given.get("config") is None else reversed(files):
            if key is not None and file.values.get(key):
                return Setting(value=file.values[key], source=str(file.path))
        return Setting(value=default, source="default")

    url = first("url", ("JOB_ESCROW_URL", "ANCHOR_PROVIDER_URL"), "json_rpc_url", DEFAULT_URL)
    commitment = first("commitment", (), "commitment", "confirmed")
    if commitment.value not in list(CommitmentLevel):
        raise ValueError(
            f"{commitment.value!r} in {commitment.source} is not a commitment: use {', '.join(CommitmentLevel)}"
        )
    return Settings(
        url=Setting(value=_url(url), source=url.source),
        keypair=first("keypair", ("ANCHOR_WALLET",), "keypair_path", DEFAULT_KEYPAIR),
        commitment=commitment,
        platform=first("platform", ("JOB_ESCROW_PLATFORM",), None, ""),
        namespace=first("namespace", ("JOB_ESCROW_NAMESPACE",), None, ""),
        output=given.get("output") or OutputFormat.DISPLAY,
        config_file=str(solana.path),
        fee_payer=given.get("fee_payer"),
        priority_fee=_priority_fee(given.get("priority_fee")),
        timeout=given.get("rpc_timeout") or DEFAULT_TIMEOUT_SECONDS,
        yes=bool(given.get("yes")),
        color=not (given.get("no_color") or environment.get("NO_COLOR")),
    )


def _url(setting: Setting) -> str:
    try:
        return cluster_url(setting.value)
    except ValueError as error:
        raise ValueError(f"{error} (from {setting.source})") from error


def _priority_fee(text: str | None) -> int | None:
    if text == "auto":
        return None
    if text is None:
        return 0
    try:
        return whole(text, of="micro-lamports", most=_MOST_MICRO_LAMPORTS)
    except InvalidNumber as error:
        raise ValueError(f"--priority-fee: {error}; or auto") from error
