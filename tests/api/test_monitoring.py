"""The files for Prometheus and Grafana in docs/monitoring: what they ask for is there, and the rules do as they say."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from api_harness.server import free_port, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from support.operations import operations_are_required, operations_problem, program
from support.validator_process import ends_with_its_parent

_FOLDER = Path(__file__).parents[2] / "docs" / "monitoring"
_NAME = re.compile(r"job_escrow_\w+")
_COMPARED = re.compile(r"\s(?:==|<|>)\s\d+$")
_PROBLEM = operations_problem()
needs_prometheus = pytest.mark.skipif(_PROBLEM is not None and not operations_are_required(), reason=str(_PROBLEM))


def _rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((_FOLDER / "alerts.yml").read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def _expressions() -> list[str]:
    """What the rules compare, without the comparison, and what the dashboard shows."""
    dashboard = json.loads((_FOLDER / "dashboard.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return [_COMPARED.sub("", each["expr"]) for each in _rules()] + shown


@pytest.fixture
def metrics_port(stage: Stage, localnet_url: str, tmp_path: Path) -> Iterator[int]:
    """The port of a server's metrics, whose index has begun."""
    port = free_port()
    options = ("--metrics-port", str(port))
    operator = stage.cast.operator
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, operator=operator, options=options):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "job_escrow_api_index_slots_behind" not in httpx2.get(f"http://127.0.0.1:{port}/metrics").text:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield port


def test_every_rule_says_what_to_do() -> None:
    for rule in _rules():
        assert _COMPARED.search(rule["expr"]), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "action"}, rule["alert"]


def test_what_they_ask_for_is_there(metrics_port: int) -> None:
    scraped = httpx2.get(f"http://127.0.0.1:{metrics_port}/metrics").text
    there = set(re.findall(r"^(job_escrow_\w+)", scraped, re.MULTILINE))
    asked = {name for text in _expressions() for name in _NAME.findall(text)}
    assert len(asked) > 10
    assert asked <= there
    named = set(_NAME.findall((_FOLDER.parent / "monitoring.md").read_text()))
    assert {name for name in named if name != "job_escrow_index"} <= there


@needs_prometheus
@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "alerts.yml"), ("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")],
)
def test_promtool_finds_nothing(arguments: tuple[str, ...]) -> None:
    done = subprocess.run([program("promtool"), *arguments], cwd=_FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_prometheus
def test_every_expression_has_data(metrics_port: int, tmp_path: Path) -> None:
    config = (_FOLDER / "prometheus.yml").read_text().replace("9100", str(metrics_port)).replace("15s", "1s")
    (tmp_path / "prometheus.yml").write_text(config)
    shutil.copy(_FOLDER / "alerts.yml", tmp_path)
    port = free_port()
    command = [
        *(*ends_with_its_parent(), str(program("prometheus")), "--config.file", str(tmp_path / "prometheus.yml")),
        *("--storage.tsdb.path", str(tmp_path / "data"), "--web.listen-address", f"127.0.0.1:{port}"),
    ]
    log = tmp_path / "prometheus.log"
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            for expression in _expressions():
                while not _has_data(port, expression):
                    assert time.monotonic() < deadline, f"{expression} has no data\n{log.read_text()}"
                    time.sleep(0.2)
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def _has_data(port: int, expression: str) -> bool:
    try:
        answer = httpx2.get(f"http://127.0.0.1:{port}/api/v1/query", params={"query": expression})
    except httpx2.TransportError:
        return False
    return answer.status_code == 200 and bool(answer.json()["data"]["result"])
