"""What is worth something is asked about: mainnet is known by its genesis hash, whatever its address."""

from collections.abc import Iterator

import pytest
from cli_harness.command import Cli
from cli_harness.servers import answering, relaying
from cli_harness.terminal import run_in_terminal
from cli_harness.world import World

_MAINNET = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
_DEVNET = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"


@pytest.fixture
def seen() -> list[str]:
    return []


@pytest.fixture
def mainnet(world: World, seen: list[str]) -> Iterator[str]:
    """The local chain behind the name of mainnet: what is asked is answered by the real one."""
    with answering(relaying(world.url, genesis_hash=_MAINNET, seen=seen)) as url:
        yield url


def test_without_a_terminal_it_is_refused(world: World, cli: Cli, mainnet: str, seen: list[str]) -> None:
    world.acting(cli, "alice").ok("open", "--buy", "200", "--namespace", "refused")
    for command in (("buy", "100"), ("withdraw", "all"), ("limits", "set", "--per-job", "5"), ("close",)):
        done = world.acting(cli, "alice", url=mainnet)(*command, "--namespace", "refused")
        assert (command, done.code) == (command, 2)
        assert "spends on mainnet, and there is nobody to ask here: add --yes" in done.error
    assert "sendTransaction" not in seen
    # Reading is free.
    assert world.acting(cli, "alice", url=mainnet).json("balance", "--namespace", "refused")["available"] == 200


def test_yes_is_an_answer(world: World, cli: Cli, mainnet: str, seen: list[str]) -> None:
    alice = world.acting(cli, "alice", url=mainnet)
    opened = alice.ok("open", "--buy", "100", "--namespace", "yes", "--yes", "--output", "json")
    assert "a fee of 0.000005 SOL" in opened.err
    assert opened.json["explorer"] == f"https://explorer.solana.com/tx/{opened.json['signature']}"
    assert "sendTransaction" in seen


@pytest.mark.parametrize(("answer", "code", "sent"), [("n\n", 1, False), ("\n", 1, False), ("y\n", 0, True)])
def test_at_a_terminal_it_is_asked(
    world: World, cli: Cli, mainnet: str, seen: list[str], answer: str, code: int, sent: bool
) -> None:
    alice = world.acting(cli, "bob", url=mainnet)
    shown = run_in_terminal(
        alice, ["open", "--namespace", f"asked {code}{len(answer)}"], answers=[("on mainnet?", answer)]
    )
    assert shown.code == code
    assert ("sendTransaction" in seen) == sent
    assert "rent" in shown.text


def test_other_clusters_are_not_asked_about(world: World, cli: Cli) -> None:
    with answering(relaying(world.url, genesis_hash=_DEVNET, seen=[])) as url:
        opened = world.acting(cli, "stranger", url=url).json("open", "--namespace", "devnet")
    assert opened["explorer"].endswith("?cluster=devnet")


def test_a_chain_of_ones_own_is_linked_by_its_address(world: World, cli: Cli) -> None:
    opened = world.acting(cli, "stranger").json("open", "--namespace", "local")
    port = world.url.rsplit(":", 1)[1]
    assert opened["explorer"].endswith(f"?cluster=custom&customUrl=http%3A%2F%2F127.0.0.1%3A{port}")
