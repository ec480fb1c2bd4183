"""One chain with everything on it twice: what the negatives start from."""

from dataclasses import dataclass
from dataclasses import replace as changed
from functools import cache

from job_escrow.bounds import ALWAYS
from job_escrow.codec import Pack
from job_escrow.presets import load_preset
from solders.pubkey import Pubkey

from program_harness import calls_of_admin, past_the_program, tokens
from program_harness.calls_of_credits import NEVER
from program_harness.calls_of_top_ups import rule_of
from program_harness.keys import Key, key
from program_harness.parties import Credit, JobRef, Platform, SessionRef
from program_harness.sessions import SESSION_LIMITS, Sessions
from program_harness.top_ups import TopUps
from program_harness.world import World

PACK = Pack(credits=125, bonus_credits=25)
TEAM = b"team".ljust(16, b"\0")


@dataclass(frozen=True)
class Stage:
    """Alice on a platform, and what could be mistaken for hers: another namespace, wallet, platform, job and mint."""

    world: World
    platform: Platform
    other_platform: Platform
    foreign_platform: Platform
    """One of another mint."""
    alice: Credit
    alices_team: Credit
    alice_elsewhere: Credit
    """Alice's account on the other platform."""
    bob: Credit
    job: JobRef
    other_job: JobRef
    """Another job of the same account."""
    teams_job: JobRef
    bobs_job: JobRef
    job_elsewhere: JobRef
    session: SessionRef
    other_session: SessionRef
    """Another session of the same account."""
    teams_session: SessionRef
    bobs_session: SessionRef
    session_elsewhere: SessionRef
    payees_session: SessionRef
    """A session of Alice's account that the payee earns from."""
    idle: Credit
    """Carol's account, which has no open jobs."""
    ruled: Credit
    """Frank's account, which has a top-up rule of a pack that is due, and no open jobs."""
    plain: Credit
    """Another namespace of Frank's, whose rule buys credits without a pack."""
    ruled_elsewhere: Credit
    """Frank's account on the other platform, with a rule of its own."""
    buyer: Credit
    """Erin's account, which has some of a pack left, owes promotion something, and has no open jobs."""
    unopened: Credit
    """Dave's account, which does not exist yet."""
    changing: Platform
    """A platform with a change that is due, and a proposed admin."""
    new_admin: Key
    payee: Key
    """Registered on the platform and on the other one."""
    payees_tokens: Pubkey
    suspended: Key
    """A suspended payee."""
    payees_job: JobRef
    """A job of Alice's account that the payee earns from."""
    stray: Pubkey
    """A token account that Alice's credit account owns besides its vault."""


@cache
def stage() -> Stage:
    """The stage. It is shared: whoever uses it has to leave it as it was."""
    world = World()
    platform = world.create_platform("decentral")
    other_platform = world.create_platform("decentral", name="other", operator="other operator", admin="other admin")
    foreign_mint = tokens.make_mint(world.machine, "foreign")
    foreign = world.create_platform("decentral", name="foreign", mint=foreign_mint)
    hasty = changed(load_preset("decentral"), name="changing", notice_seconds=1)
    changing = world.create_platform(hasty)
    payee = world.wallet("payee")
    payees_tokens = tokens.fund(world.machine, payee.pubkey(), 0)
    for each in (platform, other_platform):
        world.register_payee(each, payee.pubkey(), payees_tokens)
    suspended = world.person("suspended payee")
    world.register_payee(platform, suspended.pubkey(), tokens.fund(world.machine, suspended.pubkey(), 0))
    world.do(calls_of_admin.update_payee(platform, suspended.pubkey(), suspended=True))
    sessions = Sessions(world)
    alice = world.opened(platform, "alice", buy=2_000, limits=SESSION_LIMITS)
    team = world.opened(platform, "alice", TEAM, buy=1_000, limits=SESSION_LIMITS)
    elsewhere = world.opened(other_platform, "alice", buy=1_000, limits=SESSION_LIMITS)
    bob = world.opened(platform, "bob", buy=1_000, limits=SESSION_LIMITS)
    carol = world.opened(platform, "carol", buy=1_000)
    for each in (platform, other_platform):
        world.offer(each, PACK, promotion=10**12)
    erin = world.opened(platform, "erin")
    world.buy_pack(erin)
    world.withdraw(erin, 75)
    frank, frank_elsewhere = _ruled(world, platform), _ruled(world, other_platform)
    registration = calls_of_admin.payee_address(platform.address, payee.pubkey())
    built = Stage(
        world=world,
        platform=platform,
        other_platform=other_platform,
        foreign_platform=foreign,
        alice=alice,
        alices_team=team,
        alice_elsewhere=elsewhere,
        bob=bob,
        job=world.lock(alice),
        other_job=world.lock(alice),
        teams_job=world.lock(team),
        bobs_job=world.lock(bob),
        job_elsewhere=world.lock(elsewhere),
        session=sessions.open(alice, credits=100),
        other_session=sessions.open(alice, credits=100),
        teams_session=sessions.open(team, credits=100),
        bobs_session=sessions.open(bob, credits=100),
        session_elsewhere=sessions.open(elsewhere, credits=100),
        payees_session=sessions.open(alice, credits=100, payee=registration),
        idle=carol,
        ruled=frank,
        plain=_ruled_plainly(world, platform),
        ruled_elsewhere=frank_elsewhere,
        buyer=erin,
        unopened=Credit(platform, world.wallet("dave")),
        changing=changing,
        new_admin=world.person("new admin"),
        payee=payee,
        payees_tokens=payees_tokens,
        suspended=suspended,
        payees_job=world.lock(alice, payee=registration),
        stray=tokens.put_token_account(world.machine, key("stray").pubkey(), owner=alice.address, amount=10**6),
    )
    _announce(built)
    _fill(built)
    world.machine.advance(10)
    return built


def _ruled(world: World, platform: Platform) -> Credit:
    credit = world.opened(platform, "frank")
    rule = changed(rule_of(credit, PACK.credits, threshold=ALWAYS), pack=0, bonus_credits=PACK.bonus_credits)
    TopUps(world).set(credit, rule, payer=world.person("rent payer"))
    return credit


def _ruled_plainly(world: World, platform: Platform) -> Credit:
    credit = world.opened(platform, "frank", TEAM, buy=100)
    TopUps(world).set(credit, rule_of(credit, threshold=ALWAYS), payer=world.person("rent payer"))
    return credit


def _announce(on: Stage) -> None:
    # As if its notice were over.
    past_the_program.change_platform(on.world.machine, on.platform, standby_operator=key("standby").pubkey())
    raised = changed(calls_of_admin.NO_CHANGE, fee_bps=100)
    on.world.do(calls_of_admin.update_platform(on.changing, raised))
    on.world.do(calls_of_admin.propose_admin(on.changing, on.new_admin.pubkey()))


def _fill(on: Stage) -> None:
    """Tokens where the calls, or the mistakes, want some."""
    machine, alice = on.world.machine, on.alice
    on.world.person("stranger")
    tokens.fund(machine, alice.wallet.pubkey(), 10**12, on.foreign_platform.mint)
    for each in (on.platform, on.other_platform):
        tokens.fund(machine, each.treasury_owner.pubkey(), 10**12)
    tokens.fund(machine, on.unopened.address, 0)
    tokens.fund(machine, alice.vault, 5_000_000)
    operators = tokens.fund(machine, on.platform.operator.pubkey(), 10**12)
    on.world.grant(alice, 100, machine.now + 5, source=operators)
    on.world.grant(on.plain, 10, NEVER, source=operators)
    on.world.deposit(alice, 2_000_000)
