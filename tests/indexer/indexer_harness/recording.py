"""A virtual machine that records every transaction as the indexer reads it from a node."""

from collections.abc import Sequence
from itertools import count

import base58
from job_escrow_indexer.tokens import TOKEN_ACCOUNT_SIZE, token_amount
from job_escrow_indexer.transaction import Called, Transaction
from program_harness.machine import Machine, Outcome
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata, TransactionMetadata

_IN_A_SLOT = 3


class RecordingMachine(Machine):
    """Three transactions to a slot; failed ones are recorded too."""

    def __init__(self, *, verify: bool = True) -> None:
        super().__init__(verify=verify)
        self.recorded: list[Transaction] = []
        self._numbers = count(_IN_A_SLOT * 100)

    def landed(
        self,
        transaction: VersionedTransaction,
        keys: Sequence[Pubkey],
        result: TransactionMetadata | FailedTransactionMetadata,
    ) -> Outcome:
        self._record(transaction, [str(key) for key in keys], result)
        return super().landed(transaction, keys, result)

    def _record(
        self,
        transaction: VersionedTransaction,
        keys: list[str],
        result: TransactionMetadata | FailedTransactionMetadata,
    ) -> None:
        failed = isinstance(result, FailedTransactionMetadata)
        meta = result.meta() if isinstance(result, FailedTransactionMetadata) else result
        number = next(self._numbers)
        calls = [
            [Called(keys[one.program_id_index], list(one.accounts), base58.b58encode(bytes(one.data)).decode(), 1)]
            for one in transaction.message.instructions
        ]
        for group, called in zip(calls, meta.inner_instructions(), strict=False):
            for inner in called:
                one = inner.instruction()
                data = base58.b58encode(bytes(one.data)).decode()
                group.append(Called(keys[one.program_id_index], list(one.accounts), data, inner.stack_height()))
        self.recorded.append(
            Transaction(
                slot=number // _IN_A_SLOT,
                index=number % _IN_A_SLOT,
                signature=f"signature {number}",
                block_time=self.now,
                keys=keys,
                calls=calls,
                error={"InstructionError": [0, {"Custom": 1}]} if failed else None,
                fee=5_000,
                compute_units=meta.compute_units_consumed(),
                token_balances=self._token_balances(keys),
            )
        )

    def _token_balances(self, keys: list[str]) -> dict[str, int]:
        found = {key: self.get(Pubkey.from_string(key)) for key in keys}
        return {
            key: token_amount(account.data)
            for key, account in found.items()
            if account is not None and account.owner == TOKEN_PROGRAM_ID and len(account.data) == TOKEN_ACCOUNT_SIZE
        }
