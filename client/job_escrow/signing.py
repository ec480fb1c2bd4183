"""Who signs: a key in this process, or one elsewhere, such as a hardware wallet or a key management service.

class KmsSigner:
    def __init__(self, kms, key_id, public_key): ...

    def pubkey(self) -> Pubkey:
        return self._public_key

    async def sign_message(self, message: bytes) -> Signature:
        return Signature(await self._kms.sign(key_id=self._key_id, algorithm="ED25519_SHA_512", message=message))
"""

from collections.abc import Awaitable
from typing import Protocol, TypeAlias

from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow.chain.requests import Call, Flow, ask
from job_escrow.errors import SigningFailed


class Signer(Protocol):
    """A key that signs, here or elsewhere; solders' Keypair is one."""

    def pubkey(self) -> Pubkey:
        """The public key."""
        ...

    def sign_message(self, message: bytes) -> Signature:
        """Sign the bytes of a transaction's message."""
        ...


class AsyncSigner(Protocol):
    """A key that is asked over a network; for `AsyncEscrow`."""

    def pubkey(self) -> Pubkey:
        """The public key."""
        ...

    def sign_message(self, message: bytes) -> Awaitable[Signature]:
        """Sign the bytes of a transaction's message."""
        ...


AnySigner: TypeAlias = Signer | AsyncSigner


def signature_of(key: Pubkey, signer: AnySigner, message: bytes) -> Flow[Signature]:
    """Ask the signer of a key. Raises SigningFailed where it does not sign, or not what it was asked to."""
    try:
        signature: object = yield from ask(Call[Signature](lambda: signer.sign_message(message)))
    except Exception as error:
        raise SigningFailed(f"{key} did not sign, and nothing was sent: {error}") from error
    if not isinstance(signature, Signature) or not signature.verify(key, message):
        raise SigningFailed(f"what came back is no signature of {key}, and nothing was sent: check the signer's key")
    return signature
