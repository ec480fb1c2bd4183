"""Verbs for sessions on a chain with parties on it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from job_escrow import codec
from job_escrow.codec import TierArgs, TierTotals
from job_escrow.presets import Preset, load_preset
from solders.pubkey import Pubkey

from program_harness import calls_of_sessions
from program_harness.calls import MAX_CREDITS, OPEN_LIMITS, Call
from program_harness.calls_of_sessions import ROOT
from program_harness.keys import Key
from program_harness.machine import Outcome
from program_harness.parties import Credit, Platform, SessionRef
from program_harness.world import World

SESSION_LIMITS = replace(OPEN_LIMITS, credits_per_session=MAX_CREDITS)
"""The operator may do anything."""

LITE, MAX = 0, 3
"""Tiers of the preset decentral: 2 credits, 40 credits for up to 500 tokens; above that 1, 20 for 1,000 tokens."""
METERED = 4
"""The slot of a tier of `metered_terms` without a flat price: 3 credits for 7 tokens of requests with more than 10."""
FLAT = 5
"""The slot of a tier of `metered_terms` that is 5 credits for any number."""


def metered_terms() -> Preset:
    """The preset decentral with the tiers METERED and FLAT besides, and a fee of 10%."""
    terms = load_preset("decentral")
    metered = TierArgs(
        name=b"metered".ljust(16, b"\0"), flat_credits=0, included_units=10, rate_credits=3, rate_units=7, unit_kind=11
    )
    flat = TierArgs(
        name=b"flat".ljust(16, b"\0"), flat_credits=5, included_units=0, rate_credits=0, rate_units=0, unit_kind=1
    )
    return replace(terms, name="metered", fee_bps=1_000, tiers=(*terms.tiers, metered, flat))


@dataclass(frozen=True)
class Sessions:
    """The sessions of a world."""

    world: World

    def opened(self, platform: Platform, wallet: str, *, buy: int = 1_000) -> Credit:
        """An account with so many credits, whose operator may open sessions."""
        return self.world.opened(platform, wallet, buy=buy, limits=SESSION_LIMITS)

    def next_id(self, credit: Credit) -> int:
        """The next id of a session."""
        return credit.next_session_id(self.world.account(credit).job_ids.highest)

    def opening(
        self,
        credit: Credit,
        *,
        credits: int = 500,
        seconds: int = 600,
        session_id: int | None = None,
        operator: Key | None = None,
        payer: Key | None = None,
        payee: Pubkey | None = None,
    ) -> tuple[SessionRef, Call]:
        """An opening by the operator with the next id unless others are given; the operator pays the rent."""
        by = operator or credit.platform.operator
        paying = payer or by
        number = self.next_id(credit) if session_id is None else session_id
        session = credit.session(number, paying.pubkey())
        call = calls_of_sessions.open_session(
            session, credits=credits, seconds=seconds, operator=by, payer=paying, payee=payee
        )
        return session, call

    def open(
        self,
        credit: Credit,
        *,
        credits: int = 500,
        seconds: int = 600,
        session_id: int | None = None,
        payer: Key | None = None,
        payee: Pubkey | None = None,
    ) -> SessionRef:
        """Open a session: 500 credits for ten minutes unless told otherwise."""
        session, call = self.opening(
            credit, credits=credits, seconds=seconds, session_id=session_id, payer=payer, payee=payee
        )
        self.world.do(call)
        return session

    def settling(
        self,
        session: SessionRef,
        totals: Mapping[int, TierTotals],
        *,
        receipts: int = 1,
        from_count: int | None = None,
        is_final: bool = False,
        operator: Key | None = None,
        payee: Pubkey | None = None,
        root: bytes = ROOT,
    ) -> Call:
        """A settlement by the operator with so many receipts more than there are, unless told otherwise."""
        start = self.read(session).count if from_count is None else from_count
        return calls_of_sessions.settle_session(
            session,
            totals,
            from_count=start,
            count=start + receipts,
            is_final=is_final,
            operator=operator or session.credit.platform.operator,
            payee=payee,
            root=root,
        )

    def settle(
        self,
        session: SessionRef,
        totals: Mapping[int, TierTotals],
        *,
        receipts: int = 1,
        is_final: bool = False,
        payee: Pubkey | None = None,
        root: bytes = ROOT,
    ) -> Outcome:
        """Settle a session."""
        call = self.settling(session, totals, receipts=receipts, is_final=is_final, payee=payee, root=root)
        return self.world.do(call)

    def refunding(self, session: SessionRef, authority: Key | None = None) -> Call:
        """A refund, by the operator unless another is given."""
        return calls_of_sessions.refund_session(session, authority=authority or session.credit.platform.operator)

    def refund(self, session: SessionRef, authority: Key | None = None) -> Outcome:
        """Refund a session."""
        return self.world.do(self.refunding(session, authority))

    def read(self, session: SessionRef) -> codec.Session:
        """What an open session holds."""
        return codec.Session.decode(self.world.machine.data(session.address))

    def is_open(self, session: SessionRef) -> bool:
        """Whether a session is still open."""
        return self.world.machine.get(session.address) is not None
