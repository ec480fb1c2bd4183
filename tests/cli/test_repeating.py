"""A command that is run again ends right: what happened once does not happen twice (D10, and no charge without it)."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from cli_harness.command import Cli, Done
from cli_harness.world import World
from faults.plan import Fault, Faults
from faults.proxy import fault_proxy


def _sequence(done: Done) -> str:
    assert done.code == 5, done
    found = re.search(r"repeat the same command with --sequence (\d+):", done.error)
    assert found is not None, done.err
    return found[1]


def test_every_buy_is_a_new_purchase(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    alice.ok("open")
    numbers = {alice.json("buy", "100")["sequence"] for _ in range(2)}
    assert len(numbers) == 2
    assert alice.json("balance")["available"] == 200


def test_a_number_is_used_once(world: World, cli: Cli) -> None:
    bob = world.acting(cli, "bob")
    bob.ok("open", "--buy", "300")
    first = bob.json("buy", "100")
    number = str(first["sequence"])
    again = bob.ok("buy", "100", "--sequence", number, "--output", "json")
    assert "this was done already; nothing was sent again" in again.err
    assert (again.json["done_before"], again.json["signature"]) == (True, first["signature"])
    other = bob("buy", "150", "--sequence", number)
    assert other.code == 2
    assert "was used for another purchase, of 100 credits" in other.error
    withdrawal = bob("withdraw", "100", "--sequence", number)
    assert "was used for another purchase" in withdrawal.error
    ahead = bob("buy", "100", "--sequence", str(first["sequence"] + 2))
    assert ahead.code == 2
    assert f"the next sequence number is {first['sequence'] + 1}" in ahead.error
    assert bob.json("balance")["available"] == 400
    # A number that is still free makes it a first time.
    assert bob.json("withdraw", "50", "--sequence", str(first["sequence"] + 1))["available"] == 350
    done = bob.ok("withdraw", "50", "--sequence", str(first["sequence"] + 1))
    assert "withdrawal  50 credits, 0.50 USDC" in done.out
    assert bob.json("balance")["available"] == 350


@dataclass(frozen=True)
class Interrupted:
    """A command whose node stopped answering once its transaction was on its way, or just before."""

    namespace: tuple[str, ...]
    lands: bool
    done: Done


_COMMANDS: dict[str, tuple[str, ...]] = {
    "buy": ("buy", "100"),
    "withdraw": ("withdraw", "60"),
    "open": ("open", "--buy", "100"),
    "lock": ("lock", "--credits", "30"),
}


@pytest.fixture(scope="module")
def interrupted(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], Interrupted]:
    """Each command with either end, all at once: each waits until it gives the node up."""
    cli = Cli(home=tmp_path_factory.mktemp("home"))

    def run(case: tuple[str, bool]) -> tuple[tuple[str, bool], Interrupted]:
        name, lands = case
        namespace = ("--namespace", f"{name} {lands}")
        fault = Fault.CUT_AFTER if lands else Fault.CUT_BEFORE
        asked = frozenset({"sendTransaction", "getSignatureStatuses", "getBlockHeight", "getTransaction"})
        if name != "open":
            world.acting(cli, "alice").ok("open", "--buy", "100", *namespace)
        with fault_proxy(world.url, "ws://127.0.0.1:1", Faults(http={fault: 1.0}, methods=asked)) as proxy:
            done = world.acting(cli, "alice", url=proxy.url)(*_COMMANDS[name], *namespace)
            assert fault in proxy.faults.happened
        return case, Interrupted(namespace=namespace, lands=lands, done=done)

    with ThreadPoolExecutor() as pool:
        return dict(pool.map(run, [(name, lands) for name in _COMMANDS for lands in (True, False)]))


@pytest.mark.parametrize("lands", [True, False])
@pytest.mark.parametrize(("name", "after"), [("buy", 200), ("withdraw", 40)])
def test_an_unknown_outcome_is_settled_by_repeating(
    world: World, cli: Cli, interrupted: dict[tuple[str, bool], Interrupted], name: str, after: int, lands: bool
) -> None:
    case, alice = interrupted[name, lands], world.acting(cli, "alice")
    number = _sequence(case.done)
    assert alice.json("balance", *case.namespace)["available"] == (after if lands else 100)
    for repeated in range(2):
        again = alice.ok(*_COMMANDS[name], "--sequence", number, *case.namespace)
        assert ("this was done already" in again.err) == (lands or repeated > 0)
        assert alice.json("balance", *case.namespace)["available"] == after


@pytest.mark.parametrize("lands", [True, False])
def test_opening_is_repeated_as_it_is(
    world: World, cli: Cli, interrupted: dict[tuple[str, bool], Interrupted], lands: bool
) -> None:
    case, alice = interrupted["open", lands], world.acting(cli, "alice")
    assert case.done.code == 5
    assert "repeat the same command as it is" in case.done.error
    for _ in range(2):
        alice.ok(*_COMMANDS["open"], *case.namespace)
        assert alice.json("balance", *case.namespace)["available"] == 100
    # Once more has been done with the account, the same command would mean something else.
    alice.ok("buy", "100", *case.namespace)
    refused = alice(*_COMMANDS["open"], *case.namespace)
    assert refused.code == 2
    assert "is open already, and nothing was bought: job-escrow buy 100" in refused.error
    assert alice.ok("open", *case.namespace).code == 0


@pytest.mark.parametrize("lands", [True, False])
def test_a_job_is_locked_once(
    world: World, cli: Cli, interrupted: dict[tuple[str, bool], Interrupted], lands: bool
) -> None:
    case, alice = interrupted["lock", lands], world.acting(cli, "alice")
    assert case.done.code == 5
    found = re.search(r"repeat the same command with --id (\d+):", case.done.error)
    assert found is not None
    again = alice(*_COMMANDS["lock"], "--id", found[1], *case.namespace)
    if lands:
        assert again.code == 3
        assert "so nothing was done again" in again.error
    else:
        assert again.code == 0
    assert alice.json("balance", *case.namespace)["locked"] == 30
