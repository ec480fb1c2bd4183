"""The local chain as the program's tests drive a machine: so the same random operations run behind JSON-RPC."""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from job_escrow_localnet.node import Node
from job_escrow_localnet.transactions import sanitize
from program_harness.keys import Key, key
from program_harness.machine import Machine, Outcome
from solders.account import Account
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

if TYPE_CHECKING:
    from program_harness.reasons import Reason
    from solders.hash import Hash

_LAMPORTS = 10**15
_RENT_EPOCH = 2**64 - 1
_FAILED = ValueError


class ChainMachine(Machine):
    """Transactions go into the chain's open slot; whoever holds this closes the slots.

    Nothing is signed: each transaction has a random signature, as different as real ones are.
    """

    def __init__(self, node: Node, seed: int) -> None:
        self.chain = node.chain
        self.verify = False
        self.fee_payer = key("fee payer")
        self.seen = set()
        self.events = []
        self._random = random.Random(f"signatures {seed}")
        self._time = self.chain.open.unix_time
        self._slot = 0
        self.chain._now = lambda: self._time
        self.airdrop(self.fee_payer.pubkey(), _LAMPORTS)

    @property
    def now(self) -> int:
        return self.chain.open.unix_time

    @property
    def slot(self) -> int:
        return self._slot

    def move_clock_to(self, unix_time: int) -> None:
        self._time = unix_time
        self.chain.close_slot()

    def airdrop(self, address: Pubkey, lamports: int) -> None:
        self.put(address, lamports=self.lamports(address) + lamports, owner=Pubkey.default(), data=b"")

    def put(self, address: Pubkey, *, lamports: int, owner: Pubkey, data: bytes) -> None:
        account = Account(lamports, data, owner, False, _RENT_EPOCH)
        self.chain.accounts.hold([address])
        self.chain.accounts.write(self.chain.open.slot, address, account)
        self.chain.engine.put(address, account)

    def get(self, address: Pubkey) -> Account | None:
        found = self.chain.accounts.get(address)
        return None if found is None or found.lamports == 0 else found

    def lamports(self, address: Pubkey) -> int:
        found = self.get(address)
        return 0 if found is None else found.lamports

    def rent(self, size: int) -> int:
        return self.chain.engine.minimum_balance(size)

    def send_transaction(
        self, transaction: VersionedTransaction, lookup: Sequence[AddressLookupTableAccount] = ()
    ) -> Outcome:
        self._slot = self.chain.open.slot
        before = len(self.chain.landed_in(self.chain.open.slot))
        refused = self.chain.submit(sanitize(transaction, bytes(transaction), self.chain.accounts.get))
        landed = self.chain.landed_in(self.chain.open.slot)[before:]
        failed = refused is not None or landed[0].error is not None
        logs = landed[0].logs if landed else (str(refused),)
        reason: Reason | None = _FAILED if failed else None  # type: ignore[assignment]
        return Outcome(reason, (), logs, 0)

    def transaction(
        self,
        instructions: Sequence[Instruction],
        signers: Sequence[Key],
        *,
        payer: Key | None = None,
        lookup: Sequence[AddressLookupTableAccount] = (),
    ) -> VersionedTransaction:
        blockhash: Hash = self.chain.hashes.of(self.chain.tip.slot)
        fee_payer = (payer or self.fee_payer).pubkey()
        message = MessageV0.try_compile(fee_payer, list(instructions), list(lookup), blockhash)
        required = message.header.num_required_signatures
        signatures = [Signature.from_bytes(self._random.randbytes(64)) for _ in range(required)]
        return VersionedTransaction.populate(message, signatures)
