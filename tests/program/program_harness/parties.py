"""Who and what the tests act with: platforms, credit accounts, jobs, as handles that hold addresses and keys."""

from dataclasses import dataclass
from functools import cache, cached_property

from job_escrow.addresses import (
    DerivedAddress,
    credit_address,
    job_address,
    session_address,
    token_address,
    vault_address,
)
from job_escrow.ids import next_usable_id, next_usable_session_id
from solders.pubkey import Pubkey

from program_harness.keys import Key

_vault_of = cache(vault_address)
_credit_of = cache(credit_address)


@dataclass(frozen=True)
class Platform:
    """A platform and the keys behind it."""

    address: Pubkey
    admin: Key
    operator: Key
    treasury_owner: Key
    mint: Pubkey
    base_units_per_credit: int

    @cached_property
    def treasury(self) -> Pubkey:
        """Token account that earnings go to."""
        return token_address(self.treasury_owner.pubkey(), self.mint)

    @cached_property
    def promotion(self) -> Pubkey:
        """Token account that packs' bonus is paid from, where the platform has one."""
        return token_address(self.address, self.mint)


@dataclass(frozen=True)
class Credit:
    """One wallet's credit account on a platform in a namespace, opened or not."""

    platform: Platform
    wallet: Key
    namespace: bytes = bytes(16)

    @cached_property
    def address(self) -> Pubkey:
        """The credit account."""
        return _credit_of(self.platform.address, self.wallet.pubkey(), self.namespace)

    @cached_property
    def vault(self) -> Pubkey:
        """The token account behind it."""
        return _vault_of(self.address, self.platform.mint).address

    @cached_property
    def vault_bump(self) -> int:
        """The bump that `open` wants."""
        return _vault_of(self.address, self.platform.mint).bump

    @cached_property
    def tokens(self) -> Pubkey:
        """The wallet's own token account of the platform's mint."""
        return token_address(self.wallet.pubkey(), self.platform.mint)

    def next_id(self, above: int) -> int:
        """The lowest id above another that a job of this account can have."""
        return next_usable_id(self.address, above)

    def job(self, job_id: int, rent_payer: Pubkey | None = None) -> "JobRef":
        """A job of this account; its rent payer is the operator unless another is given."""
        return JobRef(self, job_id, rent_payer or self.platform.operator.pubkey())

    def next_session_id(self, above: int) -> int:
        """The lowest id above another that a session of this account can have."""
        return next_usable_session_id(self.address, above)

    def session(self, session_id: int, rent_payer: Pubkey | None = None) -> "SessionRef":
        """A session of this account; its rent payer is the operator unless another is given."""
        return SessionRef(self, session_id, rent_payer or self.platform.operator.pubkey())


@dataclass(frozen=True)
class JobRef:
    """One job, locked or not."""

    credit: Credit
    id: int
    rent_payer: Pubkey

    @cached_property
    def derived(self) -> DerivedAddress:
        """Address and bump."""
        return job_address(self.credit.address, self.id)

    @property
    def address(self) -> Pubkey:
        """The job account."""
        return self.derived.address


@dataclass(frozen=True)
class SessionRef:
    """One session, opened or not."""

    credit: Credit
    id: int
    rent_payer: Pubkey

    @cached_property
    def derived(self) -> DerivedAddress:
        """Address and bump."""
        return session_address(self.credit.address, self.id)

    @property
    def address(self) -> Pubkey:
        """The session account."""
        return self.derived.address
