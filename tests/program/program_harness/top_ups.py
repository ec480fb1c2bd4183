"""Verbs for automatic top-up on a chain with parties on it."""

from dataclasses import dataclass

from job_escrow.addresses import top_up_address
from job_escrow.codec import TopUpArgs, TopUpRule
from solders.pubkey import Pubkey

from program_harness import calls_of_top_ups
from program_harness.calls import Call
from program_harness.keys import Key
from program_harness.machine import Outcome
from program_harness.parties import Credit
from program_harness.world import World


@dataclass(frozen=True)
class TopUps:
    """The top-up rules of a world."""

    world: World

    def setting(
        self,
        credit: Credit,
        args: TopUpArgs | None = None,
        *,
        sequence: int | None = None,
        source: Pubkey | None = None,
        payer: Key | None = None,
        approved: int | None = 2**63,
    ) -> Call:
        """A rule with the wallet's next number; 200 credits below 100, three times a day, unless told otherwise."""
        number = self.world.account(credit).sequence + 1 if sequence is None else sequence
        rule = args or calls_of_top_ups.rule_of(credit)
        return calls_of_top_ups.set_top_up(credit, rule, number, source=source, payer=payer, approved=approved)

    def set(
        self,
        credit: Credit,
        args: TopUpArgs | None = None,
        *,
        source: Pubkey | None = None,
        payer: Key | None = None,
        approved: int | None = 2**63,
    ) -> Outcome:
        """Set a rule."""
        return self.world.do(self.setting(credit, args, source=source, payer=payer, approved=approved))

    def removing(self, credit: Credit) -> Call:
        """The removal of a rule, with the rent payer that it names."""
        return calls_of_top_ups.remove_top_up(credit, rent_payer=self.read(credit).rent_payer)

    def remove(self, credit: Credit) -> Outcome:
        """Remove a rule."""
        return self.world.do(self.removing(credit))

    def running(self, credit: Credit) -> Call:
        """A top-up from the source that the rule names; with the promotion account where the rule has a pack."""
        rule = self.read(credit)
        promotion = None if rule.pack == calls_of_top_ups.NO_PACK else credit.platform.promotion
        return calls_of_top_ups.top_up(credit, source=rule.source, promotion=promotion)

    def run(self, credit: Credit) -> Outcome:
        """Top up, in a slot of its own."""
        self.world.machine.advance(0)
        return self.world.do(self.running(credit))

    def read(self, credit: Credit) -> TopUpRule:
        """The rule of an account."""
        return TopUpRule.decode(self.world.machine.data(top_up_address(credit.address)))

    def is_set(self, credit: Credit) -> bool:
        """Whether there is a rule, in force or not."""
        return self.world.machine.get(top_up_address(credit.address)) is not None
