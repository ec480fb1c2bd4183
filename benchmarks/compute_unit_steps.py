"""One use of each instruction, in an order that works: add a `Step` where a new instruction fits.

Every key is chosen so that all addresses derived from it have bump 255: each bump below costs 1,500 units more where a
program searches for one, and which account has which is chance.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from job_escrow import NO_LIMITS, LimitsArgs, credit_address, job_address, platform_address, token_address
from job_escrow.addresses import DEFAULT_NAMESPACE, padded_name, vault_address
from job_escrow.codec import PROGRAM_ID, CreatePlatformArgs, LockArgs, instructions
from job_escrow.local_usdc import local_usdc_authority
from job_escrow.presets import load_preset
from job_escrow.tokens import USDC_MINT, create_token_account, mint_to
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

UNIX_TIME = 1_800_000_000
"""The chain's clock while the account is opened; the first job and sequence number follow from it."""

_START = UNIX_TIME << 20
_HIGHEST_BUMP = 255
_LIMITS = LimitsArgs(credits_per_job=1_000, credits_per_period=10_000, period_seconds=86_400)


@dataclass(frozen=True)
class Step:
    """One transaction of one instruction; measured under its name, or only needed where it has none."""

    name: str | None
    instruction: Instruction
    signers: tuple[Keypair, ...]
    later: int = 0
    """Seconds that pass before it."""


def steps() -> Iterator[Step]:
    """Everything from a new platform to a closed account."""
    yield from _Play().steps()


class _Play:
    def __init__(self) -> None:
        self.preset = load_preset("decentral")
        self.admin = _keypair("admin", lambda key: _has_highest_bump(b"platform", bytes(key), self._name))
        self.platform = platform_address(self.admin.pubkey(), self.preset.name)
        self.operator = _keypair("operator")
        self.wallet = _keypair("wallet", self._suits)
        self.account = credit_address(self.platform, self.wallet.pubkey())
        self.vault = vault_address(self.account, USDC_MINT)
        self.tokens = token_address(self.wallet.pubkey(), USDC_MINT)
        self.treasury = token_address(self.admin.pubkey(), USDC_MINT)

    @property
    def _name(self) -> bytes:
        return padded_name(self.preset.name)

    def _suits(self, wallet: Pubkey) -> bool:
        if not _has_highest_bump(b"credit", bytes(self.platform), bytes(wallet), DEFAULT_NAMESPACE):
            return False
        account = credit_address(self.platform, wallet)
        jobs = (job_address(account, _START + number).bump for number in (1, 2))
        return vault_address(account, USDC_MINT).bump == _HIGHEST_BUMP and all(bump == _HIGHEST_BUMP for bump in jobs)

    def steps(self) -> Iterator[Step]:
        yield from self._tokens()
        yield self._by_admin("create_platform", self._create_platform())
        yield self._by_wallet(None, self._token_account_of(self.account))
        yield self._by_wallet("open", self._open())
        yield self._by_wallet("purchase", self._purchase())
        set_limits = instructions.set_limits(wallet=self.wallet.pubkey(), credit_account=self.account, limits=_LIMITS)
        yield self._by_wallet("set_limits", set_limits)
        yield self._by_operator("lock", self._lock(1))
        yield self._by_operator("settle", self._settle(1))
        yield self._by_operator(None, self._lock(2))
        yield self._by_operator("refund", self._refund(2))
        yield self._by_wallet("withdraw", self._withdraw())
        yield self._by_wallet("close", self._close(), later=2)

    def _tokens(self) -> Iterator[Step]:
        authority = local_usdc_authority()
        mint = mint_to(mint=USDC_MINT, destination=self.tokens, authority=authority.pubkey(), base_units=100_000_000)
        yield self._by_wallet(None, self._token_account_of(self.wallet.pubkey()))
        yield self._by_wallet(None, self._token_account_of(self.admin.pubkey()))
        yield Step(None, mint, (authority,))

    def _by_admin(self, name: str | None, instruction: Instruction) -> Step:
        return Step(name, instruction, (self.admin,))

    def _by_wallet(self, name: str | None, instruction: Instruction, *, later: int = 0) -> Step:
        return Step(name, instruction, (self.wallet,), later)

    def _by_operator(self, name: str | None, instruction: Instruction) -> Step:
        return Step(name, instruction, (self.operator,))

    def _token_account_of(self, owner: Pubkey) -> Instruction:
        return create_token_account(payer=self.wallet.pubkey(), owner=owner, mint=USDC_MINT)

    def _create_platform(self) -> Instruction:
        args = CreatePlatformArgs(
            name=self._name,
            admin=self.admin.pubkey(),
            operator=self.operator.pubkey(),
            base_units_per_credit=self.preset.base_units_per_credit,
            notice_seconds=self.preset.notice_seconds,
            min_purchase=self.preset.min_purchase,
            max_job_seconds=self.preset.max_job_seconds,
            fee_bps=self.preset.fee_bps,
            tiers=self.preset.tiers,
        )
        return instructions.create_platform(
            creator=self.admin.pubkey(), platform=self.platform, mint=USDC_MINT, treasury=self.treasury, args=args
        )

    def _open(self) -> Instruction:
        return instructions.open(
            wallet=self.wallet.pubkey(),
            payer=self.wallet.pubkey(),
            platform=self.platform,
            credit_account=self.account,
            vault=self.vault.address,
            namespace=DEFAULT_NAMESPACE,
            limits=NO_LIMITS,
            vault_bump=self.vault.bump,
        )

    def _purchase(self) -> Instruction:
        return instructions.purchase(
            payer=self.wallet.pubkey(),
            source=self.tokens,
            platform=self.platform,
            credit_account=self.account,
            vault=self.vault.address,
            credits=1_000,
            sequence=_START + 1,
        )

    def _lock(self, number: int) -> Instruction:
        job = job_address(self.account, _START + number)
        args = LockArgs(id=_START + number, job_bump=job.bump, tier=3, amount=2_400, max_credits=100, seconds=600)
        return instructions.lock(
            authority=self.operator.pubkey(),
            payer=self.operator.pubkey(),
            platform=self.platform,
            credit_account=self.account,
            job=job.address,
            args=args,
        )

    def _settle(self, number: int) -> Instruction:
        return instructions.settle(
            operator=self.operator.pubkey(),
            platform=self.platform,
            credit_account=self.account,
            job=job_address(self.account, _START + number).address,
            vault=self.vault.address,
            treasury=self.treasury,
            rent_payer=self.operator.pubkey(),
            amount=2_001,
            is_final=True,
        )

    def _refund(self, number: int) -> Instruction:
        return instructions.refund(
            authority=self.operator.pubkey(),
            platform=self.platform,
            credit_account=self.account,
            job=job_address(self.account, _START + number).address,
            rent_payer=self.operator.pubkey(),
        )

    def _withdraw(self) -> Instruction:
        return instructions.withdraw(
            wallet=self.wallet.pubkey(),
            credit_account=self.account,
            vault=self.vault.address,
            destination=self.tokens,
            credits=100,
            sequence=_START + 2,
        )

    def _close(self) -> Instruction:
        return instructions.close(
            wallet=self.wallet.pubkey(),
            platform=self.platform,
            credit_account=self.account,
            vault=self.vault.address,
            destination=self.tokens,
            treasury=self.treasury,
            rent_payer=self.wallet.pubkey(),
            vault_rent_payer=self.wallet.pubkey(),
        )


def _keypair(role: str, suits: Callable[[Pubkey], bool] = lambda _: True) -> Keypair:
    """Return the first of a role's keys that suits: the same one in every run."""
    keys = (Keypair.from_seed(sha256(f"{role} {number}".encode()).digest()) for number in count())
    return next(key for key in keys if suits(key.pubkey()))


def _has_highest_bump(*seeds: bytes) -> bool:
    return Pubkey.find_program_address(list(seeds), PROGRAM_ID)[1] == _HIGHEST_BUMP
