"""A command that is run again ends right: what happened once does not happen twice (D10, and no charge without it)."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from cli_harness.command import Cli, Done, plain
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

    actor: str
    command: tuple[str, ...]
    namespace: tuple[str, ...]
    lands: bool
    done: Done


_COMMANDS: dict[str, tuple[str, ...]] = {
    "buy": ("buy", "100"),
    "withdraw": ("withdraw", "60"),
    "open": ("open", "--buy", "100"),
    "lock": ("lock", "--credits", "30"),
}
_OF_OPERATORS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "settle": (("job", "settle"), ("20",)),
    "refund": (("job", "refund"), ()),
    "grant": (("grant",), ("50", "--expires", "30d")),
}
"""What stands before the account and its open job of 30 credits, and behind; a grant names no job."""


@pytest.fixture(scope="module")
def interrupted(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], Interrupted]:
    """Each command with either end, all at once: each waits until it gives the node up."""
    cli = Cli(home=tmp_path_factory.mktemp("home"))

    def run(case: tuple[str, bool]) -> tuple[tuple[str, bool], Interrupted]:
        name, lands = case
        namespace, actor, command = ("--namespace", f"{name} {lands}"), "alice", _COMMANDS.get(name, ())
        fault = Fault.CUT_AFTER if lands else Fault.CUT_BEFORE
        asked = frozenset({"sendTransaction", "getSignatureStatuses", "getBlockHeight", "getTransaction"})
        if name != "open":
            world.acting(cli, "alice").ok("open", "--buy", "100", *namespace)
        if name in _OF_OPERATORS:
            actor, account = "operator", world.acting(cli, "alice").json("balance", *namespace)["credit_account"]
            locked = world.acting(cli, "alice").json("lock", "--credits", "30", *namespace)["job_id"]
            before, behind = _OF_OPERATORS[name]
            command = (*before, account, *(() if name == "grant" else (str(locked),)), *behind)
        with fault_proxy(world.url, "ws://127.0.0.1:1", Faults(http={fault: 1.0}, methods=asked)) as proxy:
            done = world.acting(cli, actor, url=proxy.url)(*command, *namespace)
            assert fault in proxy.faults.happened
        return case, Interrupted(actor, command, namespace, lands=lands, done=done)

    cases = [(name, lands) for name in (*_COMMANDS, *_OF_OPERATORS) for lands in (True, False)]
    with ThreadPoolExecutor(len(cases)) as pool:
        return dict(pool.map(run, cases))


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
    for repeated in range(2):
        again = alice.ok(*_COMMANDS["open"], *case.namespace)
        assert ("bought before" in again.out) == (lands or repeated > 0)
        assert alice.json("balance", *case.namespace)["available"] == 100
    # Once more has been done with the account, the same command would mean something else.
    alice.ok("buy", "100", *case.namespace)
    refused = alice(*_COMMANDS["open"], *case.namespace)
    assert refused.code == 2
    assert "is open already, and nothing was bought: job-escrow buy 100" in plain(refused.error)
    assert alice.ok("open", *case.namespace).code == 0


@pytest.mark.parametrize("lands", [True, False])
def test_a_job_is_locked_once(
    world: World, cli: Cli, interrupted: dict[tuple[str, bool], Interrupted], lands: bool
) -> None:
    case, alice = interrupted["lock", lands], world.acting(cli, "alice")
    assert case.done.code == 5
    found = re.search(r"repeat the same command with --id (\d+):", case.done.error)
    assert found is not None
    repeat = (*_COMMANDS["lock"], "--id", found[1], *case.namespace)
    for repeated in range(2):
        again = alice.ok(*repeat, "--output", "json")
        assert (again.json["job_id"], again.json["locked"]) == (int(found[1]), 30)
        assert again.json["done_before"] == ("this was done already" in again.err) == (lands or repeated > 0)
        assert alice.json("balance", *case.namespace)["locked"] == 30
    # The same id on other terms, and once its job is over, is no repeat.
    other = alice(*repeat, "--credits", "31")
    assert other.code == 1
    assert f"job {found[1]} is open on other terms" in other.error
    world.acting(cli, "operator").ok("job", "refund", again.json["credit_account"], found[1])
    over = alice(*repeat)
    assert over.code == 1
    assert f"job {found[1]} was refunded: 0 credits charged, 30 given back" in over.error


@pytest.mark.parametrize("lands", [True, False])
@pytest.mark.parametrize(
    ("name", "prints", "available"),
    [
        ("settle", {"charged": 20, "settled": 20, "returned": 10, "final": True}, 80),
        ("refund", {"returned": 30, "settled": 0, "timed_out": False}, 100),
    ],
)
def test_the_end_of_a_job_is_repeated_as_it_is(
    world: World,
    cli: Cli,
    interrupted: dict[tuple[str, bool], Interrupted],
    name: str,
    prints: dict[str, object],
    available: int,
    lands: bool,
) -> None:
    case, alice = interrupted[name, lands], world.acting(cli, "alice")
    operator = world.acting(cli, case.actor)
    assert case.done.code == 5
    assert "repeat the same command as it is" in case.done.error
    signatures = set()
    for repeated in range(2):
        again = operator.ok(*case.command, "--output", "json")
        assert {key: again.json[key] for key in prints} == prints
        assert again.json["done_before"] == ("this was done already" in again.err) == (lands or repeated > 0)
        signatures.add(again.json["signature"])
        balance = alice.json("balance", *case.namespace)
        assert (balance["available"], balance["locked"]) == (available, 0)
    assert len(signatures) == 1
    # What would have ended it otherwise is told how it did end.
    account, job = case.command[2:4]
    for different in (("settle", account, job, "19"), ("settle", account, job, "20", "--so-far")):
        refused = operator("job", *different)
        assert refused.code == 1
        assert f"job {job} was {'settled' if name == 'settle' else 'refunded'}" in refused.error
    crossed = ("settle", account, job, "20") if name == "refund" else ("refund", account, job)
    assert "it is never charged again" in operator("job", *crossed).error


@pytest.mark.parametrize("lands", [True, False])
def test_a_grant_is_given_once(
    world: World, cli: Cli, interrupted: dict[tuple[str, bool], Interrupted], lands: bool
) -> None:
    case, alice = interrupted["grant", lands], world.acting(cli, "alice")
    operator = world.acting(cli, case.actor)
    found = re.search(r"repeat the same command with (--id \d+ --expires \S+):", case.done.error)
    assert found is not None, case.done
    for repeated in range(2):
        again = operator.ok(*case.command, *found[1].split(), "--output", "json")
        assert again.json["granted"] == 50
        assert again.json["done_before"] == ("this was done already" in again.err) == (lands or repeated > 0)
        assert alice.json("balance", *case.namespace)["granted"] == 50


def test_a_job_that_was_never_locked_has_no_end(world: World, cli: Cli) -> None:
    alice, operator = world.acting(cli, "alice"), world.acting(cli, "operator")
    account = alice.ok("open", "--namespace", "no job", "--output", "json").json["credit_account"]
    for command in (("settle", account, "7", "20"), ("refund", account, "7")):
        done = operator("job", *command)
        assert done.code == 1
        assert "there is no open job 7" in done.error
