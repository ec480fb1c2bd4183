"""Transactions for the tests: SPL Token and the others by hand, so that no client stands between test and node."""

import base64
import hashlib
import time
from collections.abc import Callable, Sequence

from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0, MessageV1, TransactionConfig
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer
from solders.transaction import VersionedTransaction

from localnet_harness.endpoint import Endpoint, until

__all__ = ["Hash", "Keypair", "Pubkey"]

SYSTEM = Pubkey.from_string("11111111111111111111111111111111")
TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ASSOCIATED_TOKEN = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
RENT = Pubkey.from_string("SysvarRent111111111111111111111111111111111")
MINT_BYTES = 82
_AGAIN_SECONDS = 2.0
_POLL_SECONDS = 0.005

Ask = Callable[[], str]
TOKEN_ACCOUNT_BYTES = 165


def key(name: str) -> Keypair:
    """The same keypair for the same name, always."""
    return Keypair.from_seed(hashlib.sha256(name.encode()).digest())


def readonly(address: Pubkey, *, signer: bool = False) -> AccountMeta:
    return AccountMeta(address, signer, False)


def writable(address: Pubkey, *, signer: bool = False) -> AccountMeta:
    return AccountMeta(address, signer, True)


def pay(source: Keypair, to: Pubkey, lamports: int) -> Instruction:
    return transfer(TransferParams(from_pubkey=source.pubkey(), to_pubkey=to, lamports=lamports))


def memo(text: str) -> Instruction:
    return Instruction(MEMO, text.encode(), [])


def associated(wallet: Pubkey, mint: Pubkey) -> Pubkey:
    return Pubkey.find_program_address([bytes(wallet), bytes(TOKEN), bytes(mint)], ASSOCIATED_TOKEN)[0]


def create_associated(payer: Pubkey, wallet: Pubkey, mint: Pubkey, *, idempotent: bool = False) -> Instruction:
    accounts = [
        writable(payer, signer=True),
        writable(associated(wallet, mint)),
        readonly(wallet),
        readonly(mint),
        readonly(SYSTEM),
        readonly(TOKEN),
    ]
    return Instruction(ASSOCIATED_TOKEN, b"\x01" if idempotent else b"", accounts)


def create_mint(payer: Pubkey, mint: Pubkey, authority: Pubkey, lamports: int, decimals: int = 6) -> list[Instruction]:
    created = create_account(
        CreateAccountParams(from_pubkey=payer, to_pubkey=mint, lamports=lamports, space=MINT_BYTES, owner=TOKEN)
    )
    data = b"\x00" + bytes([decimals]) + bytes(authority) + b"\x01" + bytes(authority)
    return [created, Instruction(TOKEN, data, [writable(mint), readonly(RENT)])]


def mint_to(mint: Pubkey, to: Pubkey, authority: Pubkey, amount: int) -> Instruction:
    accounts = [writable(mint), writable(to), readonly(authority, signer=True)]
    return Instruction(TOKEN, b"\x07" + amount.to_bytes(8, "little"), accounts)


def token_transfer(source: Pubkey, to: Pubkey, owner: Pubkey, amount: int) -> Instruction:
    accounts = [writable(source), writable(to), readonly(owner, signer=True)]
    return Instruction(TOKEN, b"\x03" + amount.to_bytes(8, "little"), accounts)


def token_transfer_checked(
    source: Pubkey, mint: Pubkey, to: Pubkey, owner: Pubkey, amount: int, decimals: int = 6
) -> Instruction:
    accounts = [writable(source), readonly(mint), writable(to), readonly(owner, signer=True)]
    return Instruction(TOKEN, b"\x0c" + amount.to_bytes(8, "little") + bytes([decimals]), accounts)


def approve(source: Pubkey, delegate: Pubkey, owner: Pubkey, amount: int) -> Instruction:
    accounts = [writable(source), readonly(delegate), readonly(owner, signer=True)]
    return Instruction(TOKEN, b"\x04" + amount.to_bytes(8, "little"), accounts)


def close_token_account(account: Pubkey, to: Pubkey, owner: Pubkey) -> Instruction:
    return Instruction(TOKEN, b"\x09", [writable(account), writable(to), readonly(owner, signer=True)])


def signed(instructions: Sequence[Instruction], signers: Sequence[Keypair], blockhash: Hash) -> VersionedTransaction:
    """A legacy transaction; the first signer pays."""
    message = Message.new_with_blockhash(list(instructions), signers[0].pubkey(), blockhash)
    places = message.account_keys[: message.header.num_required_signatures]
    by_key = {one.pubkey(): one for one in signers}
    return VersionedTransaction(message, [by_key[place] for place in places])


def signed_v0(
    instructions: Sequence[Instruction], signers: Sequence[Keypair], blockhash: Hash, tables: Sequence[object] = ()
) -> VersionedTransaction:
    """A transaction of version 0; the first signer pays."""
    message = MessageV0.try_compile(signers[0].pubkey(), list(instructions), list(tables), blockhash)  # type: ignore[arg-type]
    return VersionedTransaction(message, list(signers))


def signed_v1(
    instructions: Sequence[Instruction], signers: Sequence[Keypair], blockhash: Hash, config: TransactionConfig
) -> VersionedTransaction:
    """A transaction of version 1; the first signer pays."""
    message = MessageV1.try_compile(signers[0].pubkey(), list(instructions), blockhash, config)
    return VersionedTransaction(message, list(signers))


def wire(transaction: VersionedTransaction) -> str:
    return base64.b64encode(bytes(transaction)).decode()


def latest(endpoint: Endpoint, commitment: str = "confirmed") -> Hash:
    return Hash.from_string(endpoint.rpc("getLatestBlockhash", {"commitment": commitment})["value"]["blockhash"])


def send(endpoint: Endpoint, transaction: VersionedTransaction, **options: object) -> str:
    """Send a transaction, preflight and all; gives its signature."""
    config = {"encoding": "base64", "preflightCommitment": "confirmed"} | options
    signature = endpoint.rpc("sendTransaction", wire(transaction), config)
    assert isinstance(signature, str)
    return signature


def confirm(endpoint: Endpoint, signature: str, level: str = "confirmed", seconds: float = 300) -> dict[str, object]:
    """Wait until a transaction is at a commitment; gives its status."""
    levels = {"processed": 0, "confirmed": 1, "finalized": 2}

    def reached() -> dict[str, object] | None:
        [status] = endpoint.rpc("getSignatureStatuses", [signature])["value"]
        if status is None or levels[status["confirmationStatus"]] < levels[level]:
            return None
        found: dict[str, object] = status
        return found

    return until(reached, seconds=seconds, what=f"{signature} {level}")


def land(endpoint: Endpoint, sign: Callable[[Hash], VersionedTransaction], **options: object) -> str:
    """Send and confirm as a client does, which signs anew what a busy node let expire; gives the signature."""

    def prepare(blockhash: Hash) -> tuple[Ask, Ask]:
        transaction = sign(blockhash)
        again = options | {"skipPreflight": True}
        return lambda: send(endpoint, transaction, **options), lambda: send(endpoint, transaction, **again)

    return _asked_until_landed(endpoint, prepare)


def airdrop(endpoint: Endpoint, address: Pubkey, lamports: int) -> str:
    """Lamports of the faucet, asked for until they are there; gives the signature.

    A node sends an airdrop of a blockhash that is younger than its last final block once and never again.
    """

    def prepare(blockhash: Hash) -> tuple[Ask, Ask]:
        # Of one blockhash it is one transaction, however often it is asked for.
        def ask() -> str:
            signature = endpoint.rpc("requestAirdrop", str(address), lamports, {"recentBlockhash": str(blockhash)})
            assert isinstance(signature, str)
            return signature

        return ask, ask

    return _asked_until_landed(endpoint, prepare)


def _asked_until_landed(endpoint: Endpoint, prepare: Callable[[Hash], tuple[Ask, Ask]]) -> str:
    """Ask for a transaction, and again while it may land and has not: a busy node loses some."""
    while True:
        blockhash = latest(endpoint)
        first, again = prepare(blockhash)
        signature = first()
        asked = time.monotonic()
        while True:
            # Asked first: what has expired by now can have landed before.
            valid = endpoint.rpc("isBlockhashValid", str(blockhash), {"commitment": "confirmed"})["value"]
            [status] = endpoint.rpc("getSignatureStatuses", [signature])["value"]
            if status is not None:
                confirm(endpoint, signature)
                return signature
            if not valid:
                break
            if time.monotonic() - asked > _AGAIN_SECONDS:
                again()
                asked = time.monotonic()
            time.sleep(_POLL_SECONDS)


def deliver(endpoint: Endpoint, transaction: VersionedTransaction) -> str:
    """Send a transaction that cannot be signed anew, and again until it landed; gives the signature."""
    signature = send(endpoint, transaction)

    def known() -> bool:
        [status] = endpoint.rpc("getSignatureStatuses", [signature])["value"]
        if status is None:
            time.sleep(_AGAIN_SECONDS)
            send(endpoint, transaction, skipPreflight=True)
        return status is not None

    until(known, what=f"{signature} landed")
    return signature


def run(endpoint: Endpoint, instructions: Sequence[Instruction], signers: Sequence[Keypair], **options: object) -> str:
    """Sign, send and confirm; gives the signature."""
    return land(endpoint, lambda blockhash: signed(instructions, signers, blockhash), **options)


def fund(endpoint: Endpoint, address: Pubkey, lamports: int = 10_000_000_000) -> str:
    signature = endpoint.rpc("requestAirdrop", str(address), lamports)
    assert isinstance(signature, str)
    confirm(endpoint, signature)
    return signature
