"""The commands that a message tells somebody to type: they repeat the options that this one was given.

Without them, what is typed next would go to another chain, by default mainnet, or be signed by another key.
"""

import re
import shlex
from collections.abc import Mapping

from job_escrow.urls import shown_url

from job_escrow_cli.key_formats import may_be_a_key

_REPEATED = {
    "url": ("-u", "--url"),
    "keypair": ("-k", "--keypair"),
    "platform": ("-p", "--platform"),
    "namespace": ("-n", "--namespace"),
    "config": ("-C", "--config"),
    "fee_payer": ("--fee-payer", "--fee-payer"),
}
"""Which chain, and who acts there. How to print and how long to wait is of one run."""

_WITHOUT = frozenset({"config", "demo", "gateway", "keygen", "localnet"})
"""These ask no chain, or one of their own."""

_COMMAND = re.compile(r"(?<![`\w/.-])job-escrow (?P<name>[a-z]+(?:-[a-z]+)*)\b")
"""A command to type. In backquotes it is only named."""

_given: dict[str, str] = {}


def remember(given: Mapping[str, object]) -> None:
    """Keep the shared options of the command that runs."""
    _given.clear()
    _given.update({name: str(given[name]) for name in _REPEATED if name in given})


def with_given_options(text: str) -> str:
    """The text, with the options that were given in each command that it names."""
    if not _given or "job-escrow " not in text:
        return text
    # Imported late: it imports this module.
    from job_escrow_cli.app import COMMANDS

    def completed(found: re.Match[str]) -> str:
        name = found["name"]
        if name not in COMMANDS or name in _WITHOUT:
            return found[0]
        rest = text[found.end() :].partition("job-escrow ")[0].split()
        options = [
            f"{short} {_shown(option, value)} "
            for option, value in _given.items()
            for short, long in [_REPEATED[option]]
            if short not in rest and long not in rest
        ]
        return f"job-escrow {''.join(options)}{name}"

    return _COMMAND.sub(completed, text)


def _shown(option: str, value: str) -> str:
    """A value as a shell takes it, without secrets: a provider's key in a URL, a key in the place of its file."""
    if option in ("keypair", "fee_payer") and may_be_a_key(value):
        return "FILE"
    if option == "url" and "://" in value:
        try:
            value = shown_url(value)
        except ValueError:
            return "URL"
    return shlex.quote(value)
