"""What a wallet agrees to when it signs in to the page."""

from job_escrow.addresses import namespace_bytes
from solders.pubkey import Pubkey

from job_escrow_api.domain.keys.terms import WalletTerms


class SignInTerms(WalletTerms, kw_only=True, forbid_unknown_fields=True):
    """Whose account the page is to show."""

    def checked(self) -> "SignInTerms":
        """These terms. Raises ValueError for what their types allow and a message to sign does not."""
        self.wallet_key()
        namespace_bytes(self.namespace)
        self.require_labels("namespace")
        return self

    def sentence(self, platform: Pubkey) -> str:
        """What the wallet agrees to, in one line."""
        return (
            f'I sign in to see and manage my credits in namespace "{self.namespace}" of platform {platform}. '
            "This moves nothing: I approve each payment by itself."
        )
