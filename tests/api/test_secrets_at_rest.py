"""The database is a file that people open, copy and send: nothing in it lets who has it act as anybody."""

from base64 import b64decode
from pathlib import Path

from api_harness.people import new_customer, new_key
from api_harness.server import Server, serving
from escrow_harness.stage import Stage
from job_escrow_indexer.store.copies import webhook_key_file
from solders.keypair import Keypair
from test_web_sessions import sign_in

_NODE_SECRET = "a-nodes-api-key-4711"


def test_no_key_cookie_or_secret_is_in_the_database(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    wallet = new_customer(stage, 500)
    signer = wallet.side.signer
    assert isinstance(signer, Keypair)
    chain = f"{localnet_url}/?api-key={_NODE_SECRET}"
    options = ("--page",)
    with serving(
        tmp_path, chain=chain, platform=stage.platform, operator=stage.cast.operator, options=options
    ) as server:
        with server.http() as http:
            key = new_key(http, signer, scopes=["read", "manage"])
        with server.http(key) as http:
            hook = http.post("/webhooks", json={"url": "https://1.1.1.1/"})
            assert hook.status_code == 201, hook.text
        with server.http() as browser:
            assert sign_in(browser, signer).status_code == 201
            cookies = [value.rpartition("_")[2] for value in browser.cookies.values()]
        seen = _files(server)
    whole = b"".join(seen.values())
    secret = hook.json()["secret"]
    assert cookies
    assert key.split("_")[1].encode() in whole, "the key's id stands there, so that this reads the right files"
    hidden = {
        "API key": key.split("_")[2],
        "webhook": secret.removeprefix("whsec_"),
        "node": _NODE_SECRET,
        "operator": str(stage.cast.operator),
        **{f"cookie {place}": cookie for place, cookie in enumerate(cookies)},
    }
    assert [name for name, text in hidden.items() if text.encode() in whole] == []
    raw = {
        "webhook": b64decode(secret.removeprefix("whsec_")),
        "operator": bytes(stage.cast.operator)[:32],
        "webhook key": bytes.fromhex(webhook_key_file(tmp_path / "index.sqlite").read_text()),
    }
    assert [name for name, octets in raw.items() if octets in whole or octets.hex().encode() in whole] == []


def _files(server: Server) -> dict[str, bytes]:
    """The database as it is on the disk, with what is not yet in its main file."""
    folder = server.log.parent
    found = {path.name: path.read_bytes() for path in folder.glob("index.sqlite*") if "webhook-key" not in path.name}
    assert "index.sqlite" in found
    return found
