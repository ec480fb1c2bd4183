"""Accounts that earlier releases wrote: this program and this client take them as they are.

`scripts/golden-accounts` writes the set of a new version; what a release wrote is never written anew.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from job_escrow import __version__
from job_escrow.codec import ACCOUNTS, AboveTopUpCap, Payee, decode_account
from job_escrow.codec import Platform as PlatformAccount
from program_harness import calls, calls_of_admin, calls_of_credits, tokens
from program_harness.calls_of_sessions import requests
from program_harness.golden.files import FOLDER, AlreadyThere, GoldenSet, record, values
from program_harness.golden.scene import LIMITS, Scene, play
from program_harness.machine import Machine
from program_harness.sessions import LITE, Sessions
from program_harness.top_ups import TopUps
from program_harness.world import DAY, World

FILES = sorted(FOLDER.glob("*.json"))
NOTICE = 7 * DAY
METERED_LEFT = 2_400


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def golden(request: pytest.FixtureRequest) -> GoldenSet:
    return GoldenSet.read(request.param)


@pytest.fixture
def scene(world: World, golden: GoldenSet) -> Scene:
    """The accounts of that release, on a chain with this program."""
    return golden.load(world)


def read(machine: Machine, scene: Scene) -> PlatformAccount:
    return PlatformAccount.decode(machine.data(scene.platform.address))


def test_this_version_has_its_golden_set() -> None:
    assert __version__ in [path.stem for path in FILES], "scripts/golden-accounts writes it"


def test_a_set_holds_every_kind_of_account() -> None:
    newest = GoldenSet.read(FOLDER / f"{__version__}.json")
    assert {type(decode_account(newest.data(name))) for name in newest.accounts} == set(ACCOUNTS.values())


def test_a_set_is_never_written_anew(tmp_path: Path, world: World) -> None:
    written = record("0.0.1", world, play(world))
    path = written.write(tmp_path)
    before = path.read_bytes()
    with pytest.raises(AlreadyThere, match=r"never written anew"):
        written.write(tmp_path)
    assert path.read_bytes() == before
    assert GoldenSet.read(path) == written


def test_this_program_writes_what_the_set_of_this_version_holds(world: World) -> None:
    """Until the version changes, so that a layout does not change within one."""
    assert record(__version__, world, play(world)) == GoldenSet.read(FOLDER / f"{__version__}.json")


def test_the_client_reads_what_they_say(golden: GoldenSet) -> None:
    for name, account in golden.accounts.items():
        said = values(decode_account(golden.data(name)))
        assert {key: said[key] for key in account["values"]} == account["values"], name


def test_nothing_of_them_gets_lost_in_the_client(golden: GoldenSet) -> None:
    for name in golden.accounts:
        assert decode_account(golden.data(name)).encode() == golden.data(name), name


def test_jobs_are_settled_and_refunded(world: World, scene: Scene) -> None:
    """The metered one cost 40 before, of which 8 are left to charge: all of them paid credits, less 2.5% of fee."""
    machine = world.machine
    earned = tokens.amount_of(machine, scene.payees_tokens)
    before = world.account(scene.credit)
    world.settle(scene.metered, METERED_LEFT, payee=scene.payees_tokens)
    assert tokens.amount_of(machine, scene.payees_tokens) - earned == 8 * 10_000 * 975 // 1_000
    machine.advance(7_200)
    world.refund(scene.quoted, scene.payee)
    after = world.account(scene.credit)
    assert (after.open_jobs, after.paid_locked, after.granted_locked) == (0, 0, 0)
    assert after.spent_paid == before.spent_paid + 8
    assert after.granted_available == before.granted_available + before.granted_locked
    assert not world.is_open(scene.metered)
    assert not world.is_open(scene.quoted)


def test_sessions_are_settled_on_and_end(world: World, scene: Scene) -> None:
    """Its terms are its own, and its history goes on."""
    sessions = Sessions(world)
    before = world.account(scene.guest)
    settling = {LITE: requests(5, 1, 2_001, 3)}
    sessions.settle(scene.session, settling, receipts=2, is_final=True, payee=scene.payees_tokens)
    after = world.account(scene.guest)
    assert after.spent_paid == before.spent_paid + 4
    assert (after.open_jobs, after.paid_locked) == (0, 0)
    assert after.session_heads not in {before.session_heads, bytes(32)}
    assert not sessions.is_open(scene.session)


def test_a_rule_goes_on_buying_and_is_removed(world: World, scene: Scene) -> None:
    """A pack in a period; its rent goes back to who paid it."""
    top_ups, subscriber = TopUps(world), scene.subscriber
    # This chain is not as long as that was on which the set was recorded.
    while world.machine.slot <= top_ups.read(subscriber).last_slot:
        world.machine.advance(0)
    world.refused(AboveTopUpCap, top_ups.running(subscriber))
    world.machine.advance(30 * DAY)
    top_ups.run(subscriber)
    assert world.account(subscriber).paid_available == 2 * 150
    top_ups.remove(subscriber)
    world.close(subscriber)
    assert world.machine.get(subscriber.address) is None


def test_all_of_them_is_withdrawn_to_the_last_base_unit(world: World, scene: Scene) -> None:
    machine = world.machine
    account, vault = world.account(scene.credit), world.vault(scene.credit)
    had = tokens.amount_of(machine, scene.credit.tokens)
    world.withdraw(scene.credit)
    locked = (account.paid_locked + account.granted_available + account.granted_locked) * account.base_units_per_credit
    assert tokens.amount_of(machine, scene.credit.tokens) - had == vault - locked
    assert world.vault(scene.credit) == locked


def test_credits_are_bought_granted_locked_and_deposited(world: World, scene: Scene) -> None:
    credit = scene.credit
    before = world.account(credit)
    world.buy(credit, 100)
    world.do(calls.set_limits(credit, replace(LIMITS, credits_per_job=499)))
    source = replace(credit, wallet=scene.platform.operator).tokens
    world.grant(credit, 70, world.machine.now + 10, source=source)
    world.deposit(credit, 1_000_000)
    world.do(calls_of_credits.sync_deposits(credit, authority=scene.payee))
    job = world.lock(credit)
    after = world.account(credit)
    assert job.id == credit.next_id(before.job_ids.highest)
    assert after.grant_ids.highest == before.grant_ids.highest + 1
    assert (after.purchased - before.purchased, after.granted - before.granted) == (100, 70)
    assert after.open_jobs == before.open_jobs + 1
    world.machine.advance(10)
    world.do(calls_of_credits.expire_lots(credit))
    assert world.account(credit).expired - before.expired == 70 - 40


def test_a_fresh_account_is_bought_from_and_closed(world: World, scene: Scene) -> None:
    """With number 0, which stands for the first one."""
    world.do(world.buying(scene.newcomer, 100, sequence=0))
    world.machine.advance(1)
    world.close(scene.newcomer)
    assert world.machine.get(scene.newcomer.address) is None


def test_a_pack_is_withdrawn_for_what_it_cost_and_bought_again(world: World, scene: Scene) -> None:
    machine, buyer, platform = world.machine, scene.buyer, scene.platform
    had, promotion = tokens.amount_of(machine, buyer.tokens), world.promotion(platform)
    world.withdraw(buyer)
    assert tokens.amount_of(machine, buyer.tokens) - had == 75 * 10_000 * 125 // 150
    world.do(calls_of_credits.sweep_promotion(buyer, platform.promotion))
    assert world.promotion(platform) - promotion == 120 * 10_000 * 25 // 150
    world.buy_pack(buyer)
    machine.advance(1)
    world.close(buyer)
    assert tokens.amount_of(machine, buyer.tokens) - had == 75 * 10_000 * 125 // 150


def test_an_account_with_a_history_is_closed(world: World, scene: Scene) -> None:
    """Every base unit of its vault goes to the wallet, the treasury or the payee."""
    machine = world.machine
    holders = (scene.credit.tokens, scene.platform.treasury, scene.payees_tokens)
    before = world.vault(scene.credit) + sum(tokens.amount_of(machine, each) for each in holders)
    world.settle(scene.metered, METERED_LEFT, payee=scene.payees_tokens)
    world.refund(scene.quoted)
    world.close(scene.credit)
    assert sum(tokens.amount_of(machine, each) for each in holders) == before
    assert machine.get(scene.credit.vault) is None


def test_changes_that_were_announced_are_applied(world: World, scene: Scene) -> None:
    announced = read(world.machine, scene).pending
    world.machine.advance(NOTICE)
    world.do(calls_of_admin.apply_changes(scene.platform))
    applied = read(world.machine, scene)
    assert (applied.operator, applied.treasury) == (announced.operator, announced.treasury)
    assert (applied.fee_bps, applied.min_purchase, applied.max_job_seconds) == (300, 150, 200_000)
    assert applied.tiers[0].flat_credits == 9


def test_the_admin_changes_hands_and_payees(world: World, scene: Scene) -> None:
    payee = Payee.decode(world.machine.data(scene.registration))
    world.do(calls_of_admin.update_payee(scene.platform, payee.owner, suspended=True))
    world.do(calls_of_admin.unregister_payee(scene.platform, payee.owner, rent_payer=payee.rent_payer))
    world.do(calls_of_admin.register_payee(scene.platform, payee.owner, payee.token_account))
    world.do(calls_of_admin.accept_admin(scene.platform, world.person("golden next admin")))
    assert read(world.machine, scene).admin == world.person("golden next admin").pubkey()
