"""`job-escrow localnet`: the local chain, with the program and the presets' mints on it from the start."""

import json
import sys
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def localnet(
    context: typer.Context,
    bare: Annotated[
        bool, typer.Option("--bare", help="Without the job_escrow program and the presets' mints.")
    ] = False,
) -> None:
    """Run a Solana chain on this machine: JSON-RPC and WebSocket, with the program and the presets' mints.

    USDC is among them, and whoever likes may mint it: job-escrow airdrop. See docs/localnet.md.

    What follows goes to it: --rpc-port, --ledger, --bpf-program, --account, --slot-ms, --quiet, …
    """
    from job_escrow_localnet.__main__ import main

    with TemporaryDirectory() as folder:
        ours = [] if bare else _program_and_mints(Path(folder))
        sys.exit(main([*ours, *context.args]))


def _program_and_mints(folder: Path) -> list[str]:
    from job_escrow.codec import PROGRAM_ID
    from job_escrow.program_files import program_path
    from job_escrow.testing.usdc import local_mint_accounts

    arguments = ["--bpf-program", str(PROGRAM_ID), str(program_path())]
    for address, mint in local_mint_accounts().items():
        account = {
            "lamports": mint.lamports,
            "data": [b64encode(mint.data).decode(), "base64"],
            "owner": str(mint.owner),
            "executable": mint.executable,
            "rentEpoch": 2**64 - 1,
            "space": len(mint.data),
        }
        path = folder / f"{address}.json"
        path.write_text(json.dumps({"pubkey": str(address), "account": account}))
        arguments += ["--account", str(address), str(path)]
    return arguments
