"""The keeper as a process: what timed out comes back, and it ends when it is told to (D10)."""

import json
import signal
import subprocess

from cli_harness.command import COMMAND, Cli
from cli_harness.world import World
from escrow_harness.stage import wait_until


def _locked(world: World, cli: Cli, namespace: str) -> Cli:
    alice = world.acting(cli, "alice")
    alice.ok("open", "--buy", "100", "--namespace", namespace)
    deadlines = [
        alice.json("lock", "--credits", credits, "--time", "1s", "--namespace", namespace) for credits in ("30", "40")
    ]
    assert all(each["deadline"] for each in deadlines)
    account = world.stage.escrow.credit_account(
        world.stage.escrow.wallet(world.stage.cast.alice, world.stage.platform, namespace=namespace).address
    )
    assert account is not None
    jobs = world.stage.escrow.jobs(platform=world.stage.platform)
    wait_until(world.stage.escrow.chain, max(job.deadline for job in jobs.values()))
    return alice


def test_once(world: World, cli: Cli) -> None:
    alice = _locked(world, cli, "once")
    keeper = world.acting(cli, "stranger")
    done = keeper.ok("keeper", "--once", "--output", "json")
    actions = [json.loads(line) for line in done.out.splitlines()]
    assert sorted(action["credits"] for action in actions) == [30, 40]
    assert "2 of 2 done" in done.err
    assert alice.json("balance", "--namespace", "once")["available"] == 100
    nothing = keeper.ok("keeper", "--once")
    assert nothing.out == ""


def test_until_it_is_stopped(world: World, cli: Cli) -> None:
    alice = _locked(world, cli, "running")
    keeper = world.acting(cli, "stranger")
    command = [str(COMMAND), *keeper.options, "keeper", "--all", "--interval", "1s"]
    with subprocess.Popen(
        command, env=keeper.variables({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        assert all(line.startswith("refunded ") for line in lines)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "stopped"
    assert alice.json("balance", "--namespace", "running")["available"] == 100
