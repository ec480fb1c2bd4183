"""redocly and spectral, unchanged, find nothing in the API's OpenAPI document."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from escrow_harness.other_clients import node_packages
from support.openapi import DOCUMENT

_HERE = Path(__file__).parent / "openapi-linters"
_TIMEOUT_SECONDS = 120
_LINTERS: dict[str, tuple[str, ...]] = {
    "redocly": ("lint", "--format", "stylish", "--config", str(_HERE / "redocly.yaml")),
    "spectral": ("lint", "--fail-severity", "hint", "--ruleset", str(_HERE / "spectral.yaml")),
}
# Neither asks anybody for a newer version, nor tells that it was run.
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def lint(name: str, document: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node_packages(_HERE) / "node_modules" / ".bin" / name, *_LINTERS[name], document],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
        env=os.environ | _QUIET,
    )


@pytest.mark.parametrize("name", _LINTERS)
def test_a_linter_finds_nothing(name: str) -> None:
    done = lint(name, DOCUMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout


def _without_a_security(document: dict[str, Any]) -> None:
    del document["paths"]["/v1/models"]["get"]["security"]


def _with_an_example_that_is_none(document: dict[str, Any]) -> None:
    document["paths"]["/v1/jobs"]["get"]["parameters"][0]["example"] = "many"


@pytest.mark.parametrize(
    ("name", "break_it"), [("redocly", _without_a_security), ("spectral", _with_an_example_that_is_none)]
)
def test_a_linter_would_find_it(name: str, break_it: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    document = json.loads(DOCUMENT.read_text())
    break_it(document)
    broken = tmp_path / "openapi.json"
    broken.write_text(json.dumps(document))
    assert lint(name, broken).returncode != 0
