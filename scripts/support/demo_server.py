"""`scripts/demo --serve`: a local chain, a platform, a funded wallet, the index, the account API, page and gateway."""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from job_escrow import Escrow, platform_address
from job_escrow.output_files import output_file
from job_escrow.presets import load_preset_file
from job_escrow.testing.faucet import fund
from solders.keypair import Keypair

from support.places import REPOSITORY
from support.steps import StepFailed, say
from support.validator_process import ends_with_its_parent

_USDC = 25_000_000
_CREDITS = 1_000
_STOP_SECONDS = 20
_LOOK_SECONDS = 0.5
_LINES_SHOWN = 5
_COMMAND = str(Path(sys.executable).with_name("job-escrow"))

ENV_FILE = "demo.env"
"""What the demo writes into the current folder, for other terminals to `source`."""

_MODELS = {"lite-3b": "lite", "standard-8b": "standard", "pro-27b": "pro", "max-70b": "max"}
"""Each is the example model, at the price of its tier."""


@dataclass
class _Server:
    """A process that ends with this one; `address` is what its first line ends in."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    address: str = ""

    def why(self) -> str:
        """The end of what it said on standard error."""
        return "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-_LINES_SHOWN:])


def serve(port: int, gateway_port: int) -> int:
    """Run everything until Ctrl-C; prints one JSON object once it can be asked. Raises StepFailed."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="job-escrow-demo-")))
        servers: list[_Server] = []

        def started(name: str, command: list[str], environment: Mapping[str, str] | None = None) -> str:
            server = _started(stack, folder, name, command, environment or {})
            servers.append(server)
            return server.address

        made = _made(folder, started, port, gateway_port)
        stack.callback(_remove, Path(ENV_FILE), made["env"])
        _tell(made)
        print(json.dumps({name: value for name, value in made.items() if name != "env"}), flush=True)
        while not stopped.wait(_LOOK_SECONDS):
            for server in servers:
                if server.process.poll() is not None:
                    raise StepFailed(f"{server.name} has ended:\n{server.why()}")
    return 0


def _made(folder: Path, started: Callable[..., str], port: int, gateway_port: int) -> dict[str, str]:
    """Start everything; gives where it is and what it is reached with."""
    chain = started("the chain", [_COMMAND, "localnet", "--rpc-port", "0"])
    keys = {name: Keypair() for name in ("admin", "operator", "wallet")}
    for name, keypair in keys.items():
        with output_file(folder / f"{name}.json", private=True, new=True) as file:
            file.write(keypair.to_json().encode())
    preset = folder / "models.toml"
    preset.write_text(_preset_text())
    platform = _set_up(chain, keys, preset)
    where = ["--url", chain, "--platform", platform]
    api = started(
        "the account API",
        [
            *(_COMMAND, "serve", *where, "--preset", str(preset), "--port", str(port), "--page"),
            *("--database", str(folder / "index.sqlite"), "--operator", str(folder / "operator.json")),
        ],
    )
    key = _api_key(folder / "wallet.json", api, where, "demo")
    operator_key = _api_key(folder / "operator.json", api, where, "gateway", "--scope", "operator")
    gateway = started(
        "the gateway",
        [sys.executable, "-m", "support.demo_gateway", str(gateway_port)],
        {
            "JOB_ESCROW_API": api,
            "JOB_ESCROW_OPERATOR_KEY": operator_key,
            "PYTHONPATH": str(REPOSITORY / "scripts"),
        },
    )
    exported = {
        "JOB_ESCROW_URL": chain,
        "JOB_ESCROW_PLATFORM": platform,
        "ANCHOR_WALLET": str(folder / "wallet.json"),
        "JOB_ESCROW_API": api,
        "JOB_ESCROW_KEY": key,
        "OPENAI_BASE_URL": gateway,
        "OPENAI_API_KEY": key,
        "DEMO": str(folder),
    }
    env = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in exported.items())
    with output_file(Path(ENV_FILE), private=True) as file:
        file.write(env.encode())
    return {
        "page": f"{api.removesuffix('/v1')}/",
        "api": api,
        "gateway": gateway,
        "key": key,
        "chain": chain,
        "platform": platform,
        "env": env,
    }


def _tell(made: Mapping[str, str]) -> None:
    body = json.dumps({"model": next(iter(_MODELS)), "messages": [{"role": "user", "content": "Hello"}]})
    say(f"chain     {made['chain']}")
    say(f"API       {made['api']}   its reference: {made['api']}/docs")
    say(f"gateway   {made['gateway']}   models: {', '.join(_MODELS)}")
    say(f"page      {made['page']}   experimental; funds for a wallet in your browser:")
    say(f"          job-escrow airdrop 2 ADDRESS --usdc 25.00 --url {made['chain']}")
    say(f"API key   {made['key']}   of a wallet with {_CREDITS:,} credits")
    say("")
    say("try a completion, and see what it cost:")
    say(f"  curl {made['gateway']}/chat/completions -H 'Authorization: Bearer {made['key']}' \\")
    say(f"    -H 'Content-Type: application/json' -d '{body}'")
    say("")
    say(f"in another terminal, `source {ENV_FILE}` points job-escrow at all of this: job-escrow balance")
    say("Ctrl-C ends everything and deletes its keys and data")


def _preset_text() -> str:
    """The preset `decentral` with a model for each tier."""
    text = (REPOSITORY / "client" / "job_escrow" / "presets" / "decentral.toml").read_text()
    return text + "".join(f'\n[[models]]\nid = "{name}"\ntier = "{tier}"\n' for name, tier in _MODELS.items())


def _set_up(chain: str, keys: Mapping[str, Keypair], file: Path) -> str:
    with Escrow.connect(chain) as escrow:
        for key in keys.values():
            fund(escrow.chain, key.pubkey(), usdc=_USDC)
        preset = load_preset_file(file)
        admin = keys["admin"]
        terms = preset.platform_terms(operator=keys["operator"].pubkey(), treasury_owner=admin.pubkey())
        escrow.create_platform(admin, terms)
        platform = platform_address(admin.pubkey(), preset.name)
        escrow.wallet(keys["wallet"], platform).open(preset.suggested_limits, buy=_CREDITS)
        return str(platform)


def _api_key(keypair: Path, api: str, where: list[str], name: str, *more: str) -> str:
    command = [_COMMAND, "keys", "create", name, "--api", api, "--keypair", str(keypair), *where, *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepFailed(f"no API key could be made:\n{done.stderr.strip()}")
    return done.stdout.strip()


def _started(stack: ExitStack, folder: Path, name: str, command: list[str], environment: Mapping[str, str]) -> _Server:
    """Start a server. Raises StepFailed with what it said where it ends at once."""
    log = folder / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*ends_with_its_parent(), *command],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=os.environ | environment,
            # A Ctrl-C at the terminal reaches this process only, which ends the others in order.
            start_new_session=True,
        )
    stack.callback(_stop, process)
    server = _Server(name, process, log)
    assert process.stdout is not None
    line = process.stdout.readline().decode().split()
    if not line:
        process.wait(timeout=_STOP_SECONDS)
        raise StepFailed(f"{name} did not start:\n{server.why()}")
    server.address = line[-1]
    return server


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=_STOP_SECONDS)
    if process.stdout is not None:
        process.stdout.close()


def _remove(file: Path, text: str) -> None:
    """Remove the file, unless another demo has written it since."""
    if file.is_file() and file.read_text() == text:
        file.unlink()
