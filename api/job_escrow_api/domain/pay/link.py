"""Links that a wallet opens: a Solana Pay transaction request with amount and destination in it."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from job_escrow.addresses import credit_address, text_of
from job_escrow.amounts import Usdc
from job_escrow.solana_pay import transfer_request
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow_api.settings import ApiSettings

PURCHASE_PATH = "/v1/pay/purchase"


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What a link asks for: `credits` for a wallet's account; `reference` is a key that finds its transaction."""

    wallet: Pubkey
    namespace: bytes
    credits: int
    base_units_per_credit: int
    reference: Pubkey

    @property
    def base_units(self) -> int:
        """What is paid, in base units of the mint."""
        return self.credits * self.base_units_per_credit

    @property
    def amount(self) -> str:
        """What is paid, in tokens: exact, and without zeros at the end."""
        text = f"{Usdc(self.base_units).dollars:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def recipient(self, settings: ApiSettings) -> Pubkey:
        """The credit account that the tokens go to."""
        return credit_address(settings.platform, self.wallet, self.namespace, settings.program_id)

    def query(self, settings: ApiSettings) -> str:
        """The link's parameters."""
        return urlencode(
            {
                "recipient": self.recipient(settings),
                "amount": self.amount,
                "credits": self.credits,
                "wallet": self.wallet,
                **({"namespace": text_of(self.namespace)} if any(self.namespace) else {}),
                "reference": self.reference,
            }
        )

    def url(self, settings: ApiSettings) -> str:
        """Where a wallet asks for the transaction."""
        return f"{settings.public_url}{PURCHASE_PATH}?{self.query(settings)}"

    def solana_pay(self, settings: ApiSettings) -> str:
        """The link that a wallet opens, or scans."""
        return f"solana:{quote(self.url(settings), safe='')}"

    def transfer_request(self, settings: ApiSettings, mint: Pubkey, label: str) -> str:
        """The link of a plain transfer to the account, which asks no server."""
        return transfer_request(self.recipient(settings), self.amount, mint, self.reference, label)


def new_reference() -> Pubkey:
    """A key that nothing else on the chain carries; nobody keeps its secret."""
    return Keypair().pubkey()
