"""`job-escrow config`: what commands run with, and where that is from."""

import os
from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.urls import shown_url

from job_escrow_cli.clusters import cluster_url
from job_escrow_cli.config_files import OWN_KEYS, own_config, write_own_config
from job_escrow_cli.failures import UsageError
from job_escrow_cli.home import expanded
from job_escrow_cli.key_formats import may_be_a_key
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

app = command_group("Show or change what commands run with.")

_SOLANAS = {"commitment": "commitment"}
_ALL = ("url", "keypair", "commitment", "platform", "namespace")


@app.command("get", cls=Command)
def get_config(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="url, keypair, commitment, platform or namespace; all.")
    ] = None,
) -> None:
    """Show the settings, and where each is from."""
    settings = settings_of(context)
    all_of_them = {each: getattr(settings, each) for each in _ALL}
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
    name: Annotated[str, typer.Argument(metavar="NAME", help="url, keypair, platform or namespace.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The value; an empty one takes it away.")],
) -> None:
    """Keep a setting for later commands. The Solana CLI's own file is never changed."""
    if name in _SOLANAS:
        file = settings_of(context).config_file
        raise UsageError(
            f"{name} is a setting of the Solana CLI, whose file is only read here: solana config set --{name} {value}, "
            f"or write the line `{_SOLANAS[name]}: {value}` into {file}"
        )
    if name not in OWN_KEYS:
        raise UsageError(f"there is no setting {name!r}: it is one of {', '.join(OWN_KEYS)}")
    path = keep({name: kept_form(name, value)})
    tell(f"{name} is set in {path}" if value else f"{name} is no longer set in {path}")


def kept_form(name: str, value: str) -> str:
    """A value as the file has it. Raises UsageError where no command could use it."""
    _check(name, value)
    # Later commands may run in another folder.
    return os.path.abspath(expanded(value)) if name == "keypair" and value else value  # noqa: PTH100  (a link stays one)


def keep(changes: "Mapping[str, str]") -> "Path":
    """Change some of our own settings, all at once; an empty value takes one away. Gives the file."""
    values = {**own_config().values, **changes}
    return write_own_config({key: value for key, value in values.items() if value})


def _check(name: str, value: str) -> None:
    from job_escrow.addresses import namespace_bytes, padded_name

    from job_escrow_cli.session import parse_address

    if not value:
        return
    if name == "url":
        cluster_url(value)
        return
    if name == "keypair":
        if may_be_a_key(value):
            raise UsageError("this is a secret key: write it into a file of mode 600, and give the name of that file")
        return
    if name == "namespace":
        namespace_bytes(value)
        return
    creator, slash, platform = value.partition("/")
    parse_address(creator, "the platform's creator" if slash else "the platform")
    if slash:
        padded_name(platform)
