#!/usr/bin/env python3
"""What the client costs a process beside the chain's answers, as ratios to what must be done anyway, in one run.

Reading: an account or event against `struct.unpack` of the same bytes, which gives numbers without names, and against
two that read a declaration at run time: `job_escrow.layouts` (construct), and anchorpy3's coder, in its own environment
and on its own Python objects (`--without-peer` leaves it out).

Writing: the signed transaction of a lock against solders alone with the same bytes ready in hand; and all that
`operator.lock` does from its call to its receipt, on a chain that answers at once, against the same.

python benchmarks/client.py          a table
python benchmarks/client.py --json   one object
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from job_escrow import Escrow, LimitsArgs, LockTerms, Operator, Options, Usdc, job_address, platform_address
from job_escrow.chain import Chain, Request
from job_escrow.chain.requests import Answer, GetAccounts, GetElapsed, GetTransaction
from job_escrow.codec import PROGRAM_ID, CreditAccount, JobSettled, LockArgs, decode_event, instructions, is_event
from job_escrow.codec.accounts import _CREDIT_ACCOUNT
from job_escrow.codec.events import _JOB_SETTLED
from job_escrow.layouts import ACCOUNTS, EVENTS
from job_escrow.presets import load_preset
from job_escrow.program_files import idl_path
from job_escrow.testing.embedded import embedded_chain
from job_escrow.testing.faucet import fund
from solders.compute_budget import set_compute_unit_limit
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.transaction import VersionedTransaction

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from support.isolated import isolated_python
from support.steps import StepFailed

ROUNDS = 15
SECONDS_OF_A_ROUND = 0.05
PEER = Path(__file__).with_name("client_peer.py")


def main() -> int:
    arguments = parse()
    scene = Scene()
    floors, ours = scene.tasks()
    seconds = medians({**floors, **ours}, arguments.rounds)
    ratios = {name: seconds[name] / seconds[FLOORS[name]] for name in ours}
    if not arguments.without_peer:
        ratios |= peer(scene, arguments.rounds)
    report = {
        "rounds": arguments.rounds,
        "microseconds": {name: round(each * 1e6, 2) for name, each in seconds.items()},
        "ratios": {name: round(each, 2) for name, each in ratios.items()},
    }
    if arguments.json:
        print(json.dumps(report))
        return 0
    for name, ratio in report["ratios"].items():
        print(f"{name:32}{ratio:>9.2f} of {FLOORS[name]}")
    print(", ".join(f"{name} {each} µs" for name, each in report["microseconds"].items()))
    return 0


FLOORS = {
    "account: decode": "account: struct",
    "account: construct": "account: struct",
    "account: anchorpy3": "account: struct",
    "event: decode": "event: struct",
    "event: construct": "event: struct",
    "event: anchorpy3": "event: struct",
    "lock: built and signed": "lock: solders",
    "lock: call to receipt": "lock: solders",
}
"""What each figure is a ratio to; anchorpy3's to the same in its own process."""


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds of each (%(default)s)")
    parser.add_argument("--without-peer", action="store_true", help="leave anchorpy3 out")
    return parser.parse_args()


class Answering(Chain):
    """A chain that answers each kind of request as another one did, at once."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.answers: dict[type, Any] = {}
        self.recording = True

    def answer(self, request: Request[Answer]) -> Answer:
        """Ask the other chain while it records; afterwards nothing is asked."""
        if isinstance(request, GetElapsed):
            return cast("Answer", 0.0)
        if self.recording:
            self.answers[type(request)] = self.chain.answer(request)
        return cast("Answer", self.answers[type(request)])


class Scene:
    """A platform with an account that has seen some life, and what is read and written of it."""

    def __init__(self) -> None:
        chain = embedded_chain()
        escrow = Escrow(chain)
        self.operator, wallet = Keypair(), Keypair()
        for key in (self.operator, wallet):
            fund(chain, key.pubkey(), usdc=Usdc.parse("100.00"))
        preset = load_preset("decentral")
        owner = self.operator.pubkey()
        escrow.create_platform(self.operator, preset.platform_terms(operator=owner, treasury_owner=owner))
        self.platform = platform_address(owner, preset.name)
        account = escrow.wallet(wallet, self.platform)
        account.open(
            LimitsArgs(
                credits_per_job=100,
                credits_per_session=0,
                credits_per_period=1_000,
                period_seconds=86_400,
                quoted_allowed=True,
            ),
            buy=1_000,
        )
        self.account = account.address
        operator = escrow.operator(self.operator, self.platform)
        operator.grant(self.account, 50)
        job_id = operator.next_job_id(self.account)
        operator.lock(self.account, self._terms(job_id))
        receipt = operator.settle(self.account, job_id, 1_500)
        (info,) = chain.answer(GetAccounts([self.account]))
        landed = chain.answer(GetTransaction(receipt.signature))
        assert info is not None
        assert landed is not None
        self.account_bytes = info.data
        (self.event_bytes,) = (each.data for group in landed.inner for each in group if is_event(each.data))
        self.next_id = job_id + 1
        self.blockhash = Hash.new_unique()

        answering = Answering(chain)
        self.answered: Operator = Escrow(answering, Options()).operator(self.operator, self.platform)
        self.answered.lock(self.account, self._terms(self.next_id))
        answering.recording = False

    @staticmethod
    def _terms(job_id: int) -> LockTerms:
        return LockTerms(job_id=job_id, tier=3, amount=2_000, seconds=600)

    def tasks(self) -> tuple[dict[str, Callable[[], object]], dict[str, Callable[[], object]]]:
        """What must be done anyway, and what is compared with it; both give the same where they can."""
        account, event = ACCOUNTS["CreditAccount"], EVENTS["JobSettled"]
        assert CreditAccount.decode(self.account_bytes).wallet == account.parse(self.account_bytes).wallet
        decoded = decode_event(self.event_bytes)
        assert isinstance(decoded, JobSettled)
        assert decoded.charged == event.parse(self.event_bytes).charged
        template = self._built()
        assert bytes(self._bare(template)) == bytes(template)
        floors: dict[str, Callable[[], object]] = {
            "account: struct": lambda: _CREDIT_ACCOUNT.unpack(self.account_bytes),
            "event: struct": lambda: _JOB_SETTLED.unpack(self.event_bytes),
            "lock: solders": lambda: self._bare(template),
        }
        return floors, {
            "account: decode": lambda: CreditAccount.decode(self.account_bytes),
            "account: construct": lambda: account.parse(self.account_bytes),
            "event: decode": lambda: decode_event(self.event_bytes),
            "event: construct": lambda: event.parse(self.event_bytes),
            "lock: built and signed": self._built,
            "lock: call to receipt": lambda: self.answered.lock(self.account, self._terms(self.next_id)),
        }

    def _built(self) -> VersionedTransaction:
        """The transaction of a lock by the library's functions."""
        key = self.operator.pubkey()
        job = job_address(self.account, self.next_id)
        step = instructions.lock(
            authority=key,
            payer=key,
            platform=self.platform,
            credit_account=self.account,
            payee=None,
            job=job.address,
            args=LockArgs(id=self.next_id, tier=3, amount=2_000, max_credits=2**32 - 1, seconds=600),
        )
        return self._signed([set_compute_unit_limit(10_000), step])

    def _bare(self, template: VersionedTransaction) -> VersionedTransaction:
        """The same transaction by solders alone: data and addresses are in hand, but for the job's."""
        data = bytes(template.message.instructions[1].data)
        seeds = [b"job", bytes(self.account), self.next_id.to_bytes(8, "little")]
        job, _ = Pubkey.find_program_address(seeds, PROGRAM_ID)
        key = self.operator.pubkey()
        keys = template.message.account_keys
        places = list(template.message.instructions[1].accounts)
        writable = {self.account, job, key}
        metas = [
            AccountMeta(keys[place], is_signer=keys[place] == key, is_writable=keys[place] in writable)
            for place in places
        ]
        assert SYSTEM_PROGRAM_ID in keys
        return self._signed([set_compute_unit_limit(10_000), Instruction(PROGRAM_ID, data, metas)])

    def _signed(self, steps: list[Instruction]) -> VersionedTransaction:
        message = MessageV0.try_compile(self.operator.pubkey(), steps, [], self.blockhash)
        return VersionedTransaction.populate(message, [self.operator.sign_message(to_bytes_versioned(message))])


def medians(tasks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each task over rounds that are taken in turn, so that other work hits all of them."""
    times = {name: calls_of_a_round(task) for name, task in tasks.items()}
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            began = time.perf_counter()
            for _ in range(times[name]):
                task()
            taken[name].append((time.perf_counter() - began) / times[name])
    return {name: statistics.median(each) for name, each in taken.items()}


def calls_of_a_round(task: Callable[[], object]) -> int:
    task()
    began = time.perf_counter()
    task()
    return max(1, int(SECONDS_OF_A_ROUND / max(time.perf_counter() - began, 1e-7)))


def peer(scene: Scene, rounds: int) -> dict[str, float]:
    """Ratios of anchorpy3's coder, measured in its own process against `struct` there."""
    try:
        python = isolated_python("interop-anchorpy3")
    except StepFailed as failure:
        print(f"anchorpy3 is left out: {failure}", file=sys.stderr)
        return {}
    with TemporaryDirectory() as folder:
        stage = Path(folder) / "stage.json"
        stage.write_text(
            json.dumps(
                {
                    "idl": str(idl_path()),
                    "rounds": rounds,
                    "account": [_CREDIT_ACCOUNT.format, scene.account_bytes.hex()],
                    "event": [_JOB_SETTLED.format, scene.event_bytes.hex()],
                }
            )
        )
        done = subprocess.run([python, "-I", PEER, stage], capture_output=True, text=True, check=True)
    return {f"{name}: anchorpy3": ratio for name, ratio in json.loads(done.stdout).items()}


if __name__ == "__main__":
    sys.exit(main())
