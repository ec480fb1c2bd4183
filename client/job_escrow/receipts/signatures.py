"""The operator's signature of a receipt: its word for what is not settled on chain yet.

It is over the receipt's bytes as they are. They begin with `escrow receipt 1`, which no transaction does: its first
byte would be the count of 101 signers, more than a transaction has room for.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow.receipts.finding import Finding, finding_of
from job_escrow.receipts.receipt import InvalidReceipt, SessionReceipt

_NAMES = ("signer", "signature")


@dataclass(frozen=True, kw_only=True)
class ReceiptSignature:
    """Who signed a receipt, and the ed25519 signature of its bytes."""

    signer: Pubkey
    signature: Signature

    @classmethod
    def of(cls, receipt: bytes, key: Keypair) -> Self:
        """Sign a receipt's bytes."""
        return cls(signer=key.pubkey(), signature=key.sign_message(receipt))

    def is_of(self, receipt: SessionReceipt) -> bool:
        """Whether the signer has signed this receipt."""
        return self.signature.verify(self.signer, receipt.to_bytes())

    def to_json(self) -> dict[str, str]:
        """A JSON object of signer and signature, each in base58."""
        return {"signer": str(self.signer), "signature": str(self.signature)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """From a JSON object with these members and no others. Raises InvalidReceipt."""
        if set(found) != set(_NAMES) or not all(isinstance(each, str) for each in found.values()):
            raise InvalidReceipt(f"a receipt's signature has exactly these members, as texts: {', '.join(_NAMES)}")
        try:
            return cls(signer=Pubkey.from_string(found["signer"]), signature=Signature.from_string(found["signature"]))
        except ValueError as error:
            raise InvalidReceipt("signer or signature of a receipt is not base58 of its length") from error


def unsigned_or_others(
    receipts: Sequence[SessionReceipt], signatures: Sequence[ReceiptSignature | None], operators: Collection[Pubkey]
) -> Iterator[Finding]:
    """Receipts that none of these operators has signed. Raises ValueError unless each receipt has its signature."""
    for receipt, signature in zip(receipts, signatures, strict=True):
        number = receipt.number
        if signature is None:
            yield finding_of("unsigned", number, f"receipt {number} is not signed")
        elif not signature.is_of(receipt):
            yield finding_of("wrong signature", number, f"receipt {number} is not what {signature.signer} has signed")
        elif signature.signer not in operators:
            yield finding_of(
                "other signer", number, f"receipt {number} is signed by {signature.signer}, who is no operator"
            )
