"""Who visits the page."""

from dataclasses import dataclass

from api_harness.people import new_customer
from escrow_harness.stage import Stage
from job_escrow import Wallet, token_address
from job_escrow.chain.requests import GetAccounts
from job_escrow.tokens import USDC_MINT, token_amount
from solders.keypair import Keypair


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
