"""What deploy/ gives: proxies that keep clients apart and hold nothing up, and units that start what they say."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import httpx2
import pytest
from api_harness.deployment import API_NAME, DEPLOY, GATEWAY_NAME, Front, environment_file, exec_start
from api_harness.people import new_customer
from api_harness.server import free_port, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from solders.keypair import Keypair
from support.operations import operations_are_required, operations_problem
from support.validator_process import ends_with_its_parent

_COMMAND = Path(sys.executable).with_name("job-escrow")
_FAILURES = 3
_EXPOSURE = "25"
"""Of systemd's own tenths, 0 being the safest: what a service of its kind can do without."""
_MODEL = '\n[[models]]\nid = "llama"\ntier = "max"\n'
UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest, stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """A proxy before a server with a page."""
    problem = operations_problem()
    if problem is not None and not operations_are_required():
        pytest.skip(problem)
    planned = Front.plan(request.param, tmp_path_factory.mktemp(request.param))
    port, failures = ("--port", str(planned.behind)), ("--lockout-failures", str(_FAILURES))
    options = ("--page", "--trust-proxy", "--public-url", planned.public_url, *port, *failures)
    with (
        serving(planned.folder, chain=localnet_url, platform=stage.platform, options=options),
        planned.running(),
    ):
        yield planned


def test_clients_come_by_tls_alone(front: Front) -> None:
    with front.client() as http:
        answer = http.get("/platform")
        assert (answer.status_code, answer.headers["strict-transport-security"]) == (200, "max-age=31536000")
        assert answer.json()["url"].startswith(front.public_url)
    plain = httpx2.get(f"http://127.0.0.1:{front.http}/v1/platform", headers={"Host": API_NAME}, follow_redirects=False)
    assert (plain.status_code, plain.headers["location"][:8]) == (308, "https://")


def test_the_address_of_a_client_is_not_what_it_writes(front: Front) -> None:
    """Else wrong keys could be tried without end."""
    with front.client() as http:
        answers = [
            http.get(
                "/account", headers={"Authorization": f"Bearer je_{'0' * 16}_x", "X-Forwarded-For": f"198.51.100.{at}"}
            )
            for at in range(_FAILURES + 1)
        ]
    assert [answer.status_code for answer in answers] == [401] * _FAILURES + [429]


def test_what_is_too_large_goes_no_further(front: Front) -> None:
    with front.client() as http:
        assert http.post("/keys/challenges", content=b" " * 70_000).status_code == 413


@pytest.mark.parametrize("host", [API_NAME, GATEWAY_NAME])
def test_a_stream_is_not_held_back(front: Front, stage: Stage, host: str) -> None:
    """The balance of a wallet that has signed in comes as it changes, and a gateway's tokens one by one."""
    wallet = new_customer(stage, 300)
    keypair = wallet.side.signer
    assert isinstance(keypair, Keypair)
    with front.client() as http:
        terms = {"wallet": str(keypair.pubkey())}
        page = {"Origin": front.public_url}
        made = http.post("/web/challenges", json=terms, headers=page).json()
        assert made["message"].startswith(f"{API_NAME}:{front.tls} wants you to sign in")
        proof = {"nonce": made["nonce"], "issued_at": made["issued_at"]}
        proof["signature"] = str(keypair.sign_message(made["message"].encode()))
        entered = http.post("/web/session", json=terms | proof, headers=page)
        assert entered.status_code == 201, entered.text
        cookie = entered.headers["set-cookie"].split(";")[0]
    with (
        front.client(host) as http,
        http.stream("GET", "/web/balance", headers=page | {"Cookie": cookie}) as stream,
    ):
        assert stream.status_code == 200, stream.read()
        told = (json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line.startswith("data: {"))
        assert next(told)["credits_remaining"] == 300
        wallet.purchase(100)
        assert next(told)["credits_remaining"] == 400


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_a_unit_and_finds_it_closed_enough(unit: str, tmp_path: Path) -> None:
    text = (DEPLOY / "systemd" / unit).read_text()
    copy = tmp_path / unit
    copy.write_text(text.replace("/opt/job-escrow/bin/job-escrow", str(_COMMAND)))
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    security = ["systemd-analyze", "security", "--offline=true", f"--threshold={_EXPOSURE}", "--no-pager", str(copy)]
    found = subprocess.run(security, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


@pytest.fixture
def machine(tmp_path: Path, stage: Stage, localnet_url: str) -> dict[str, str]:
    """The environment that systemd gives to the units, with a machine's own folders and keys."""
    credentials, state = tmp_path / "credentials", tmp_path / "state"
    for folder in (credentials, state):
        folder.mkdir(mode=0o700)
    (credentials / "operator.json").write_text(stage.cast.operator.to_json())
    (credentials / "keeper.json").write_text(Keypair().to_json())
    (credentials / "operator-api-key").write_text(f"je_{'0' * 16}_{'x' * 43}\n")
    models = tmp_path / "models.toml"
    models.write_text(files("job_escrow.presets").joinpath("decentral.toml").read_text() + _MODEL)
    return environment_file() | {
        "CREDENTIALS_DIRECTORY": str(credentials),
        "STATE_DIRECTORY": str(state),
        "JOB_ESCROW_URL": localnet_url,
        "JOB_ESCROW_PLATFORM": str(stage.platform),
        "JOB_ESCROW_PRESET": str(models),
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    }


@contextmanager
def started(unit: str, machine: dict[str, str], *more: str, says: str = "") -> Iterator[str]:
    """A unit's process with its environment and without a right of root's, which ends well.

    Gives the first line of its journal that says something, when it is there.
    """
    rights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"] if os.geteuid() == 0 else []
    command = [*ends_with_its_parent(), *rights, *exec_start(unit, machine, _COMMAND), *more]
    with subprocess.Popen(
        command, env=machine, cwd="/", umask=0o077, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield next((line for line in process.stdout if says in line), "")
        finally:
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, rest


def test_the_servers_unit_and_that_of_its_backup(machine: dict[str, str]) -> None:
    port = free_port()
    options = ("--port", str(port), "--metrics-port", str(free_port()))
    with started("job-escrow-serve.service", machine, *options, says="API http") as line:
        assert str(port) in line
        answer = httpx2.get(f"http://127.0.0.1:{port}/v1/platform", timeout=PATIENCE_SECONDS)
        assert answer.json()["url"].startswith(machine["JOB_ESCROW_PUBLIC_URL"])
        assert (
            httpx2.get(f"http://127.0.0.1:{port}/v1/models", timeout=PATIENCE_SECONDS).json()["data"][0]["id"]
            == "llama"
        )
        backup = exec_start("job-escrow-backup.service", machine, _COMMAND)
        subprocess.run(backup, env=machine, cwd="/", umask=0o077, check=True, capture_output=True)
    files = {path.name: path.stat().st_mode & 0o777 for path in Path(machine["STATE_DIRECTORY"]).iterdir()}
    assert files.keys() >= {"job-escrow.sqlite", "backup.sqlite"}
    assert set(files.values()) == {0o600}


def test_what_prometheus_asks_is_what_the_server_serves() -> None:
    (port,) = re.findall(r"--metrics-port (\d+)", (DEPLOY / "systemd" / "job-escrow-serve.service").read_text())
    asked = (DEPLOY.parent / "docs" / "monitoring" / "prometheus.yml").read_text()
    assert f'targets: ["127.0.0.1:{port}"]' in asked


def test_the_gateways_unit(machine: dict[str, str]) -> None:
    port = free_port()
    with started("job-escrow-gateway.service", machine, "--port", str(port)) as line:
        assert str(port) in line


def test_the_keepers_unit(machine: dict[str, str]) -> None:
    with started("job-escrow-keeper.service", machine, "--interval", "1s") as line:
        assert line
