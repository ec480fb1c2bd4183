"""`scripts/demo --serve`: one command, and API and gateway answer for a funded wallet; what fails is said."""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx2
from api_harness.server import free_port
from escrow_harness.patience import PATIENCE_SECONDS

REPOSITORY = Path(__file__).parents[2]
_DEMO = str(REPOSITORY / "scripts" / "demo")


def test_one_command_gives_chain_index_api_gateway_and_wallet(tmp_path: Path) -> None:
    command = [_DEMO, "--serve", str(free_port()), "--gateway-port", str(free_port())]
    variables = tmp_path / "demo.env"
    told = tmp_path / "told"
    with (
        told.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=tmp_path) as process,
    ):
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
            assert f"export JOB_ESCROW_URL={made['chain']}" in variables.read_text()
            assert variables.stat().st_mode & 0o777 == 0o600
            assert "models: lite-3b, standard-8b, pro-27b, max-70b" in told.read_text()
            # What it says to try.
            (curl,) = told.read_text().split("  curl ")[1:]
            typed = subprocess.run(
                ["bash", "-c", "curl -s " + curl.split("\n\n")[0]], capture_output=True, text=True, check=True
            )
            assert json.loads(typed.stdout)["credits"] == {"charged": 2, "remaining": 998}
        finally:
            process.terminate()
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    assert not variables.exists()


def test_a_port_that_is_taken_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for options in ([str(port)], [str(free_port()), "--gateway-port", str(port)]):
            command = [_DEMO, "--serve", *options]
            done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
            assert done.returncode == 1
            assert f"port {port} cannot be used (Address already in use)" in done.stderr
            assert "name another port: scripts/demo --serve" in done.stderr
            assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_installs_nothing(tmp_path: Path) -> None:
    """Neither does it need what a checkout has beside the scripts."""
    scripts = tmp_path / "scripts"
    shutil.copytree(REPOSITORY / "scripts", scripts, ignore=shutil.ignore_patterns("__pycache__"))
    for arguments in (["--help"], ["--serve", "--help"]):
        done = subprocess.run([str(scripts / "demo"), *arguments], capture_output=True, text=True, check=True)
        assert "--gateway-port" in done.stdout
    assert [each.name for each in tmp_path.iterdir()] == ["scripts"]
