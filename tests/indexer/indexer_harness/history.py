"""A random history on the local chain, from a seed: every instruction, several wallets, failures, forks."""

import pickle
from random import Random
from typing import TYPE_CHECKING, Any

from caller import calls_itself_with, flood, forged_event, through
from job_escrow.addresses import token_address
from job_escrow.codec import PROGRAM_ID
from program_harness import calls, calls_of_admin, calls_of_credits, tokens
from program_harness.model.refusing import Refused
from program_harness.parties import Credit
from program_harness.simulation.driver import Simulation
from program_harness.simulation.operations import Planned

from indexer_harness.chain_machine import ChainMachine

if TYPE_CHECKING:
    from program_harness.calls import Call
    from solders.address_lookup_table_account import AddressLookupTableAccount
    from solders.instruction import Instruction

_TABLE_SIZE = 40


class History(Simulation):
    """Plays operations, one to three to a transaction, some through a lookup table, some through another program, which
    forges events and floods the log, too; and takes slots back.

    The model only chooses what is sent: whether the chain agrees with it is another test's business.
    """

    def __init__(self, seed: int, machine: ChainMachine) -> None:
        super().__init__(seed, machine)
        self.machine = machine
        self.dice = Random(f"history {seed}")
        addresses = [credit.address for credit in self.scene.credits] + [credit.vault for credit in self.scene.credits]
        # Who is called by another program may be named by a table alone.
        addresses = [PROGRAM_ID, *(platform.address for platform in self.scene.platforms), *addresses]
        self._table = machine.lookup_table(addresses[:_TABLE_SIZE])
        self._waiting: list[Planned] = []
        self._wanted = 1
        self._mint = tokens.make_mint(machine, "another")
        machine.chain.close_slot()
        self._start = machine.chain.tip.slot
        self._states: dict[int, bytes] = {}
        # Pickled, which copies ten times as fast as copy.deepcopy does.

        self.scene.model.now = machine.now
        for credit in self.dice.sample(self.scene.credits, 5):
            self._open(credit)

    def _open(self, credit: Credit) -> None:
        """An account with credits, so that jobs begin soon."""
        model, wallet = self.scene.model, credit.wallet
        self._wanted = 1
        opening = calls.open_account(credit, calls.OPEN_LIMITS)
        self._play(Planned.of(opening, lambda: model.open(credit, calls.OPEN_LIMITS)))
        self._wanted = 1
        number, source = model.accounts[credit.address].sequence + 1, credit.tokens
        buying = calls.purchase(credit, 1_000, number, payer=wallet, source=source)
        self._play(
            Planned.of(buying, lambda: model.purchase(credit, 1_000, number, payer=wallet.pubkey(), source=source))
        )

    def play(self, steps: int) -> None:
        """Play operations, in a few slots."""
        for _ in range(steps):
            if self.dice.random() < 0.1:
                self._others()
            else:
                self.run(1)
            if self.dice.random() < 0.3:
                self.close_slot()

    def close_slot(self, times: int = 1) -> None:
        """End slots, and remember the model at their ends."""
        chain = self.machine.chain
        # Slots in which nothing happens end with the same one.
        state = pickle.dumps((self.scene.model, self.player.ended))
        for _ in range(times):
            self._states[chain.open.slot] = state
            chain.close_slot()
        for slot in [slot for slot in self._states if slot < chain.root.slot]:
            del self._states[slot]

    def fork(self, slots: int) -> None:
        """Take back slots that are not final, but never those that set the stage."""
        chain = self.machine.chain
        chain.rollback(sum(block.slot > self._start for block in list(chain._unrooted)[-slots:]))
        if chain.tip.slot in self._states:
            # The player asks the scene for its model each time.
            self.scene.model, self.player.ended = pickle.loads(self._states[chain.tip.slot])  # noqa: S301  (our own)
            self.scene.model.now = self.machine.now
        self._waiting = []

    def _pass_time(self) -> None:
        super()._pass_time()
        # The chain's clock does not go back.
        self.scene.model.now = self.machine.now

    def _play(self, planned: Planned) -> None:
        self._waiting.append(planned)
        if len(self._waiting) < self._wanted:
            return
        together, self._waiting = self._waiting, []
        self._wanted = self.dice.choice((1, 1, 1, 2, 3))
        before = pickle.dumps(self.scene.model) if len(together) > 1 else None
        for one in together:
            try:
                one.apply()
            except Refused:
                if before is not None:
                    self.scene.model = pickle.loads(before)  # noqa: S301  (our own)
                break
        self._transact(
            [step for one in together for step in one.instructions], [key for one in together for key in one.signers]
        )
        self.player.ended += [one.job for one in together if one.job is not None]

    def _transact(self, steps: "list[Instruction]", signers: list[Any]) -> None:
        lookup: list[AddressLookupTableAccount] = [self._table] if self.dice.random() < 0.3 else []
        steps = [through(step, self.dice.choice((1, 1, 2))) if self.dice.random() < 0.2 else step for step in steps]
        if self.dice.random() < 0.1:
            steps.insert(self.dice.randint(0, len(steps)), self._hostile())
        transaction = self.machine.transaction(steps, signers, lookup=lookup)
        if len(bytes(transaction)) <= 1232:
            self.machine.send_transaction(transaction, lookup)

    def _hostile(self) -> "Instruction":
        """An event that never happened, from another program; or its bytes in the log, behind which logs are cut."""
        forged = forged_event(self.dice.choice(self.scene.credits).address)
        return self.dice.choice((calls_itself_with(forged), flood(forged, 1), flood(forged, 40)))

    def _others(self) -> None:
        """Instructions that the simulation does not play."""
        platform = self.dice.choice(self.scene.platforms)
        credit = self.dice.choice(self.scene.credits)
        stranger = self.scene.stranger
        register = calls_of_admin.register_payee(
            platform, stranger.pubkey(), token_address(stranger.pubkey(), platform.mint)
        )
        admin = platform.admin.pubkey()
        unregister = calls_of_admin.unregister_payee(platform, stranger.pubkey(), rent_payer=admin)
        suspend = calls_of_admin.update_payee(platform, stranger.pubkey(), suspended=True, share_bps=8_500)
        handover = [
            calls_of_admin.propose_admin(platform, admin),
            calls_of_admin.accept_admin(platform, platform.admin),
        ]
        kind = self.dice.randrange(5)
        chosen: list[Call] = [register] if kind == 0 else [unregister] if kind == 1 else handover
        if kind == 4:
            chosen = [suspend]
        if kind == 3:
            source = tokens.fund(self.machine, credit.address, 5, self._mint)
            destination = tokens.fund(self.machine, credit.wallet.pubkey(), 0, self._mint)
            chosen = [calls_of_credits.recover(credit, source, destination)]
        steps = [step for call in chosen for step in call.all()]
        self._transact(steps, [signer for call in chosen for signer in call.signers])
