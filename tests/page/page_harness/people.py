"""Who visits the page."""

import base64
from dataclasses import dataclass
from urllib.parse import unquote

import httpx2
from api_harness.people import new_customer
from api_harness.server import Server
from escrow_harness.stage import Stage
from job_escrow import Wallet, token_address
from job_escrow.chain.requests import GetAccounts, Send
from job_escrow.tokens import USDC_MINT, token_amount
from solders.keypair import Keypair
from solders.transaction import Transaction, VersionedTransaction


@dataclass(frozen=True)
class Customers:
    """Makes wallets on a stage, each with SOL and 100 USDC."""

    stage: Stage

    def new(self, credits: int = 0) -> tuple[Keypair, Wallet]:
        """A wallet's key, and the wallet with so many credits; without any its account is not open."""
        wallet = new_customer(self.stage, credits)
        keypair = wallet.side.signer
        assert isinstance(keypair, Keypair)
        return keypair, wallet

    def usdc(self, keypair: Keypair) -> int:
        """Base units in the wallet itself."""
        (found,) = self.stage.escrow.chain.answer(GetAccounts([token_address(keypair.pubkey(), USDC_MINT)]))
        return token_amount(found)


def page_of(server: Server) -> str:
    """Where the page is, without a slash at its end."""
    return server.url.removesuffix("/v1")


def pay_link(stage: Stage, server: Server, link: str, keypair: Keypair) -> None:
    """What a phone's wallet does with a Solana Pay link: ask for its transaction, sign it, send it."""
    asked = unquote(link.removeprefix("solana:"))
    assert asked.startswith(server.url)
    made = httpx2.post(asked, json={"account": str(keypair.pubkey())}).json()
    unsigned = Transaction.from_bytes(base64.b64decode(made["transaction"]))
    signed = Transaction([keypair], unsigned.message, unsigned.message.recent_blockhash)
    stage.escrow.chain.answer(Send(VersionedTransaction.from_legacy(signed)))
