"""`python -m job_escrow_localnet`: a local chain on the command line."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from job_escrow_localnet.config import (
    DEFAULT_RPC_PORT,
    DEFAULT_SLOT_MS,
    AccountFile,
    LocalnetConfig,
    ProgramFile,
)
from job_escrow_localnet.genesis import GenesisError
from job_escrow_localnet.ledger import LedgerError
from job_escrow_localnet.server import PortError, Running, run

_LONGEST_SLOT_MS = 3_600_000


def main(argv: Sequence[str] | None = None) -> int:
    """Serve what the arguments say; gives the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        run(
            LocalnetConfig(
                host=arguments.bind_address,
                rpc_port=arguments.rpc_port,
                ledger=arguments.ledger,
                programs=tuple(ProgramFile(address=one[0], path=Path(one[1])) for one in arguments.bpf_program),
                accounts=tuple(
                    AccountFile(address=None if one[0] == "-" else one[0], path=Path(one[1]))
                    for one in arguments.account
                ),
                slot_ms=arguments.slot_ms,
                test_methods=arguments.test_methods,
            ),
            ready=(lambda running: None) if arguments.quiet else _announce,
        )
    except (GenesisError, LedgerError, PortError, ValueError, OSError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


def _announce(running: Running) -> None:
    print(f"JSON-RPC  {running.url}\nWebSocket {running.websocket_url}", flush=True)


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        # What `int` takes besides digits could be another number: `1_0`, or those of other scripts.
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number up to {most}: write it in digits")
        return int(text)

    return read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="job-escrow localnet", description="A local Solana chain.")
    parser.add_argument("--bind-address", default="127.0.0.1", metavar="ADDRESS", help="listen here (%(default)s)")
    parser.add_argument(
        "--rpc-port",
        type=_whole(65_535),
        default=DEFAULT_RPC_PORT,
        metavar="PORT",
        help="HTTP; WebSocket takes the next one (%(default)s); 0: any that are free",
    )
    parser.add_argument(
        "--ledger", type=Path, metavar="DIR", help="keep the chain here; without it, it ends with the process"
    )
    parser.add_argument(
        "--bpf-program", nargs=2, action="append", default=[], metavar=("ADDRESS", "FILE"), help="load a program"
    )
    parser.add_argument(
        "--account",
        nargs=2,
        action="append",
        default=[],
        metavar=("ADDRESS", "FILE"),
        help="load an account of JSON into a new ledger; `-` for the address in the file",
    )
    parser.add_argument(
        "--slot-ms",
        type=_whole(_LONGEST_SLOT_MS),
        default=DEFAULT_SLOT_MS,
        metavar="MS",
        help="length of a slot (%(default)s)",
    )
    parser.add_argument("--test-methods", action="store_true", help="answer localnet_timeTravel and localnet_rollback")
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
