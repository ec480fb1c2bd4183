"""A real node in the place of the virtual machine: the same transactions, but nobody moves its clock."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from job_escrow.chain.requests import (
    GetAccounts,
    GetLatestBlockhash,
    GetRent,
    GetSignatureStatus,
    GetTransaction,
    RequestAirdrop,
    Send,
    SignatureStatus,
)
from job_escrow.chain.rpc import RpcChain
from job_escrow.codec import PROGRAM_ID
from solders.account import Account
from solders.clock import Clock
from solders.compute_budget import set_compute_unit_limit
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.sysvar import CLOCK
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.transaction_status import InstructionErrorCustom, TransactionErrorInstructionError, TransactionErrorType

from program_harness.keys import Key, key
from program_harness.machine import Machine, Outcome
from program_harness.reasons import System, reason_of

_SOL = 10**9
_FEE_PAYER_LAMPORTS = 1_000 * _SOL
_MOST_SECONDS = 300
_POLL_SECONDS = 0.01
_RESEND_SECONDS = 2
_MOST_ACCOUNTS = 100
_COMPUTE_UNITS = 300_000
_OWN_CODES = 1_000


class NodeMachine(Machine):
    """`Machine` over a node, as far as a simulation needs it.

    What was processed counts: a node of one's own makes no forks. Every account that was ever asked for is read again
    after each transaction, in one request.
    """

    def __init__(self, chain: RpcChain) -> None:
        self.chain = chain
        self.verify = True
        self.fee_payer = key("fee payer of a node")
        self.seen = set()
        self.events = []
        self._last = Signature.default()
        self._known: dict[Pubkey, Account | None] = {}
        self._sent = 0
        self.airdrop(self.fee_payer.pubkey(), _FEE_PAYER_LAMPORTS)

    @property
    def now(self) -> int:
        """The chain's clock, in unix seconds."""
        (found,) = self.chain.answer(GetAccounts([CLOCK]))
        assert found is not None
        return Clock.from_bytes(found.data).unix_timestamp

    @property
    def time_of_last(self) -> int:
        """The clock that the last transaction saw."""
        found = _until(lambda: self.chain.answer(GetTransaction(self._last)))
        assert found.block_time is not None
        return found.block_time

    @property
    def slot(self) -> int:
        """The slot that the last transaction was run in; 0: there was none."""
        if self._last == Signature.default():
            return 0
        return _until(lambda: self.chain.answer(GetTransaction(self._last))).slot

    def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Ask the faucet."""
        before = self.lamports(address)
        self.chain.answer(RequestAirdrop(address, lamports))
        _until(lambda: self._read([address])[address] if self.lamports(address) > before else None)

    def get(self, address: Pubkey) -> Account | None:
        """Read an account; None where there is none."""
        if address not in self._known:
            self._known |= self._read([address])
        return self._known[address]

    def lamports(self, address: Pubkey) -> int:
        """Lamports of an address, as they are now."""
        self._known.pop(address, None)
        found = self.get(address)
        return 0 if found is None else found.lamports

    def rent(self, size: int) -> int:
        """Lamports that an account of `size` bytes needs."""
        return self.chain.answer(GetRent(size))

    def send(self, instructions: Sequence[Instruction], signers: Sequence[Key] = (), **_: object) -> Outcome:
        """Run a transaction, and wait until it was processed."""
        self._sent += 1
        # A limit that nobody else has: to a node, a transaction that is sent twice is one.
        unique = set_compute_unit_limit(_COMPUTE_UNITS + self._sent)
        self._blockhash = self.chain.answer(GetLatestBlockhash()).hash
        transaction = self.transaction([unique, *instructions], signers)
        signature = self._last = transaction.signatures[0]
        sent_at = 0.0

        def status_of() -> SignatureStatus | None:
            nonlocal sent_at
            if time.monotonic() > sent_at + _RESEND_SECONDS:
                # The same bytes again: a busy node drops some, and takes them once.
                self.chain.answer(Send(transaction))
                sent_at = time.monotonic()
            return self.chain.answer(GetSignatureStatus(signature))

        status = _until(status_of)
        self._known = self._read(list(self._known))
        if status.error is None:
            return Outcome(None, (), (), 0)
        return Outcome(reason_of(status.error, _logs(status.error)), (), (str(status.error),), 0)

    def _read(self, addresses: list[Pubkey]) -> dict[Pubkey, Account | None]:
        found: dict[Pubkey, Account | None] = {}
        for at in range(0, len(addresses), _MOST_ACCOUNTS):
            part = addresses[at : at + _MOST_ACCOUNTS]
            answer = self.chain.answer(GetAccounts(part))
            for address, account in zip(part, answer, strict=True):
                if account is None or account.lamports == 0:
                    found[address] = None
                else:
                    found[address] = Account(account.lamports, account.data, account.owner)
        return found


def _logs(error: TransactionErrorType) -> tuple[str, ...]:
    """The line that says whose code it is, which a status does not: the numbers here do not overlap."""
    if not isinstance(error, TransactionErrorInstructionError) or not isinstance(error.err, InstructionErrorCustom):
        return ()
    code = error.err.code
    others = SYSTEM_PROGRAM_ID if code in set(System) else TOKEN_PROGRAM_ID
    return (f"Program {PROGRAM_ID if code >= _OWN_CODES else others} failed: ",)


_Found = TypeVar("_Found")


def _until(look: Callable[[], _Found | None]) -> _Found:
    """Look until there is something."""
    deadline = time.monotonic() + _MOST_SECONDS
    while (found := look()) is None:
        assert time.monotonic() < deadline, "the node did not get there in time"
        time.sleep(_POLL_SECONDS)
    return found
