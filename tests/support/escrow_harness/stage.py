"""Who plays in a scenario, what they own, and the platform that they play on."""

from dataclasses import dataclass, field
from itertools import islice

from job_escrow import (
    Admin,
    Anyone,
    Escrow,
    LimitsArgs,
    LockTerms,
    Operator,
    PlatformTerms,
    Wallet,
    platform_address,
    token_address,
)
from job_escrow.addresses import payee_address
from job_escrow.chain import Chain, run
from job_escrow.chain.requests import GetAccounts, GetUnixTime, Pause, RequestAirdrop
from job_escrow.ids import usable_ids
from job_escrow.presets import load_preset
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT, create_token_account, mint_to
from job_escrow.transactions import execute
from solders.keypair import Keypair
from solders.pubkey import Pubkey

FUNDED = {"alice": 60_000_000, "bob": 40_000_000, "stranger": 5_000_000, "operator": 5_000_000}
"""Base units of USDC that each begins with."""

NOTICE_SECONDS = 2
PAYEE_NOTICE_SECONDS = 1
"""So that a scenario can wait for it."""

LIMITS = LimitsArgs(
    credits_per_job=100, credits_per_session=0, credits_per_period=250, period_seconds=86_400, quoted_allowed=True
)
_LAMPORTS = 2_000_000_000
_POLL_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Keys that no other run has."""

    admin: Keypair = field(default_factory=Keypair)
    operator: Keypair = field(default_factory=Keypair)
    alice: Keypair = field(default_factory=Keypair)
    bob: Keypair = field(default_factory=Keypair)
    stranger: Keypair = field(default_factory=Keypair)

    def members(self) -> dict[str, Keypair]:
        return vars(self).copy()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The parties of a scenario; `escrow` is the program on the chain that it is played on."""

    escrow: Escrow
    cast: Cast
    terms: PlatformTerms

    @property
    def platform(self) -> Pubkey:
        return platform_address(self.cast.admin.pubkey(), self.terms.name)

    @property
    def alice(self) -> Wallet:
        return self.escrow.wallet(self.cast.alice, self.platform)

    @property
    def bob(self) -> Wallet:
        return self.escrow.wallet(self.cast.bob, self.platform, namespace="research")

    @property
    def operator(self) -> Operator:
        return self.escrow.operator(self.cast.operator, self.platform)

    @property
    def admin(self) -> Admin:
        return self.escrow.admin(self.cast.admin, self.platform)

    @property
    def anyone(self) -> Anyone:
        """The stranger, who has tokens."""
        return self.escrow.anyone(self.cast.stranger)

    def as_operator(self, key: Keypair) -> Operator:
        """Somebody who does what an operator does without being it."""
        return self.escrow.operator(key, self.platform)

    def accounts(self) -> dict[str, Pubkey]:
        """Every account that a scenario begins with, by its role."""
        members = self.cast.members()
        lamports = {name: key.pubkey() for name, key in members.items()}
        tokens = {f"{name}'s tokens": token_address(lamports[name], USDC_MINT) for name in FUNDED}
        return {
            "mint": USDC_MINT,
            "platform": self.platform,
            "treasury": token_address(lamports["admin"], USDC_MINT),
            **lamports,
            **tokens,
            "alice's account": self.alice.address,
            "alice's vault": self.alice.side.vault,
            "bob's account": self.bob.address,
            "bob's vault": self.bob.side.vault,
        }


def set_stage(escrow: Escrow, cast: Cast | None = None) -> Stage:
    """Give everybody lamports, and some of them USDC. Nothing of the program exists yet."""
    cast = cast or Cast()
    members = cast.members()
    for key in (*members.values(), local_usdc_authority()):
        _airdrop(escrow.chain, key.pubkey())
    authority = local_usdc_authority()
    for name, base_units in FUNDED.items():
        owner = members[name].pubkey()
        tokens = token_address(owner, USDC_MINT)
        steps = [
            create_token_account(payer=authority.pubkey(), owner=owner, mint=USDC_MINT),
            mint_to(mint=USDC_MINT, destination=tokens, authority=authority.pubkey(), base_units=base_units),
        ]
        run(execute(steps, [authority], escrow.options), escrow.chain)
    preset = load_preset("decentral")
    terms = PlatformTerms(
        name="parity",
        mint=USDC_MINT,
        operator=cast.operator.pubkey(),
        treasury_owner=cast.admin.pubkey(),
        base_units_per_credit=preset.base_units_per_credit,
        tiers=preset.tiers,
        min_purchase=preset.min_purchase,
        notice_seconds=NOTICE_SECONDS,
        payee_notice_seconds=PAYEE_NOTICE_SECONDS,
    )
    return Stage(escrow=escrow, cast=cast, terms=terms)


def opened_stage(escrow: Escrow) -> Stage:
    """A platform of its own, on which alice has 1,000 credits."""
    stage = set_stage(escrow)
    escrow.create_platform(stage.cast.admin, stage.terms)
    stage.alice.open(LIMITS, buy=1_000)
    return stage


def job(job_id: int, tier: int | None, amount: int, *, seconds: int = 3_600, max_credits: int = 2**32 - 1) -> LockTerms:
    """The terms of a lock, short to write."""
    return LockTerms(job_id=job_id, tier=tier, amount=amount, seconds=seconds, max_credits=max_credits)


def ids_from(credit_account: Pubkey, first: int, count: int) -> list[int]:
    """So many ids of jobs that can be used, from one of them on."""
    return list(islice(usable_ids(credit_account, first - 1), count))


def register_payee(stage: Stage, owner: Pubkey) -> None:
    """Register a payee and wait until locks may name it."""
    stage.admin.register_payee(owner)
    payee = stage.escrow.payees(stage.platform)[payee_address(stage.platform, owner)]
    wait_until(stage.escrow.chain, payee.usable_from)


def wait_until(chain: Chain, unix_time: int) -> None:
    """Let the chain's own clock reach a time."""
    while (now := chain.answer(GetUnixTime())) < unix_time:
        chain.answer(Pause(min(1.0, unix_time - now)))


def _airdrop(chain: Chain, address: Pubkey) -> None:
    def lamports() -> int:
        (info,) = chain.answer(GetAccounts([address]))
        return 0 if info is None else info.lamports

    before = lamports()
    chain.answer(RequestAirdrop(address, _LAMPORTS))
    while lamports() == before:
        chain.answer(Pause(_POLL_SECONDS))
