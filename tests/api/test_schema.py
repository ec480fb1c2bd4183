"""Schemathesis against a running server, with a key of every scope and without: no 500, nothing outside the schema."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import Server
from escrow_harness.stage import Stage

_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.parametrize("with_key", [False, True], ids=["without a key", "with a key"])
def test_every_answer_is_in_the_schema(server: Server, stage: Stage, tmp_path: Path, with_key: bool) -> None:
    headers = []
    if with_key:
        wallet = new_customer(stage, 1_000)
        with server.http() as http:
            key = new_key(http, wallet.side.signer, scopes=["read", "spend", "manage"])
        headers = ["--header", f"Authorization: Bearer {key}"]
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.url}/openapi.json"),
        *("--checks", _CHECKS, "--max-examples", "12", "--seed", "7", "--generation-database", "none"),
        # Waiting for a slot that never comes is right, and slow.
        *("--request-timeout", "30", "--exclude-path", "/v1/account", "--no-color", *headers),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=500, check=False, cwd=tmp_path, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
