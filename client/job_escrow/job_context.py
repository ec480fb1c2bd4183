"""Jobs as context managers: locked on entry, settled on exit with what was reported, refunded on failure.

async with operator.job(account, LockTerms(job_id=42, tier=1, amount=2_000, seconds=600)) as job:
    async for token in model.stream(prompt):
        job.report(job.reported + 1)
        if job.reported % 500 == 0:
            await job.settle_so_far()
print(job.outcome)

A run that died is repeated with the same terms: the open job is taken up again (`job.resumed`), and one that had ended
raises JobEnded with its recorded outcome, before anything runs. So whoever stores the job id before the run is never
charged twice for it, and a run that is not repeated costs nothing after its deadline.
"""

from types import TracebackType
from typing import Self

from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.amounts import whole_number
from job_escrow.chain.driving import run, run_async
from job_escrow.chain.requests import AsyncChain, Chain, ChainError, Flow
from job_escrow.codec.errors import DeadlinePassed
from job_escrow.errors import TRANSIENT, EscrowError, NothingReported, Refused
from job_escrow.flows import jobs
from job_escrow.flows.jobs import Begun
from job_escrow.flows.locking import LockTerms
from job_escrow.flows.settling import settle
from job_escrow.flows.sides import PlatformSide
from job_escrow.outcomes import JobOutcome
from job_escrow.transactions import Receipt

PATIENCE_SECONDS = 60.0
"""How long a session tries again while the chain does not answer, unless it is told otherwise."""


class _Session:
    """What both sessions share: all but who drives the flows."""

    def __init__(self, side: PlatformSide, credit_account: Pubkey, terms: LockTerms, patience: float) -> None:
        self.credit_account = credit_account
        self.terms = terms
        self.reported = 0
        """What was reported last, in units of the tier or quoted credits."""
        self.outcome: JobOutcome | None = None
        """How the job ended; None while it is open."""
        self._side = side
        self._patience = patience
        self._begun: Begun | None = None
        self._has_report = False

    @property
    def id(self) -> int:
        """The job's id, unique in its credit account for ever."""
        return self.terms.job_id

    @property
    def address(self) -> Pubkey:
        """The address of the job's account."""
        return job_address(self.credit_account, self.id, self._side.program_id).address

    @property
    def credits(self) -> int:
        """Credits that are locked in all: the most that the job can cost."""
        return self._job.credits

    @property
    def max_amount(self) -> int:
        """The most that can be reported, in units of the tier or quoted credits."""
        return self.terms.amount

    @property
    def deadline(self) -> int:
        """Unix seconds from which it can only be refunded."""
        return self._job.deadline

    @property
    def resumed(self) -> bool:
        """Whether an earlier run had locked it."""
        return self._job.resumed

    @property
    def settled_before(self) -> int:
        """Credits that earlier runs had settled of it."""
        return self._job.settled

    def report(self, amount: int) -> None:
        """Say what the job has used so far, in all: units of the tier or quoted credits. Nothing is sent.

        Raises InvalidAmount for anything but a whole number from 0 to what was locked; `min(units, job.max_amount)`
        where the model may have gone beyond it.
        """
        self.reported = whole_number(amount, "units or quoted credits of this job", self.terms.amount)
        self._has_report = True

    @property
    def _job(self) -> Begun:
        if self._begun is None:
            raise RuntimeError("the job is not locked yet: enter it with `with`")
        return self._begun

    def _begin(self) -> Flow[None]:
        self._begun = yield from jobs.begin(self._side, self.credit_account, self.terms, patience=self._patience)

    def _settle_so_far(self) -> Flow[Receipt | None]:
        if not self._has_report:
            raise NothingReported(f"job {self.id} has reported nothing yet: call report first")
        try:
            return (yield from settle(self._side, self.credit_account, self.id, self.reported, is_final=False))
        except TRANSIENT:
            # Figures are cumulative: the next settlement charges this one's too.
            return None

    def _finish(self) -> Flow[None]:
        self.outcome = yield from jobs.finish(
            self._side, self.credit_account, self.id, self.reported, patience=self._patience
        )

    def _give_back(self, *, timed_out: bool = False) -> Flow[None]:
        self.outcome = yield from jobs.give_back(
            self._side, self.credit_account, self.id, patience=self._patience, timed_out=timed_out
        )

    def _end(self, error: BaseException | None) -> Flow[None]:
        if self.outcome is not None:
            return
        if error is None and self._has_report:
            yield from self._finish()
            return
        # What ends only because a node said that it is too late must not end before the deadline.
        late = isinstance(error, Refused) and error.refusal is DeadlinePassed
        try:
            yield from self._give_back(timed_out=late)
        except (EscrowError, ChainError) as trouble:
            if error is None:
                raise
            error.add_note(f"job {self.id} could not be refunded either, anybody can from its deadline on: {trouble}")
        if error is None:
            raise NothingReported(f"job {self.id} reported nothing and was refunded: call report before it ends")


class JobSession(_Session):
    """A job that is run in a `with` block; blocking."""

    def __init__(
        self, chain: Chain, side: PlatformSide, credit_account: Pubkey, terms: LockTerms, patience: float
    ) -> None:
        super().__init__(side, credit_account, terms, patience)
        self._chain = chain

    def settle_so_far(self) -> Receipt | None:
        """Charge what was reported so far; the job goes on.

        None where the chain did not answer: nothing is lost, since the next settlement charges it too. Raises Refused
        where the deadline has passed, and JobEnded where somebody has ended the job.
        """
        return run(self._settle_so_far(), self._chain)

    def finish(self) -> JobOutcome | None:
        """Settle and end the job before the block ends."""
        run(self._finish(), self._chain)
        return self.outcome

    def cancel(self) -> JobOutcome | None:
        """Refund and end the job before the block ends; what was settled so far stays charged."""
        run(self._give_back(), self._chain)
        return self.outcome

    def __enter__(self) -> Self:
        run(self._begin(), self._chain)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        run(self._end(error), self._chain)


class AsyncJobSession(_Session):
    """A job that is run in an `async with` block; asynchronous."""

    def __init__(
        self, chain: AsyncChain, side: PlatformSide, credit_account: Pubkey, terms: LockTerms, patience: float
    ) -> None:
        super().__init__(side, credit_account, terms, patience)
        self._chain = chain

    async def settle_so_far(self) -> Receipt | None:
        """Charge what was reported so far; the job goes on.

        None where the chain did not answer: nothing is lost, since the next settlement charges it too. Raises Refused
        where the deadline has passed, and JobEnded where somebody has ended the job.
        """
        return await run_async(self._settle_so_far(), self._chain)

    async def finish(self) -> JobOutcome | None:
        """Settle and end the job before the block ends."""
        await run_async(self._finish(), self._chain)
        return self.outcome

    async def cancel(self) -> JobOutcome | None:
        """Refund and end the job before the block ends; what was settled so far stays charged."""
        await run_async(self._give_back(), self._chain)
        return self.outcome

    async def __aenter__(self) -> Self:
        await run_async(self._begin(), self._chain)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await run_async(self._end(error), self._chain)
