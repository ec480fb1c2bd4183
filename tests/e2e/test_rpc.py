"""The JSON-RPC adapter: what it asks of a real node, and what it says of a server that is none."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from escrow_harness.stage import LIMITS, Stage, set_stage
from job_escrow import ChainError, Escrow
from job_escrow.chain.requests import (
    GetAccounts,
    GetBlockHeight,
    GetLatestBlockhash,
    GetProgramAccounts,
    GetRent,
    GetSignatureStatus,
    GetTransaction,
    GetUnixTime,
    Request,
)
from job_escrow.chain.rpc import RpcChain
from job_escrow.codec import PROGRAM_ID, CreditAccount
from job_escrow.patience import FOR_ANSWERS, Backoff
from job_escrow.tokens import USDC_MINT
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

_UNKNOWN = Signature.default()
_IMPATIENT = replace(FOR_ANSWERS, backoff=Backoff(first_seconds=0.001, longest_seconds=0.01))


@pytest.fixture(scope="module")
def stage(validator_url: str) -> Iterator[Stage]:
    with Escrow.connect(validator_url) as escrow:
        stage = set_stage(escrow)
        escrow.create_platform(stage.cast.admin, stage.terms)
        stage.alice.open(LIMITS, buy=100)
        yield stage


@pytest.mark.validator
def test_accounts_are_found_by_size_and_content(stage: Stage) -> None:
    wallet = stage.cast.alice.pubkey()
    discriminator = (0, CreditAccount.DISCRIMINATOR)
    request = GetProgramAccounts(PROGRAM_ID, CreditAccount.SIZE, (discriminator, (48, bytes(wallet))))
    ((address, info),) = stage.escrow.chain.answer(request)
    assert address == stage.alice.address
    assert CreditAccount.decode(info.data).wallet == wallet
    assert stage.escrow.chain.answer(GetProgramAccounts(PROGRAM_ID, 1, (discriminator,))) == []


@pytest.mark.validator
def test_accounts_come_in_order_with_gaps(stage: Stage) -> None:
    found = stage.escrow.chain.answer(GetAccounts([Pubkey.new_unique(), USDC_MINT, PROGRAM_ID]))
    assert [None if info is None else info.executable for info in found] == [None, False, True]


@pytest.mark.validator
def test_transactions_are_found_by_signature(stage: Stage) -> None:
    receipt = stage.alice.purchase(100)
    chain = stage.escrow.chain
    found = chain.answer(GetTransaction(receipt.signature))
    assert found is not None
    assert (found.slot, found.fee, found.error) == (receipt.slot, receipt.fee, None)
    assert found.transaction.signatures[0] == receipt.signature
    # The purchase is the second instruction; it calls the Token program and itself.
    assert [len(group) for group in found.inner] == [0, 2]
    for history in (False, True):
        status = chain.answer(GetSignatureStatus(receipt.signature, history=history))
        assert status is not None
        assert (status.slot, status.error) == (receipt.slot, None)
        assert status.commitment in ("confirmed", "finalized")


@pytest.mark.validator
def test_unknown_signatures_are_none(stage: Stage) -> None:
    chain = stage.escrow.chain
    unknown = Keypair().sign_message(b"never sent")
    assert chain.answer(GetTransaction(unknown)) is None
    for history in (False, True):
        assert chain.answer(GetSignatureStatus(unknown, history=history)) is None


@pytest.mark.validator
def test_heights_rent_and_time(stage: Stage) -> None:
    chain = stage.escrow.chain
    blockhash = chain.answer(GetLatestBlockhash())
    height = chain.answer(GetBlockHeight())
    assert height <= blockhash.last_valid_block_height <= height + 150
    assert chain.answer(GetRent(0)) == 890_880
    assert chain.answer(GetUnixTime()) > 1_700_000_000


@pytest.mark.validator
def test_refusals_of_the_node_say_which_node(stage: Stage, validator_url: str) -> None:
    with pytest.raises(ChainError, match=f"{validator_url} refused: Too many inputs"):
        stage.escrow.chain.answer(GetAccounts([USDC_MINT] * 101))


def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with RpcChain(url) as chain, pytest.raises(ChainError, match=f"{url} did not answer.*check --url"):
            chain.answer(GetBlockHeight())


class _Stranger(BaseHTTPRequestHandler):
    """A web server that answers every request with the same body."""

    body: ClassVar[bytes]
    status: ClassVar[int]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>It works!</html>"),
        (200, b'{"jsonrpc":"2.0","id":0,"result":"soon"}'),
        (200, b"[]"),
        (200, b""),
        (404, b"not found"),
        (429, b"slow down"),
        (500, b'{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"Node is behind","data":{}}}'),
    ],
)
def test_not_a_node(status: int, body: bytes) -> None:
    handler = type("Stranger", (_Stranger,), {"status": status, "body": body})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        try:
            with RpcChain(url, patience=_IMPATIENT) as chain:
                requests: list[Request[Any]] = [GetBlockHeight(), GetLatestBlockhash(), GetTransaction(_UNKNOWN)]
                for request in requests:
                    with pytest.raises(ChainError, match=url):
                        chain.answer(request)
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("text", ["{base}/a-secret-key", "{base}/?api-key=a-secret-key"])
def test_messages_never_hold_the_key_of_a_url(text: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with RpcChain(text.format(base=base)) as chain, pytest.raises(ChainError) as caught:
            chain.answer(GetBlockHeight())
    assert str(caught.value).startswith(f"{base}/… did not answer")
    assert "secret" not in str(caught.value)
