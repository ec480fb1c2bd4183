"""What a scenario did on a chain, step by step: outcomes, events, inner instructions and every account after it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from job_escrow import Escrow, Refused, TransactionFailed
from job_escrow.chain import AccountInfo, Chain, ConfirmedTransaction, InnerInstruction, Request, SimulationResult, run
from job_escrow.chain.requests import Answer, GetAccounts, GetTransaction, Simulate
from job_escrow.codec import PROGRAM_ID, decode_account, decode_event, decode_instruction, is_event
from job_escrow.signing import Signer
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE
from job_escrow.transactions import Receipt, execute
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import Mint, TokenAccount

_BLIND_UNITS = 200_000
_MINT_SIZE = 82
_TOKEN_FIELDS = ("mint", "owner", "amount", "delegate", "state", "is_native", "delegated_amount", "close_authority")
_MINT_FIELDS = ("mint_authority", "decimals", "is_initialized", "freeze_authority")


class RecordingChain:
    """A chain that remembers each transaction that landed; while it is blind, no simulation refuses one."""

    def __init__(self, chain: Chain) -> None:
        self.landed: list[ConfirmedTransaction] = []
        self._chain = chain
        self._blind = False

    def answer(self, request: Request[Answer]) -> Answer:
        if self._blind and isinstance(request, Simulate):
            present: list[AccountInfo | None] = self._chain.answer(GetAccounts(request.accounts))
            accounts = tuple(present)
            blind = SimulationResult(error=None, logs=(), compute_units=_BLIND_UNITS, accounts=accounts)
            return cast("Answer", blind)
        answer = self._chain.answer(request)
        if isinstance(request, GetTransaction) and answer is not None:
            self.landed.append(cast("ConfirmedTransaction", answer))
        return answer

    @contextmanager
    def blind(self) -> Iterator[None]:
        """Let what would be refused land, and fail there."""
        self._blind = True
        try:
            yield
        finally:
            self._blind = False


@dataclass
class Recorder:
    """Plays steps and writes each down. `watched` are the accounts that are read after every one, by their role."""

    escrow: Escrow
    chain: RecordingChain
    watched: dict[str, Pubkey] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)

    def step(self, name: str, action: Callable[[], Receipt]) -> Receipt:
        """Play a step that succeeds."""
        receipt = action()
        self._record(name, outcome="ok")
        return receipt

    def refused(self, name: str, action: Callable[[], object]) -> None:
        """Play a step that is refused: once by the simulation, and once after it landed."""
        simulated = _failure_of(name, action)
        assert simulated.signature is None, f"{name}: the simulation let it through"
        with self.chain.blind():
            landed = _failure_of(name, action)
        assert landed.signature == self.chain.landed[-1].signature
        self._record(name, outcome=[_description(simulated), _description(landed)])

    def refused_instructions(self, name: str, instructions: Sequence[Instruction], signers: Sequence[Signer]) -> None:
        """Play instructions that no flow of the client makes."""
        self.refused(name, lambda: run(execute(instructions, signers, self.escrow.options), self.escrow.chain))

    def step_instructions(self, name: str, instructions: Sequence[Instruction], signers: Sequence[Signer]) -> Receipt:
        """Play instructions that succeed and that no flow of the client makes."""
        return self.step(name, lambda: run(execute(instructions, signers, self.escrow.options), self.escrow.chain))

    @property
    def refusals(self) -> set[str]:
        """The names of the program's errors that were recorded."""
        outcomes = [entry["outcome"] for entry in self.entries if entry["outcome"] != "ok"]
        return {each["name"] for outcome in outcomes for each in outcome if each["class"] == "Refused"}

    def tokens(self) -> int:
        """Base units in all watched token accounts."""
        return sum(
            TokenAccount.from_bytes(info.data).amount
            for info in self._read().values()
            if info is not None and info.owner == TOKEN_PROGRAM_ID and len(info.data) == TOKEN_ACCOUNT_SIZE
        )

    def _record(self, name: str, *, outcome: object) -> None:
        self.entries.append(
            {
                "step": name,
                "outcome": outcome,
                "transaction": _transaction(self.chain.landed[-1]),
                "accounts": {role: _account(info) for role, info in self._read().items()},
            }
        )

    def _read(self) -> dict[str, AccountInfo | None]:
        found = self.escrow.chain.answer(GetAccounts(list(self.watched.values())))
        return dict(zip(self.watched, found, strict=True))


def _failure_of(name: str, action: Callable[[], object]) -> TransactionFailed:
    try:
        action()
    except TransactionFailed as failure:
        return failure
    raise AssertionError(f"{name}: it was not refused")


def _description(failure: TransactionFailed) -> dict[str, Any]:
    refusal = failure.refusal if isinstance(failure, Refused) else None
    return {
        "class": type(failure).__name__,
        "name": None if refusal is None else refusal.name,
        "code": None if refusal is None else refusal.code,
        "message": str(failure),
    }


def _transaction(landed: ConfirmedTransaction) -> dict[str, Any]:
    keys = landed.account_keys
    outer = [
        {
            "program": keys[one.program_id_index],
            "accounts": [keys[index] for index in bytes(one.accounts)],
            "arguments": _arguments(keys[one.program_id_index], bytes(one.data)),
        }
        for one in landed.transaction.message.instructions
    ]
    return {
        "instructions": outer,
        "signature": landed.signature,
        "slot": landed.slot,
        "block_time": landed.block_time,
        "fee": landed.fee,
        "error": None if landed.error is None else str(landed.error),
        "inner": [[_inner(keys, one) for one in group] for group in landed.inner],
    }


def _arguments(program: Pubkey, data: bytes) -> object:
    return decode_instruction(data) if program == PROGRAM_ID else None


def _inner(keys: Sequence[Pubkey], inner: InnerInstruction) -> dict[str, Any]:
    program = keys[inner.program_index]
    own_event = program == PROGRAM_ID and is_event(inner.data)
    return {
        "program": program,
        "accounts": [keys[index] for index in inner.accounts],
        "data": decode_event(inner.data) if own_event else inner.data,
        "stack_height": inner.stack_height,
    }


def _account(info: AccountInfo | None) -> dict[str, Any] | None:
    if info is None:
        return None
    return {"lamports": info.lamports, "owner": info.owner, "executable": info.executable, "data": _decoded(info)}


def _decoded(info: AccountInfo) -> object:
    if info.owner == PROGRAM_ID:
        return decode_account(info.data)
    if info.owner == TOKEN_PROGRAM_ID and len(info.data) == TOKEN_ACCOUNT_SIZE:
        token_account = TokenAccount.from_bytes(info.data)
        return {name: getattr(token_account, name) for name in _TOKEN_FIELDS}
    if info.owner == TOKEN_PROGRAM_ID and len(info.data) == _MINT_SIZE:
        # Its supply is everybody's on a chain that is shared.
        mint = Mint.from_bytes(info.data)
        return {name: getattr(mint, name) for name in _MINT_FIELDS}
    return info.data
