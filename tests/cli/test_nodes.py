"""Commands and a node that is away, or that has transactions which this release reads, or does not."""

import signal
import subprocess

import pytest
from cli_harness.command import COMMAND, Cli
from cli_harness.world import World
from faults.answers import NONSENSE, Nonsense, as_version
from faults.plan import Fault, Faults
from faults.proxy import fault_proxy


def test_history_and_receipt_of_version_1_and_of_one_to_come(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    alice.ok("open", "--buy", "100", "--namespace", "v1")
    plain = alice.json("history", "--namespace", "v1")
    signature = plain["events"][0]["signature"]
    receipt = alice.json("receipt", signature)
    with fault_proxy(world.url, "", Faults()) as proxy:
        through = world.acting(cli, "alice", url=proxy.url)
        proxy.faults.rewrite = as_version(1)
        assert through.json("history", "--namespace", "v1") == plain
        assert through.json("receipt", signature) | {"explorer": 0} == receipt | {"explorer": 0}
        proxy.faults.rewrite = as_version(2, lambda one: one == signature)
        found = through.json("history", "--namespace", "v1")
        assert found["unread"] == [signature]
        assert found["events"] == [each for each in plain["events"] if each["signature"] != signature]
        assert "install a newer job-escrow" in through.ok("history", "--namespace", "v1").err
        refused = through("receipt", signature)
        assert (refused.code, "install a newer job-escrow" in refused.err) == (4, True)


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_a_sentence(world: World, cli: Cli, kind: str) -> None:
    with fault_proxy(world.url, "", Faults()) as proxy:
        alice = world.acting(cli, "alice", url=proxy.url)
        for method in ("getMultipleAccounts", "getSignaturesForAddress"):
            proxy.faults.rewrite = Nonsense(method, kind, times=10**9)
            done = alice("history", "--namespace", "nobody")
            assert "this should not happen" not in done.err
            assert "Traceback" not in done.err


def test_a_keeper_waits_for_a_node_that_is_away_when_it_begins(world: World, cli: Cli) -> None:
    with fault_proxy(world.url, "", Faults()) as proxy:
        proxy.faults.http = {Fault.CUT_BEFORE: 1.0}
        keeper = world.acting(cli, "stranger", url=proxy.url)
        command = [str(COMMAND), *keeper.options, "keeper", "--all", "--interval", "1s"]
        with subprocess.Popen(
            command, env=keeper.variables({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert "looking again in" in process.stderr.readline()
            proxy.faults.calm()
            while "looking every" not in (line := process.stderr.readline()):
                assert "looking again in" in line
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=30)
        assert process.returncode == 0
        assert said.splitlines()[-1] == "stopped"


def test_a_keeper_that_waits_is_stopped(world: World, cli: Cli) -> None:
    with fault_proxy(world.url, "", Faults()) as proxy:
        proxy.faults.http = {Fault.CUT_BEFORE: 1.0}
        keeper = world.acting(cli, "stranger", url=proxy.url)
        command = [str(COMMAND), *keeper.options, "keeper", "--all"]
        with subprocess.Popen(command, env=keeper.variables({}), stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
        assert (process.returncode, said.splitlines()[-1]) == (0, "stopped")


def test_once_says_that_the_node_is_away(world: World, cli: Cli) -> None:
    with fault_proxy(world.url, "", Faults()) as proxy:
        proxy.faults.http = {Fault.CUT_BEFORE: 1.0}
        assert world.acting(cli, "stranger", url=proxy.url)("keeper", "--all", "--once").code == 4
