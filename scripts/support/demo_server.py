"""`scripts/demo --serve`: a local chain, a platform, a funded wallet, the index, the account API and its page."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from job_escrow import Escrow, platform_address
from job_escrow.presets import load_preset
from job_escrow.testing.faucet import fund
from solders.keypair import Keypair

from support.steps import say
from support.validator_process import ends_with_its_parent

_USDC = 25_000_000
_CREDITS = 1_000
_PORT = "8080"
_STOP_SECONDS = 20


def main(port: str = _PORT) -> int:
    """Run everything; prints one JSON object once it can be asked."""
    command = str(Path(sys.executable).with_name("job-escrow"))
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="job-escrow-demo-")))
        chain = _started(stack, [command, "localnet", "--rpc-port", "0"])
        say(f"chain {chain}")
        keys = {name: Keypair() for name in ("admin", "operator", "wallet")}
        for name, keypair in keys.items():
            (folder / f"{name}.json").touch(mode=0o600)
            (folder / f"{name}.json").write_text(keypair.to_json())
        platform = _set_up(chain, keys)
        options = ("--database", str(folder / "index.sqlite"), "--operator", str(folder / "operator.json"), "--page")
        served = [command, "serve", "--url", chain, "--platform", platform, "--preset", "decentral", "--port", port]
        api = _started(stack, [*served, *options])
        page = f"{api.removesuffix('/v1')}/"
        say(f"the page: {page}")
        say(f"for a wallet of your browser: job-escrow airdrop 2 ADDRESS --usdc 25.00 --url {chain}")
        whose = ("--keypair", str(folder / "wallet.json"), "--platform", platform)
        made = [command, "keys", "create", "demo", "--api", api, *whose]
        key = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
        say(f"try: curl -H 'Authorization: Bearer {key}' {api}/account")
        print(json.dumps({"page": page, "api": api, "key": key, "chain": chain, "platform": platform}), flush=True)
        say("Ctrl-C ends it")
        stopped.wait()
    return 0


def _set_up(chain: str, keys: dict[str, Keypair]) -> str:
    with Escrow.connect(chain) as escrow:
        for key in keys.values():
            fund(escrow.chain, key.pubkey(), usdc=_USDC)
        preset = load_preset("decentral")
        admin = keys["admin"]
        terms = preset.platform_terms(operator=keys["operator"].pubkey(), treasury_owner=admin.pubkey())
        escrow.create_platform(admin, terms)
        platform = platform_address(admin.pubkey(), preset.name)
        escrow.wallet(keys["wallet"], platform).open(preset.suggested_limits, buy=_CREDITS)
        return str(platform)


def _started(stack: ExitStack, command: list[str]) -> str:
    """Start a server that ends with this process; gives the address that its first line ends in."""
    process = subprocess.Popen([*ends_with_its_parent(), *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    stack.callback(_stop, process)
    assert process.stdout is not None
    line = process.stdout.readline().decode().split()
    if not line:
        raise SystemExit(f"{' '.join(command[:2])} did not start: run it by hand to see why")
    return line[-1]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=_STOP_SECONDS)
    if process.stdout is not None:
        process.stdout.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
