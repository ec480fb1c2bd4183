"""`job-escrow config`: what commands run with, and where that is from."""

from typing import Annotated

import typer
from job_escrow.urls import shown_url

from job_escrow_cli.config_files import OWN_KEYS, own_config, write_own_config
from job_escrow_cli.failures import UsageError
from job_escrow_cli.key_formats import may_be_a_key
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.settings import settings_of

app = command_group("Show or change what commands run with.")

_SOLANAS = {"url": "json_rpc_url", "keypair": "keypair_path", "commitment": "commitment"}


@app.command("get", cls=Command)
def get_config(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="url, keypair, commitment, platform or namespace; all.")
    ] = None,
) -> None:
    """Show the settings, and where each is from."""
    settings = settings_of(context)
    all_of_them = {each: getattr(settings, each) for each in (*_SOLANAS, *OWN_KEYS)}
    if name is not None and name not in all_of_them:
        raise UsageError(f"there is no setting {name!r}: it is one of {', '.join(all_of_them)}")
    chosen = all_of_them if name is None else {name: all_of_them[name]}
    # The URL of a provider has the customer's key in it; what is asked for by name is wanted as it is.
    values = {
        each: shown_url(setting.value) if each == "url" and name is None else setting.value
        for each, setting in chosen.items()
    }
    # Somebody may have set the key itself instead of its file, which no command takes.
    if may_be_a_key(values.get("keypair", "")):
        values["keypair"] = "(a secret key, where the name of its file should be)"
    show(
        settings,
        {each: {"value": values[each], "source": setting.source} for each, setting in chosen.items()},
        facts({each: f"{values[each] or '(none)'}  ({setting.source})" for each, setting in chosen.items()})
        if name is None
        else [values[name]],
    )


@app.command("set", cls=Command)
def set_config(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="platform or namespace.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The value; an empty one takes it away.")],
) -> None:
    """Keep a setting for the commands to come. The node and the key are the Solana CLI's: solana config set."""
    if name in _SOLANAS:
        file = settings_of(context).config_file
        raise UsageError(
            f"{name} is a setting of the Solana CLI, whose file is only read here: solana config set --{name} {value}, "
            f"or write the line `{_SOLANAS[name]}: {value}` into {file}"
        )
    if name not in OWN_KEYS:
        raise UsageError(f"there is no setting {name!r}: it is one of {', '.join(OWN_KEYS)}")
    _check(name, value)
    values = {key: old for key, old in own_config().values.items() if key != name}
    path = write_own_config(values | ({name: value} if value else {}))
    tell(f"{name} is set in {path}" if value else f"{name} is no longer set in {path}")


def _check(name: str, value: str) -> None:
    from job_escrow.addresses import namespace_bytes, padded_name

    from job_escrow_cli.session import parse_address

    if not value:
        return
    if name == "namespace":
        namespace_bytes(value)
        return
    creator, slash, platform = value.partition("/")
    parse_address(creator, "the platform's creator" if slash else "the platform")
    if slash:
        padded_name(platform)
