"""Links that a wallet opens: a Solana Pay transaction request with amount and destination in it."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from job_escrow.addresses import credit_address, text_of
from job_escrow.codec import PackExpected, Platform
from job_escrow.packs import pack_text
from job_escrow.solana_pay import exact_amount, transfer_request
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow_api.settings import ApiSettings

PURCHASE_PATH = "/v1/pay/purchase"


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What a link asks for: `what` for a wallet's account, so many credits or a pack.

    `reference` is a key that finds its transaction.
    """

    platform: Platform
    wallet: Pubkey
    namespace: bytes
    what: int | PackExpected
    reference: Pubkey

    @property
    def credits(self) -> int:
        """Credits that are paid for."""
        return self.what if isinstance(self.what, int) else self.what.credits

    @property
    def bonus_credits(self) -> int:
        """Credits that a pack gives on top."""
        return 0 if isinstance(self.what, int) else self.what.bonus_credits

    @property
    def base_units(self) -> int:
        """What is paid, in base units of the mint."""
        return self.credits * self.platform.base_units_per_credit

    @property
    def amount(self) -> str:
        """What is paid, in the mint's own unit: exact, and without zeros at the end, as Solana Pay writes it."""
        return exact_amount(self.base_units, self.platform.decimals)

    def says(self, settings: ApiSettings) -> str:
        """What is bought for what, in words: 12,500 + 2,500 bonus credits for 5.000 KWD."""
        price = settings.currency(self.platform).text(self.base_units)
        return f"{pack_text(self.credits, self.bonus_credits)} for {price}"

    def recipient(self, settings: ApiSettings) -> Pubkey:
        """The credit account that the tokens go to."""
        return credit_address(settings.platform, self.wallet, self.namespace, settings.program_id)

    def query(self, settings: ApiSettings) -> str:
        """The link's parameters."""
        pack = {} if isinstance(self.what, int) else {"pack": self.what.index, "bonus_credits": self.bonus_credits}
        return urlencode(
            {
                "recipient": self.recipient(settings),
                "amount": self.amount,
                "credits": self.credits,
                **pack,
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

    def transfer_request(self, settings: ApiSettings, mint: Pubkey, label: str) -> str | None:
        """The link of a plain transfer to the account, which asks no server; None where it would lose a bonus.

        It has not the purchase's reference: no purchase comes of it, so that who looks for one would wait for ever.
        """
        if self.bonus_credits:
            return None
        return transfer_request(self.recipient(settings), self.amount, mint, None, label)


def new_reference() -> Pubkey:
    """A key that nothing else on the chain carries; nobody keeps its secret."""
    return Keypair().pubkey()
