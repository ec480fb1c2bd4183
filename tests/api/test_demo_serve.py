"""`scripts/demo --serve`: one command, and the API answers for a funded wallet."""

import json
import subprocess
import time
from pathlib import Path

import httpx2
from api_harness.server import free_port
from escrow_harness.patience import PATIENCE_SECONDS

REPOSITORY = Path(__file__).parents[2]


def test_one_command_gives_chain_index_api_and_wallet() -> None:
    command = [str(REPOSITORY / "scripts" / "demo"), "--serve", str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            made = json.loads(process.stdout.readline())
            assert "<!doctype html>" in httpx2.get(made["page"]).text
            headers = {"Authorization": f"Bearer {made['key']}"}
            deadline = time.monotonic() + PATIENCE_SECONDS
            while (answer := httpx2.get(f"{made['api']}/account", headers=headers)).status_code == 404:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert (answer.json()["credits_remaining"], answer.json()["usdc_value"]) == (1_000, 10.0)
        finally:
            process.terminate()
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
