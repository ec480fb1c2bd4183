"""Who does something: a signer with what its actions are about."""

from dataclasses import dataclass, field
from functools import cached_property

from solders.pubkey import Pubkey

from job_escrow.addresses import credit_address, vault_address
from job_escrow.signing import AnySigner
from job_escrow.transactions import Options


@dataclass(frozen=True, kw_only=True)
class Side:
    """Somebody who signs."""

    # A key that signs has no business in a traceback.
    signer: AnySigner = field(repr=False)
    options: Options

    @cached_property
    def key(self) -> Pubkey:
        """The signer's public key."""
        return self.signer.pubkey()

    @property
    def payer(self) -> AnySigner:
        """Who pays fees and rents."""
        return self.options.fee_payer or self.signer

    @property
    def program_id(self) -> Pubkey:
        """The program's address."""
        return self.options.program_id


@dataclass(frozen=True, kw_only=True)
class PlatformSide(Side):
    """Somebody who acts on one platform: its admin, or its operator."""

    platform: Pubkey


@dataclass(frozen=True, kw_only=True)
class WalletSide(PlatformSide):
    """A wallet's credit account on one platform, in one namespace."""

    mint: Pubkey
    namespace: bytes

    @property
    def address(self) -> Pubkey:
        """The credit account."""
        return credit_address(self.platform, self.key, self.namespace, self.program_id)

    @property
    def vault(self) -> Pubkey:
        """The token account behind it."""
        return vault_address(self.address, self.mint).address
