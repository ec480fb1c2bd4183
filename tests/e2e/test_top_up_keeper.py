"""A keeper and top-ups: what a wallet has in its rule and its token accounts holds nobody else up."""

from dataclasses import replace

import pytest
from escrow_harness.stage import LIMITS, Stage, job, set_stage, wait_until
from escrow_harness.token_accounts import freeze, token_account_of, writable
from job_escrow import (
    ChainError,
    Escrow,
    KeeperNews,
    KeeperPlan,
    KeeperRound,
    NotFound,
    Refused,
    TopUpTerms,
    delegate_address,
    token_address,
)
from job_escrow.addresses import top_up_address
from job_escrow.bounds import ALWAYS
from job_escrow.chain import run
from job_escrow.chain.requests import Answer, GetAccounts, GetUnixTime, Request, Simulate
from job_escrow.codec import errors
from job_escrow.testing.embedded import embedded_chain
from job_escrow.testing.litesvm import LiteSvmChain
from job_escrow.tokens import USDC_MINT, approve
from job_escrow.transactions import execute
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.token import ID as TOKEN_PROGRAM_ID

PRICE = 10_000
TERMS = TopUpTerms(threshold=100, buy=200, base_units_per_period=600 * PRICE, period_seconds=86_400)


@pytest.fixture
def stage() -> Stage:
    """A chain of its own with a platform, and alice's account with 100 credits."""
    made = set_stage(Escrow(embedded_chain()))
    made.escrow.create_platform(made.cast.admin, made.terms)
    made.alice.open(LIMITS, buy=100)
    return made


def timed_out_job(stage: Stage) -> None:
    """A job of bob's that anybody may refund."""
    stage.bob.open(LIMITS, buy=100)
    stage.operator.lock(stage.bob.address, job(stage.operator.next_job_id(stage.bob.address), None, 10, seconds=1))
    chain = stage.escrow.chain
    wait_until(chain, chain.answer(GetUnixTime()) + 2)


def test_a_source_that_is_no_account_yet_stops_no_keeper(stage: Stage) -> None:
    """Its owner closed the source, and made an account of the Token program there that it did not initialise."""
    alice, made = stage.cast.alice, Keypair()
    token_account_of(alice, made, stage, begun=True)
    stage.alice.set_top_up(replace(TERMS, threshold=ALWAYS), source=made.pubkey())
    timed_out_job(stage)
    signs = AccountMeta(alice.pubkey(), is_signer=True, is_writable=True)
    close = Instruction(TOKEN_PROGRAM_ID, b"\x09", [writable(made.pubkey()), writable(alice.pubkey()), signs])
    run(execute([close], [alice], stage.escrow.options), stage.escrow.chain)
    token_account_of(alice, made, stage, begun=False)

    done = stage.anyone.keep_once(KeeperPlan(platform=stage.platform))
    assert [(action.kind, action.credits) for action in done.actions] == [("refund", 10)]
    assert (done.skipped, done.trouble) == ((), None)
    state = stage.alice.top_up_state()
    assert state is not None
    assert (state.source, state.refusal) == (None, errors.TopUpSourceClosed)
    with pytest.raises(Refused) as refused:
        stage.anyone.top_up(stage.alice.address)
    assert refused.value.refusal is errors.TopUpSourceClosed
    with pytest.raises(NotFound, match="no token account"):
        stage.alice.set_top_up(TERMS, source=made.pubkey())
    stage.alice.set_top_up(TERMS)
    stage.alice.remove_top_up()
    assert stage.alice.top_up_state() is None


def test_a_rule_that_cannot_be_read_is_skipped_and_told(stage: Stage) -> None:
    stage.alice.set_top_up(replace(TERMS, threshold=ALWAYS))
    timed_out_job(stage)
    stage.bob.set_top_up(replace(TERMS, threshold=ALWAYS))
    rule = top_up_address(stage.alice.address)
    (info,) = stage.escrow.chain.answer(GetAccounts([rule]))
    assert info is not None
    assert isinstance(stage.escrow.chain, LiteSvmChain)
    stage.escrow.chain.set_account(rule, replace(info, data=bytes(len(info.data))))
    done = stage.anyone.keep_once(KeeperPlan(platform=stage.platform))
    assert [(action.kind, action.credit_account) for action in done.actions] == [
        ("refund", stage.bob.address),
        ("top up", stage.bob.address),
    ]
    (skipped,) = done.skipped
    assert skipped.credit_account == stage.alice.address
    assert str(rule) in str(skipped.error)
    with pytest.raises(ChainError, match="not a TopUpRule"):
        stage.alice.top_up_state()


class NoRules:
    """A node that stops answering once it is asked for top-up rules."""

    def __init__(self, stage: Stage) -> None:
        self.chain = stage.escrow.chain
        self.rule = top_up_address(stage.alice.address)

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, GetAccounts) and self.rule in request.addresses:
            raise ChainError("the node is away")
        return self.chain.answer(request)


def test_top_ups_that_cannot_be_looked_for_hold_nothing_else_up(stage: Stage) -> None:
    stage.alice.set_top_up(replace(TERMS, threshold=ALWAYS))
    timed_out_job(stage)
    keeper = Escrow(NoRules(stage)).anyone(stage.cast.stranger)
    done = keeper.keep_once(KeeperPlan(platform=stage.platform))
    assert [(action.kind, action.credits) for action in done.actions] == [("refund", 10)]
    assert str(done.trouble) == "the node is away"


def test_a_keeper_does_the_rest_first_and_top_ups_once_in_a_round(stage: Stage) -> None:
    always = replace(TERMS, threshold=ALWAYS, base_units_per_period=100_000 * PRICE)
    stage.alice.set_top_up(always)
    timed_out_job(stage)
    rounds: list[KeeperRound] = []
    chain = stage.escrow.chain
    ended: list[int] = []

    def tell(news: KeeperNews) -> None:
        if isinstance(news, KeeperRound):
            rounds.append(news)
            ended.append(chain.answer(GetUnixTime()))

    plan = KeeperPlan(platform=stage.platform, most=1, interval=60)
    stage.anyone.keep(plan, tell=tell, stop=lambda: len(rounds) == 3)
    kinds = [[action.kind for action in each.actions] for each in rounds]
    assert kinds == [["refund"], ["top up"], ["top up"]]
    assert ended[2] - ended[1] >= 50


def test_two_rules_and_an_allowance_for_one(stage: Stage) -> None:
    """Each was due for itself; that the second is refused is no failure of the keeper's."""
    always = replace(TERMS, threshold=ALWAYS)
    team = stage.escrow.wallet(stage.cast.alice, stage.platform, namespace="team")
    team.open(LIMITS)
    for wallet in (team, stage.alice):
        wallet.set_top_up(always)
    delegate = delegate_address(stage.platform, stage.cast.alice.pubkey())
    owner = stage.cast.alice
    step = approve(
        source=token_address(owner.pubkey(), USDC_MINT), delegate=delegate, owner=owner.pubkey(), base_units=200 * PRICE
    )
    run(execute([step], [owner], stage.escrow.options), stage.escrow.chain)
    done = stage.anyone.keep_once(KeeperPlan(platform=stage.platform))
    assert (done.due, done.done, done.failed) == (2, 1, 0)


def test_a_frozen_vault_is_no_failure_of_a_keeper(stage: Stage) -> None:
    stage.alice.set_top_up(replace(TERMS, threshold=ALWAYS))
    freeze(stage, stage.alice.side.vault)
    state = stage.alice.top_up_state()
    assert state is not None
    assert (state.refusal, state.is_frozen, state.is_due) == (None, True, False)
    assert stage.anyone.keep_once(KeeperPlan(platform=stage.platform)).due == 0


class FreezesMeanwhile:
    """A chain on which the vault is frozen between a keeper's look and its transaction."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.frozen = False

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, Simulate) and not self.frozen:
            self.frozen = True
            freeze(self.stage, self.stage.alice.side.vault)
        return self.stage.escrow.chain.answer(request)


def test_a_vault_that_is_frozen_meanwhile_is_no_failure_of_a_keeper(stage: Stage) -> None:
    stage.alice.set_top_up(replace(TERMS, threshold=ALWAYS))
    keeper = Escrow(FreezesMeanwhile(stage)).anyone(stage.cast.stranger)
    done = keeper.keep_once(KeeperPlan(platform=stage.platform))
    assert (done.due, done.done, done.failed) == (1, 0, 0)
