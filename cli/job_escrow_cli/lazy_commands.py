"""Typer groups whose commands are imported when one of them is asked for, and the options that every command takes."""

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from job_escrow_cli.advice import remember
from job_escrow_cli.options import quick_text, shared_parameters

if TYPE_CHECKING:
    from typer._click import Command as ClickCommand
    from typer._click import Context, HelpFormatter

    _CommandOrGroup = ClickCommand
else:
    # Each kind has its own base, which comes after this one.
    _CommandOrGroup = object


class LazyCommand(NamedTuple):
    """Where a command is: `home` is "module:name" of a Typer app or a function.

    `section` is its heading on the root's page, and `summary` what stands there, in one line of 80 columns.
    """

    home: str
    section: str
    summary: str


class _SharedOptions(_CommandOrGroup):
    """What every command and group does with the options that may stand before or after its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Typer's own)
        super().__init__(*args, **kwargs)
        # Those that the command has in a sense of its own are left to it.
        own = {option for parameter in self.params for option in parameter.opts}
        self.params = [*self.params, *(each for each in shared_parameters() if not own & set(each.opts))]

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Read the arguments; what is text already is spared the way through the converter."""
        for parameter in self.get_params(ctx):
            quick_text(parameter)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: "Context") -> Any:  # noqa: ANN401  (as Typer has it)
        """Keep what was given here for the command that runs, and run it; what stands later wins."""
        given = {each.name: ctx.params.pop(each.name) for each in self.params if each in shared_parameters()}
        if given.get("no_color"):
            # As everything that prints has it, the libraries too.
            os.environ["NO_COLOR"] = "1"
        before = ctx.obj if isinstance(ctx.obj, dict) else {}
        ctx.obj = before | {name: value for name, value in given.items() if value not in (None, False)}
        remember(ctx.obj)
        return super().invoke(ctx)

    def write_options(self, context: "Context", formatter: "HelpFormatter") -> None:
        """Write the command's own options, then those that all have."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], "Options of every command": []}
        for parameter in self.params + [each for each in [self.get_help_option(context)] if each]:
            record = parameter.get_help_record(context)
            if record is None:
                continue
            own = "Arguments" if parameter.param_type_name == "argument" else "Options"
            sections["Options of every command" if parameter in shared_parameters() else own].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class Command(_SharedOptions, TyperCommand):
    """A command that takes the shared options too."""

    def format_options(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write the options in two lists."""
        self.write_options(ctx, formatter)


class Group(_SharedOptions, TyperGroup):
    """A group of commands that takes the shared options too."""

    def format_options(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write the commands first: they are what is looked for."""
        self.format_commands(ctx, formatter)
        self.write_options(ctx, formatter)


class _LazyCommands(MutableMapping[str, "ClickCommand"]):
    """The commands of a group, each imported when it is looked at."""

    def __init__(self, table: Mapping[str, LazyCommand]) -> None:
        self._table = table
        self._made: dict[str, ClickCommand] = {}

    def __getitem__(self, name: str) -> "ClickCommand":
        if name not in self._made:
            self._made[name] = _command(name, self._table[name].home)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __setitem__(self, name: str, command: "ClickCommand") -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]


def lazy_group(table: Mapping[str, LazyCommand]) -> type[Group]:
    """A group whose commands are those of the table."""

    class LazyGroup(Group):
        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Typer's own)
            super().__init__(*args, **kwargs)
            self.commands = _LazyCommands(table)

        def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
            width = max(map(len, table))
            for section in dict.fromkeys(each.section for each in table.values()):
                with formatter.section(section):
                    formatter.write_dl(
                        [(name.ljust(width), each.summary) for name, each in table.items() if each.section == section]
                    )

    return LazyGroup


def command_group(summary: str) -> typer.Typer:
    """A Typer app for a group of commands that take the shared options."""
    return typer.Typer(help=summary, cls=Group, rich_markup_mode=None, add_completion=False, no_args_is_help=True)


def _command(name: str, home: str) -> "ClickCommand":
    module, _, attribute = home.partition(":")
    found: typer.Typer | Callable[..., None] = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(rich_markup_mode=None, add_completion=False)
        single.command(name, cls=Command)(found)
        found = single
    made = typer.main.get_command(found)
    made.name = name
    return made
