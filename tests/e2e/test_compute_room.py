"""Compute units are asked for with room for what may change between the simulation and the block that it lands in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from escrow_harness.stage import LIMITS, Stage, ids_from, job, opened_stage, register_payee
from job_escrow import Escrow, Receipt, platform_address, token_address
from job_escrow.addresses import job_address, payee_address
from job_escrow.chain import AccountInfo, Chain, Request, run
from job_escrow.chain.requests import Answer, GetAccounts, Send
from job_escrow.flows.settling import Settlement
from job_escrow.testing.embedded import embedded_chain
from job_escrow.tokens import USDC_MINT, create_token_account
from job_escrow.transactions import execute
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID

_DUST = 1_000
"""Lamports: more than nothing, and less than any rent."""


@dataclass
class Meddled:
    """A chain where somebody does something just before a transaction lands."""

    chain: Chain
    meddle: Callable[[], object]
    meddled: list[object] = field(default_factory=list)

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, Send) and not self.meddled:
            self.meddled.append(self.meddle())
        return self.chain.answer(request)


@pytest.fixture
def stage() -> Stage:
    return opened_stage(Escrow(embedded_chain()))


def sending_lamports(stage: Stage, *addresses: Pubkey) -> Callable[[], object]:
    """What a stranger does to addresses where nothing is yet."""

    def send() -> None:
        for address in addresses:
            dust = AccountInfo(lamports=_DUST, owner=SYSTEM_PROGRAM_ID, data=b"")
            stage.escrow.chain.set_account(address, dust)  # type: ignore[attr-defined]

    return send


def meddled(stage: Stage, meddle: Callable[[], object]) -> Escrow:
    return Escrow(Meddled(stage.escrow.chain, meddle))


@pytest.mark.parametrize("times", [1, 2])
def test_lamports_that_reach_a_jobs_address_before_it_is_locked(stage: Stage, times: int) -> None:
    """Anybody can send some, to every job that is about to be locked."""
    account = stage.alice.address
    for _ in range(times):
        job_id = stage.operator.next_job_id(account)
        address = job_address(account, job_id, stage.alice.side.program_id).address
        escrow = meddled(stage, sending_lamports(stage, address))
        receipt = escrow.operator(stage.cast.operator, stage.platform).lock(account, job(job_id, 1, 50))
        assert receipt.compute_units > 6_144
        assert escrow.job(address) is not None


def test_lamports_that_reach_a_credit_account_and_its_vault_before_they_are_opened(stage: Stage) -> None:
    wallet = stage.bob
    escrow = meddled(stage, sending_lamports(stage, wallet.address, wallet.side.vault))
    escrow.wallet(stage.cast.bob, stage.platform, namespace="research").open(LIMITS, buy=100)
    assert wallet.balance().available == 100


def test_lamports_that_reach_a_platform_before_it_is_created(stage: Stage) -> None:
    terms = stage.terms
    creator = stage.cast.stranger
    address = platform_address(creator.pubkey(), terms.name)
    treasury = token_address(terms.treasury_owner, USDC_MINT)
    escrow = meddled(stage, sending_lamports(stage, address))
    escrow.create_platform(creator, terms)
    assert escrow.platform(address).treasury == treasury


def test_lamports_that_reach_a_payee_before_it_is_registered(stage: Stage) -> None:
    owner = stage.cast.bob.pubkey()
    escrow = meddled(stage, sending_lamports(stage, payee_address(stage.platform, owner, stage.alice.side.program_id)))
    escrow.admin(stage.cast.admin, stage.platform).register_payee(owner)
    assert len(escrow.payees(stage.platform)) == 1


@pytest.mark.parametrize("there", [True, False], ids=["it goes away", "it is not there"])
def test_a_token_account_that_is_to_be_made_after_all(stage: Stage, *, there: bool) -> None:
    """Made where lamports are already, and where the simulation had nothing to make: for a withdrawal, say."""
    chain = stage.escrow.chain
    for _ in range(8):
        owner = Keypair().pubkey()
        address = token_address(owner, USDC_MINT)
        step = create_token_account(payer=stage.cast.stranger.pubkey(), owner=owner, mint=USDC_MINT)
        if there:
            run(execute([step], [stage.cast.stranger], stage.escrow.options), chain)
        escrow = meddled(stage, sending_lamports(stage, address))
        run(execute([step], [stage.cast.stranger], stage.escrow.options), escrow.chain)
        (info,) = chain.answer(GetAccounts([address]))
        assert info is not None
        assert len(info.data) == 165


@pytest.mark.parametrize("count", [1, 8])
def test_a_payees_token_account_that_comes_back(stage: Stage, count: int) -> None:
    """In the simulation it cannot be paid, so that all goes to the treasury in one transfer instead of two."""
    chain = stage.escrow.chain
    owner = stage.cast.bob.pubkey()
    register_payee(stage, owner)
    tokens = token_address(owner, USDC_MINT)
    account = stage.alice.address
    first = stage.operator.next_job_id(account)
    ids = ids_from(account, first, count)
    for job_id in ids:
        stage.operator.lock(account, replace(job(job_id, None, 10), payee=owner))
    (before,) = chain.answer(GetAccounts([tokens]))
    assert before is not None
    chain.set_account(tokens, AccountInfo(lamports=0, owner=SYSTEM_PROGRAM_ID, data=b""))  # type: ignore[attr-defined]
    escrow = meddled(stage, lambda: chain.set_account(tokens, before))  # type: ignore[attr-defined]
    operator = escrow.operator(stage.cast.operator, stage.platform)
    done = operator.settle_many([Settlement(credit_account=account, job_id=job_id, amount=10) for job_id in ids])
    assert [each.error for each in done] == [None] * count
    receipts = {each.receipt.signature for each in done if isinstance(each.receipt, Receipt)}
    assert len(receipts) == 1
    assert all(one.receipt == other.receipt for one, other in pairwise(done))
    (after,) = chain.answer(GetAccounts([tokens]))
    assert after is not None
    assert after.data != before.data
