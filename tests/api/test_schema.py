"""Schemathesis against a running server, with every sort of key and without: no 500, nothing outside the schema."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import Server, serving
from escrow_harness.stage import Stage

_CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,"
    "allow_header_conformance,missing_required_header"
)
_SCOPES = {
    "no key": None,
    "a read key": ["read"],
    "a customer's key": ["read", "spend", "manage"],
    "an operator's key": ["operator"],
    "a key of the books": ["books"],
}
# What the schema has as a refusal is none of the failures: a slot that is not there yet, a chain that does not answer.
_CONFIGURATION = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "502", "503"]
"""


@pytest.fixture(scope="module")
def patient(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits for no slot that never comes, and takes as many requests as are made."""
    options = ("--key-rate", "1000000", "--address-rate", "1000000", "--lockout-failures", "100000")
    with serving(
        tmp_path_factory.mktemp("schema"),
        chain=localnet_url,
        platform=stage.platform,
        operator=stage.cast.operator,
        options=(*options, "--max-wait", "0.1", "--webhook-rate", "1000000"),
    ) as running:
        yield running


@pytest.mark.parametrize("who", _SCOPES)
def test_every_answer_is_in_the_schema(patient: Server, stage: Stage, tmp_path: Path, who: str) -> None:
    (tmp_path / "schemathesis.toml").write_text(_CONFIGURATION)
    headers = []
    scopes = _SCOPES[who]
    if scopes is not None:
        signer = stage.cast.operator if {"operator", "books"} & {*scopes} else new_customer(stage, 1_000).side.signer
        with patient.http() as http:
            key = new_key(http, signer, scopes=scopes)
        headers = ["--header", f"Authorization: Bearer {key}"]
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{patient.url}/openapi.json"),
        *("--checks", _CHECKS, "--max-examples", "12", "--seed", "7", "--generation-database", "none"),
        *("--request-timeout", "30", "--no-color", *headers),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=500, check=False, cwd=tmp_path, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
