"""What a wallet agrees to when it signs in to the page."""

from typing import Annotated

import msgspec
from job_escrow.addresses import namespace_bytes
from solders.pubkey import Pubkey

from job_escrow_api.domain.keys.terms import LABEL
from job_escrow_api.domain.patterns import ADDRESS, matches


class SignInTerms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose account the page is to show; `namespace` is text of at most 16 bytes."""

    wallet: Annotated[str, msgspec.Meta(min_length=32, max_length=44, extra_json_schema={"pattern": ADDRESS})]
    namespace: Annotated[str, msgspec.Meta(max_length=16, extra_json_schema={"pattern": LABEL})] = ""

    def wallet_key(self) -> Pubkey:
        """The wallet. Raises ValueError."""
        try:
            return Pubkey.from_string(self.wallet)
        except ValueError as error:
            raise ValueError(f"wallet: {self.wallet!r} is not a base58 address of 32 bytes") from error

    def checked(self) -> "SignInTerms":
        """These terms. Raises ValueError for what their types allow and a message to sign does not."""
        self.wallet_key()
        namespace_bytes(self.namespace)
        if not matches(LABEL, self.namespace):
            raise ValueError("namespace: use letters, digits, spaces and _ . @ : / + -")
        return self

    def sentence(self, platform: Pubkey) -> str:
        """What the wallet agrees to, in one line."""
        return (
            f'I sign in to see and manage my credits in namespace "{self.namespace}" of platform {platform}. '
            "This moves nothing: I approve each payment by itself."
        )
