"""What a message says to type next repeats the options that were given: nothing goes to another chain by itself."""

import shlex

import pytest
from cli_harness.command import Cli
from cli_harness.terminal import run_in_terminal
from cli_harness.world import World
from job_escrow_cli.advice import remember, with_given_options
from solders.keypair import Keypair


@pytest.fixture(autouse=True)
def _nothing_given() -> None:
    remember({})


def test_a_remedy_can_be_typed_as_it_is(world: World, cli: Cli) -> None:
    """Without the options it would ask mainnet, for another key."""
    at = world.acting(cli, "alice").with_options(
        *world.acting(cli, "alice").options, "--namespace", "remedies of mine"[:16]
    )
    missing = at("balance")
    remedy = shlex.split(missing.error.rsplit("job-escrow ", 1)[1])
    assert remedy[-1] == "open"
    opened = cli.ok(*remedy)
    assert "opened" in opened.out
    assert world.acting(cli, "alice").json("balance", "--namespace", "remedies of mine")["available"] == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("open it with: job-escrow open", "open it with: job-escrow -u d -k 'my key.json' open"),
        # What it says itself stands.
        (
            "show it with job-escrow platform show -p X",
            "show it with job-escrow -u d -k 'my key.json' platform show -p X",
        ),
        (
            "its admin: job-escrow platform accept-admin --keypair F",
            "its admin: job-escrow -u d platform accept-admin --keypair F",
        ),
        # These ask no chain.
        ("job-escrow localnet, then --url localhost", "job-escrow localnet, then --url localhost"),
        ("make one with: job-escrow keygen key.json", "make one with: job-escrow keygen key.json"),
        # Names, not commands to type.
        ("another `job-escrow index` has it", "another `job-escrow index` has it"),
        ("install a newer job-escrow to see it", "install a newer job-escrow to see it"),
    ],
)
def test_which_commands_repeat_them(text: str, shown: str) -> None:
    assert with_given_options(text) == text
    remember({"url": "d", "keypair": "my key.json", "output": "json", "yes": True})
    assert with_given_options(text) == shown


def test_what_is_secret_is_not_repeated() -> None:
    key = str(Keypair())
    remember({"url": "https://node.example.org/secret", "keypair": key, "fee_payer": key})
    shown = with_given_options("open it with: job-escrow open")
    assert shown == "open it with: job-escrow -u 'https://node.example.org/…' -k FILE --fee-payer FILE open"


def test_a_coloured_error_fills_the_whole_line(cli: Cli) -> None:
    shown = run_in_terminal(cli, ["config", "set", "commitment", "finalized"], columns=80)
    first, second, *_ = shown.text.splitlines()
    assert first.startswith("error: ")
    assert "\x1b" in shown.raw
    # The next word would not have fitted, though the colour's codes take no room.
    assert len(first) + 1 + len(second.split()[0]) > 80
