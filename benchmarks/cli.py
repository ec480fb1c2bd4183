#!/usr/bin/env python3
"""How long the command line takes, as ratios to what must be there anyway, in one run.

`--help` against `python -c pass`, goal at most 4; `balance` against a process that asks a node one question with the
standard library, goal at most 3. Each figure is the median of many runs, taken in turn so that other work on the
machine hits all of them; the local chain answers.

python benchmarks/cli.py          a table
python benchmarks/cli.py --json   one object
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from job_escrow import NO_LIMITS, Escrow, PlatformTerms
from job_escrow.chain.requests import GetAccounts, Pause, RequestAirdrop
from job_escrow.presets import load_preset
from job_escrow.testing.usdc import local_usdc_authority
from solders.keypair import Keypair

COMMAND = Path(sys.executable).with_name("job-escrow")
RUNS = 40
WARM_UP_RUNS = 3
GOALS = {"help": 4.0, "balance": 3.0}

# What anybody would write who wants an account's lamports and has only Python.
ASK = """
import json, sys
from http.client import HTTPConnection
connection = HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
options = {"encoding": "base64", "commitment": "confirmed"}
request = {"jsonrpc": "2.0", "id": 1, "method": "getAccountInfo", "params": [sys.argv[2], options]}
connection.request("POST", "/", json.dumps(request), {"Content-Type": "application/json"})
print(json.load(connection.getresponse())["result"]["value"]["lamports"])
"""


def main() -> int:
    arguments = parse()
    with TemporaryDirectory(prefix="job-escrow-benchmark-") as folder, local_chain() as port:
        home = Path(folder)
        address, options = set_up(f"http://127.0.0.1:{port}", home)
        commands: dict[str, list[str]] = {
            "python": [sys.executable, "-c", "pass"],
            "help": [str(COMMAND), "--help"],
            "ask": [sys.executable, "-c", ASK, str(port), address],
            "balance": [str(COMMAND), *options, "balance"],
        }
        seconds = medians(commands, home, arguments.runs)
    ratios = {"help": seconds["help"] / seconds["python"], "balance": seconds["balance"] / seconds["ask"]}
    report = {
        "runs": arguments.runs,
        "milliseconds": {name: round(each * 1000, 1) for name, each in seconds.items()},
        "ratios": {name: round(each, 2) for name, each in ratios.items()},
        "goals": GOALS,
        "met": {name: ratios[name] <= goal for name, goal in GOALS.items()},
    }
    if arguments.json:
        print(json.dumps(report))
    else:
        print(f"job-escrow --help   {ratios['help']:.2f} of python -c pass, goal at most {GOALS['help']:.0f}")
        print(f"job-escrow balance  {ratios['balance']:.2f} of a bare RPC call, goal at most {GOALS['balance']:.0f}")
        print(", ".join(f"{name} {each} ms" for name, each in report["milliseconds"].items()))
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help="runs of each (%(default)s)")
    return parser.parse_args()


class local_chain:  # noqa: N801  (used as a context manager)
    """The local chain in a process of its own; gives its port."""

    def __enter__(self) -> int:
        command = [str(COMMAND), "localnet", "--rpc-port", "0", "--slot-ms", "50"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        return int(self.process.stdout.readline().rsplit(":", 1)[1])

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def set_up(url: str, home: Path) -> tuple[str, list[str]]:
    """Open a credit account; gives its address and the options that name its platform and key."""
    wallet, authority = Keypair(), local_usdc_authority()
    preset = load_preset("decentral")
    with Escrow.connect(url) as escrow:
        for key in (wallet, authority):
            escrow.chain.answer(RequestAirdrop(key.pubkey(), 2_000_000_000))
            while escrow.chain.answer(GetAccounts([key.pubkey()]))[0] is None:
                escrow.chain.answer(Pause(0.05))
        terms: PlatformTerms = preset.platform_terms(operator=wallet.pubkey(), treasury_owner=wallet.pubkey())
        (event,) = escrow.create_platform(wallet, terms).events
        account = escrow.wallet(wallet, event.platform)
        account.open(NO_LIMITS)
    key_file = home / "wallet.json"
    key_file.write_text(json.dumps(list(bytes(wallet))))
    key_file.chmod(0o600)
    return str(account.address), ["--url", url, "--keypair", str(key_file), "--platform", str(event.platform)]


def medians(commands: dict[str, list[str]], home: Path, runs: int) -> dict[str, float]:
    """The median of each command's seconds, in turns."""
    # Compiled once, as an installed package is, and without anybody's own settings.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = kept | {"HOME": str(home)}
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(WARM_UP_RUNS + runs):
        for name, command in commands.items():
            seconds = timed(command, environment)
            if turn >= WARM_UP_RUNS:
                taken[name].append(seconds)
    return {name: statistics.median(each) for name, each in taken.items()}


def timed(command: Sequence[str], environment: dict[str, str]) -> float:
    """Seconds of one run, which must succeed."""
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
