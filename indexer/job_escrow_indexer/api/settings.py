"""What an operator of the API chooses."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from job_escrow.addresses import credit_address
from job_escrow.codec import PROGRAM_ID
from job_escrow.presets.terms import Preset
from job_escrow.signing import Signer
from solders.pubkey import Pubkey

from job_escrow_indexer.api.webhooks.schedule import RETRY_SECONDS


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """The settings of one server: it serves one platform, whose operator runs it.

    `public_url` is how clients reach it: wallets see its host in what they sign. `operator` signs jobs; without it the
    server only reads. `preset` names the models, and what a new wallet lets the operator lock. Times are seconds,
    `max_body` bytes, which must come within `body_seconds`; the rates are a minute's: requests of a key, requests of an
    address without one, and webhooks that an account makes, tests and replays. `trust_proxy` takes a client's address
    from the last X-Forwarded-For of a proxy; `private_webhooks` lets webhooks go to private addresses; a delivery that
    has ended is kept for `delivery_days`; `max_wait` is for how long `?min_slot=` waits.
    """

    database: Path
    rpc_url: str
    platform: Pubkey
    public_url: str
    chain_id: str = "localnet"
    program_id: Pubkey = PROGRAM_ID
    operator: Signer | None = None
    preset: Preset | None = None
    allowed_origins: tuple[str, ...] = ("*",)
    trust_proxy: bool = False
    private_webhooks: bool = False
    webhook_retries: tuple[int, ...] = RETRY_SECONDS
    webhook_rate: int = 30
    delivery_days: int = 30
    max_body: int = 64 * 1024
    body_seconds: float = 30
    key_rate: int = 1_200
    address_rate: int = 300
    lockout_failures: int = 10
    lockout_seconds: float = 60
    challenge_seconds: int = 300
    max_wait: float = 10

    @property
    def domain(self) -> str:
        """The host, with its port, that wallets see."""
        return urlsplit(self.public_url).netloc

    def credit_account(self, wallet: Pubkey, namespace: bytes) -> Pubkey:
        """A wallet's credit account on this platform."""
        return credit_address(self.platform, wallet, namespace, self.program_id)
