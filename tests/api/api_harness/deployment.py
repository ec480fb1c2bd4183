"""The files of deploy/ as they are, but for names, ports and paths, which are the test's own."""

import os
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from escrow_harness.patience import PATIENCE_SECONDS
from support.operations import program
from support.places import REPOSITORY
from support.validator_process import ends_with_its_parent

from api_harness.server import free_port

DEPLOY = REPOSITORY / "deploy"
API_NAME, GATEWAY_NAME = "credits.example", "inference.example"


@dataclass(frozen=True, kw_only=True)
class Front:
    """A proxy that is to run: its own ports, and that of what is behind it."""

    name: str
    folder: Path
    http: int
    tls: int
    behind: int

    @classmethod
    def plan(cls, name: str, folder: Path) -> "Front":
        """One on free ports; the server behind it is started on its own."""
        return cls(name=name, folder=folder, http=free_port(), tls=free_port(), behind=free_port())

    @property
    def public_url(self) -> str:
        """What the server is told of how its clients reach it."""
        return f"https://{API_NAME}:{self.tls}"

    @contextmanager
    def client(self, host: str = API_NAME) -> Iterator[httpx2.Client]:
        """Who asks for a host; its certificate is nobody's."""
        with httpx2.Client(
            base_url=f"https://127.0.0.1:{self.tls}/v1",
            headers={"Host": f"{host}:{self.tls}"},
            # A certificate that the test has made.
            verify=False,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            event_hooks={"request": [lambda request: request.extensions.update(sni_hostname=host)]},
        ) as http:
            yield http

    @contextmanager
    def running(self) -> Iterator[None]:
        """The proxy for the length of a block."""
        command = self._nginx() if self.name == "nginx" else self._caddy()
        environment = os.environ | {"XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        log = self.folder / f"{self.name}.log"
        with (
            log.open("w") as output,
            subprocess.Popen(
                [*ends_with_its_parent(), *command], stdout=output, stderr=output, env=environment
            ) as process,
        ):
            try:
                self._await(process, log)
                yield
            finally:
                process.terminate()
                process.wait(timeout=PATIENCE_SECONDS)

    def _await(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert process.poll() is None, log.read_text()
            try:
                with self.client() as http:
                    http.get("/health/live")
            except httpx2.TransportError:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            else:
                return

    def _nginx(self) -> list[str]:
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={API_NAME}",
             "-keyout", str(key), "-out", str(certificate)],
            check=True,
            capture_output=True,
        )  # fmt: skip
        served = _changed(
            DEPLOY / "nginx.conf",
            {
                "listen 80;": f"listen 127.0.0.1:{self.http};",
                "listen 443 ": f"listen 127.0.0.1:{self.tls} ",
                "/etc/ssl/job-escrow/fullchain.pem": str(certificate),
                "/etc/ssl/job-escrow/privkey.pem": str(key),
                "127.0.0.1:8080": f"127.0.0.1:{self.behind}",
                "127.0.0.1:8081": f"127.0.0.1:{self.behind}",
            },
        )
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # What nginx.conf has around the files of conf.d.
        around = f"daemon off; pid {self.folder}/pid; error_log stderr; events {{}}\n"
        whole = self.folder / "nginx.conf"
        whole.write_text(f"{around}http {{\naccess_log off;\n{temporary}{served}\n}}\n")
        return [str(program("nginx")), "-p", str(self.folder), "-e", "stderr", "-c", str(whole)]

    def _caddy(self) -> list[str]:
        ports = f"\thttp_port {self.http}\n\thttps_port {self.tls}\n\tdefault_bind 127.0.0.1\n"
        served = _changed(
            DEPLOY / "Caddyfile",
            {
                f"\n{API_NAME} {{": f"\n{API_NAME}:{self.tls} {{",
                f"\n{GATEWAY_NAME} {{": f"\n{GATEWAY_NAME}:{self.tls} {{",
                "127.0.0.1:8080": f"127.0.0.1:{self.behind}",
                "127.0.0.1:8081": f"127.0.0.1:{self.behind}",
                # Certificates of its own: nobody gives any for these names.
                "\tgrace_period 10s\n": f"\tgrace_period 1s\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n{ports}",
            },
        )
        whole = self.folder / "Caddyfile"
        whole.write_text(served)
        return [str(program("caddy")), "run", "--adapter", "caddyfile", "--config", str(whole)]


def exec_start(unit: str, environment: Mapping[str, str], program: Path) -> list[str]:
    """What a unit of systemd starts, with its variables put in, and the command from elsewhere."""
    lines = (DEPLOY / "systemd" / unit).read_text().replace("\\\n", " ").splitlines()
    (line,) = [each.removeprefix("ExecStart=") for each in lines if each.startswith("ExecStart=")]
    command = shlex.split(line)
    assert command[0] == "/opt/job-escrow/bin/job-escrow"
    for name, value in environment.items():
        command = [part.replace(f"${{{name}}}", value) for part in command]
    assert not any("$" in part for part in command), command
    return [str(program), *command[1:]]


def environment_file() -> dict[str, str]:
    """The variables that the units' file has."""
    lines = (DEPLOY / "systemd" / "job-escrow.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _changed(file: Path, changes: Mapping[str, str]) -> str:
    text = file.read_text()
    for before, after in changes.items():
        assert before in text, f"{file} has no {before!r} any more"
        text = text.replace(before, after)
    return text
