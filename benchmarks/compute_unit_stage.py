"""Who plays in the benchmark, and where everything is.

Every key is chosen so that all addresses derived from it have bump 255: each bump below costs 1,500 units more where a
program searches for one, and which account has which is chance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from job_escrow import credit_address, job_address, platform_address, token_address
from job_escrow.addresses import DEFAULT_NAMESPACE, padded_name, vault_address
from job_escrow.codec import PROGRAM_ID
from job_escrow.presets import load_preset
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT, create_token_account, mint_to
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

UNIX_TIME = 1_800_000_000
"""The chain's clock while the account is opened."""

START = UNIX_TIME << 20
"""Job ids and sequence numbers of the account count from here."""

_HIGHEST_BUMP = 255


@dataclass(frozen=True)
class Step:
    """One transaction of one instruction; measured under its name, or only needed where it has none."""

    name: str | None
    instruction: Instruction
    signers: tuple[Keypair, ...]
    later: int = 0
    """Seconds that pass before it."""


class Stage:
    """A platform of the preset, and one wallet's account on it."""

    def __init__(self) -> None:
        self.preset = load_preset("decentral")
        self.admin = keypair("admin", lambda key: _has_highest_bump(b"platform", bytes(key), self.name))
        self.platform = platform_address(self.admin.pubkey(), self.preset.name)
        self.operator = keypair("operator")
        self.wallet = keypair("wallet", self._suits)
        self.account = credit_address(self.platform, self.wallet.pubkey())
        self.vault = vault_address(self.account, USDC_MINT)
        self.tokens = token_address(self.wallet.pubkey(), USDC_MINT)
        self.treasury = token_address(self.admin.pubkey(), USDC_MINT)

    @property
    def name(self) -> bytes:
        """The platform's name as it is stored."""
        return padded_name(self.preset.name)

    def _suits(self, wallet: Pubkey) -> bool:
        if not _has_highest_bump(b"credit", bytes(self.platform), bytes(wallet), DEFAULT_NAMESPACE):
            return False
        account = credit_address(self.platform, wallet)
        if not _has_highest_bump(b"top-up", bytes(account)):
            return False
        if not _has_highest_bump(b"delegate", bytes(self.platform), bytes(wallet)):
            return False
        jobs = (job_address(account, START + number).bump for number in (1, 2, 3, 5))
        return vault_address(account, USDC_MINT).bump == _HIGHEST_BUMP and all(bump == _HIGHEST_BUMP for bump in jobs)

    def by_admin(self, name: str | None, instruction: Instruction, *, later: int = 0) -> Step:
        """Return a step that the platform's admin signs."""
        return Step(name, instruction, (self.admin,), later)

    def by_wallet(self, name: str | None, instruction: Instruction, *, later: int = 0) -> Step:
        """Return a step that the wallet signs."""
        return Step(name, instruction, (self.wallet,), later)

    def by_operator(self, name: str | None, instruction: Instruction, *, later: int = 0) -> Step:
        """Return a step that the operator signs."""
        return Step(name, instruction, (self.operator,), later)

    def token_account_of(self, owner: Pubkey) -> Step:
        """Make an associated token account; it is not measured."""
        return self.by_wallet(None, create_token_account(payer=self.wallet.pubkey(), owner=owner, mint=USDC_MINT))

    def fund(self, token_account: Pubkey, base_units: int) -> Step:
        """Mint USDC to a token account, past everybody; it is not measured."""
        authority = local_usdc_authority()
        made = mint_to(mint=USDC_MINT, destination=token_account, authority=authority.pubkey(), base_units=base_units)
        return Step(None, made, (authority,))


def keypair(role: str, suits: Callable[[Pubkey], bool] = lambda _: True) -> Keypair:
    """Return the first of a role's keys that suits: the same one in every run."""
    keys = (Keypair.from_seed(sha256(f"{role} {number}".encode()).digest()) for number in count())
    return next(key for key in keys if suits(key.pubkey()))


def _has_highest_bump(*seeds: bytes) -> bool:
    return Pubkey.find_program_address(list(seeds), PROGRAM_ID)[1] == _HIGHEST_BUMP
