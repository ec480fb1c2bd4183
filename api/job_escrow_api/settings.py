"""What an operator of the API chooses."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from job_escrow.addresses import credit_address
from job_escrow.codec import PROGRAM_ID, Platform
from job_escrow.currency import Currency, currency_of
from job_escrow.patience import NEWER_SECONDS
from job_escrow.presets.preset import MintChoice, Preset
from job_escrow.signing import Signer
from job_escrow.transactions import POLL_SECONDS
from solders.pubkey import Pubkey

from job_escrow_api.domain.webhooks.schedule import RETRY_SECONDS

_ALERT_CREDITS = 100


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Seconds between what a server does by itself.

    `sweep` looks after open jobs, `chain` asks which chain the node is of, `platform` reads the platform again,
    `index` tries again where the indexer could not begin; `poll` and `newer` are those of a transaction that is to
    land, and of a node that is behind another.
    """

    sweep: float = 5.0
    chain: float = 5.0
    platform: float = 5.0
    index: float = 5.0
    poll: float = POLL_SECONDS
    newer: float = NEWER_SECONDS


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """The settings of one server: it serves one platform, whose operator runs it.

    `public_url` is how clients reach it: wallets see its host in what they sign. `operator` signs jobs; without it the
    server only reads. `preset` names the models, and what a new wallet lets the operator lock. Times are seconds,
    `max_body` bytes, which must come within `body_seconds`; the rates are a minute's: requests of a key, requests of an
    address without one, and webhooks that an account makes, tests and replays. Locks count for the customer's key, ends
    of a job for the job, each at `key_rate`. `trust_proxy` takes a client's address
    from the last X-Forwarded-For of a proxy; `private_webhooks` lets webhooks go to private addresses;
    `new_webhook_key` makes a key where that of their secrets is lost, which ends the webhooks of before; a delivery
    that has ended is kept for `delivery_days`; `max_wait` is for how long `?min_slot=` waits. The server is not ready
    where its operator's SOL pays for fewer than `ready_jobs`, or its index is more than `ready_slots` behind the chain.
    With `page` the server has its page at /, and browsers may sign in, each for `web_session_seconds`, `sign_in_rate`
    times a minute from one address, and as one wallet.

    A session locks `session_credits`, or what its first request needs if that is more, for `session_seconds`, each as
    far as wallet and platform allow. It is settled on chain when receipts of `session_settle_credits` wait for it, or
    one for `session_settle_seconds`; it ends after `session_idle_seconds` without a request, and at the latest
    `session_end_seconds` before its deadline, until when all of its requests are over.
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
    new_webhook_key: bool = False
    webhook_retries: tuple[int, ...] = RETRY_SECONDS
    webhook_rate: int = 30
    delivery_days: int = 30
    max_body: int = 64 * 1024
    body_seconds: float = 30
    key_rate: int = 1_200
    address_rate: int = 300
    sign_in_rate: int = 20
    lockout_failures: int = 10
    lockout_seconds: float = 60
    challenge_seconds: int = 300
    page: bool = False
    web_session_seconds: int = 43_200
    max_wait: float = 10
    ready_jobs: int = 10
    ready_slots: int = 150
    session_credits: int = 1_000
    session_seconds: int = 3_600
    session_settle_credits: int = 500
    session_settle_seconds: int = 900
    session_idle_seconds: int = 300
    session_end_seconds: int = 240
    intervals: Intervals = Intervals()

    @property
    def alert_credits(self) -> int:
        """The balance under which interfaces warn, in credits."""
        thresholds = () if self.preset is None else self.preset.alert_thresholds
        return max(thresholds, default=_ALERT_CREDITS)

    @property
    def mints(self) -> tuple[MintChoice, ...]:
        """What the preset calls the mints that its platform may have."""
        return () if self.preset is None else self.preset.mints

    def currency(self, platform: Platform) -> Currency:
        """What the platform's credits are bought with."""
        return currency_of(platform.mint, platform.decimals, self.mints)

    @property
    def domain(self) -> str:
        """The host, with its port, that wallets see."""
        return urlsplit(self.public_url).netloc

    @property
    def slots_per_second(self) -> int:
        """More than its chain ever makes: a slot takes 400 ms, and on a chain of one's own as long as one likes."""
        return 100 if self.chain_id == "localnet" else 5

    def credit_account(self, wallet: Pubkey, namespace: bytes) -> Pubkey:
        """A wallet's credit account on this platform."""
        return credit_address(self.platform, wallet, namespace, self.program_id)
