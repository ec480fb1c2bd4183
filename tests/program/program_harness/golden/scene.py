"""What a golden set holds: one account of each kind, with something in every field that a release can fill."""

from dataclasses import dataclass, replace

from job_escrow.addresses import top_up_address
from job_escrow.bounds import ALWAYS
from job_escrow.codec import LimitsArgs, Pack, PlanCycle
from job_escrow.presets import load_preset
from solders.pubkey import Pubkey

from program_harness import calls_of_admin, calls_of_credits, tokens
from program_harness.calls_of_credits import NEVER
from program_harness.calls_of_sessions import requests
from program_harness.calls_of_top_ups import rule_of
from program_harness.keys import Key, key
from program_harness.parties import Credit, JobRef, Platform, SessionRef
from program_harness.sessions import LITE, Sessions
from program_harness.top_ups import TopUps
from program_harness.world import DAY, World

NAMESPACE = b"golden team".ljust(16, b"\0")
MAX_TIER = 3
PACK = Pack(credits=125, bonus_credits=25)
LIMITS = LimitsArgs(
    credits_per_job=500, credits_per_session=300, credits_per_period=1_000, period_seconds=3_600, quoted_allowed=True
)
_LATER = key("golden later treasury").pubkey()


@dataclass(frozen=True)
class Scene:
    """The parties of a golden set. Who signs has a key that follows from a name, for ever."""

    platform: Platform
    credit: Credit
    """Lots, limits that are in use, and two open jobs."""
    newcomer: Credit
    """Just opened."""
    buyer: Credit
    """It bought a pack, spent and withdrew some of it, and owes promotion for that."""
    metered: JobRef
    """By tier, locked by the operator for a payee and settled in part; of two lots and of paid credits."""
    quoted: JobRef
    """Quoted, locked by the wallet."""
    guest: Credit
    """One of its sessions has ended."""
    session: SessionRef
    """Of the guest, for the payee and settled in part."""
    subscriber: Credit
    """It was topped up with a pack by its rule."""
    payee: Key
    payees_tokens: Pubkey

    @property
    def registration(self) -> Pubkey:
        """The account of the payee."""
        return calls_of_admin.payee_address(self.platform.address, self.payee.pubkey())

    @property
    def accounts(self) -> dict[str, Pubkey]:
        """The program's accounts, by what they are."""
        return {
            "platform": self.platform.address,
            "payee": self.registration,
            "credit account": self.credit.address,
            "fresh credit account": self.newcomer.address,
            "credit account with a pack": self.buyer.address,
            "job by tier": self.metered.address,
            "quoted job": self.quoted.address,
            "credit account with sessions": self.guest.address,
            "session": self.session.address,
            "credit account with a top-up rule": self.subscriber.address,
            "top-up rule": top_up_address(self.subscriber.address),
        }

    @property
    def token_accounts(self) -> dict[str, Pubkey]:
        """What the program moves tokens between."""
        return {
            "vault": self.credit.vault,
            "fresh vault": self.newcomer.vault,
            "vault with a pack": self.buyer.vault,
            "vault with sessions": self.guest.vault,
            "vault with a top-up rule": self.subscriber.vault,
            "promotion": self.platform.promotion,
            "treasury": self.platform.treasury,
            "payee's tokens": self.payees_tokens,
            "wallet's tokens": self.credit.tokens,
            "newcomer's tokens": self.newcomer.tokens,
            "buyer's tokens": self.buyer.tokens,
            "guest's tokens": self.guest.tokens,
            "subscriber's tokens": self.subscriber.tokens,
            "operator's tokens": replace(self.credit, wallet=self.platform.operator).tokens,
        }


def name_of(person: str) -> str:
    """The name that a person's key follows from."""
    return f"golden {person}"


def play(world: World) -> Scene:
    """Bring the accounts about, by the program's own instructions alone."""
    admin, operator = name_of("admin"), name_of("operator")
    terms = replace(load_preset("decentral"), name="golden", fee_bps=250)
    platform = world.create_platform(terms, admin=admin, operator=operator)
    assert platform.treasury_owner == key("golden treasury")
    payee = world.person(name_of("payee"))
    payees_tokens = tokens.fund(world.machine, payee.pubkey(), 0)
    world.register_payee(platform, payee.pubkey(), payees_tokens)
    world.do(calls_of_admin.update_payee(platform, payee.pubkey(), share_bps=8_500))
    _announce(world, platform)

    credit = Credit(platform, world.wallet(name_of("wallet"), base_units=100_000_000), NAMESPACE)
    world.open(credit, LIMITS, payer=world.person(name_of("sponsor")))
    world.buy(credit, 1_000)
    world.deposit(credit, 2_000_000)
    world.do(calls_of_credits.sync_deposits(credit, authority=world.person(name_of("sponsor"))))
    source = tokens.fund(world.machine, platform.operator.pubkey(), 100_000_000)
    for credits, expiry in ((100, world.machine.now + 3_600), (50, NEVER), (30, world.machine.now + 60)):
        world.grant(credit, credits, expiry, source=source)
    for slot, cycle in ((0, 9), (0, 7), (3, 2**32 - 1)):
        world.do(world.granting(credit, 1, NEVER, source=source, plan=PlanCycle(slot=slot, cycle=cycle)))
    world.machine.advance(60)
    world.do(calls_of_credits.expire_lots(credit))
    quoted = world.lock(credit, tier=None, amount=120, seconds=7_200, authority=credit.wallet)
    guest = world.opened(platform, name_of("guest"), buy=100, limits=LIMITS)
    scene = Scene(
        platform=platform,
        credit=credit,
        newcomer=world.opened(platform, name_of("newcomer")),
        buyer=_bought(world, platform),
        metered=world.lock(
            credit,
            tier=MAX_TIER,
            amount=2_400,
            payee=calls_of_admin.payee_address(platform.address, payee.pubkey()),
        ),
        quoted=quoted,
        guest=guest,
        session=_settled_in_part(world, guest, payee, payees_tokens),
        subscriber=_topped_up(world, platform),
        payee=payee,
        payees_tokens=payees_tokens,
    )
    world.settle(scene.metered, 100, is_final=False, payee=payees_tokens)
    world.deposit(credit, 12_345)
    world.withdraw(credit, 70)
    return scene


def _bought(world: World, platform: Platform) -> Credit:
    """Half of a pack is left."""
    world.offer(platform, PACK, promotion=1_000_000)
    buyer = world.opened(platform, name_of("buyer"))
    world.buy_pack(buyer)
    world.settle(world.lock(buyer, tier=None, amount=30), 30)
    world.withdraw(buyer, 45)
    return buyer


def _topped_up(world: World, platform: Platform) -> Credit:
    """A pack in a month, whatever is left, for a year."""
    subscriber = world.opened(platform, name_of("subscriber"))
    rule = replace(
        rule_of(subscriber, PACK.credits, threshold=ALWAYS, times=1),
        bonus_credits=PACK.bonus_credits - 1,
        period_seconds=30 * DAY,
        expires_at=world.machine.now + 365 * DAY,
        pack=0,
    )
    top_ups = TopUps(world)
    top_ups.set(subscriber, rule, payer=world.person(name_of("sponsor")))
    top_ups.run(subscriber)
    return subscriber


def _settled_in_part(world: World, guest: Credit, payee: Key, payees_tokens: Pubkey) -> SessionRef:
    """Lite requests below and above 2,000 tokens, after a session that has ended."""
    sessions = Sessions(world)
    sessions.settle(sessions.open(guest, credits=10), {LITE: requests(2)}, receipts=2, is_final=True)
    registration = calls_of_admin.payee_address(guest.platform.address, payee.pubkey())
    session = sessions.open(guest, credits=30, payee=registration)
    sessions.settle(session, {LITE: requests(3, 1, 2_001, 3)}, receipts=4, payee=payees_tokens)
    return session


def _announce(world: World, platform: Platform) -> None:
    """Something of every kind of change that waits."""
    dearer = replace(load_preset("decentral").tiers[0], flat_credits=9)
    changes = replace(
        calls_of_admin.NO_CHANGE,
        operator=key(name_of("next operator")).pubkey(),
        standby_operator=key(name_of("standby operator")).pubkey(),
        granter=key(name_of("granter")).pubkey(),
        fee_bps=300,
        min_purchase=150,
        max_job_seconds=200_000,
    )
    world.do(calls_of_admin.update_platform(platform, changes, treasury=tokens.fund(world.machine, _LATER, 0)))
    world.do(calls_of_admin.set_tier(platform, 0, dearer))
    world.do(calls_of_admin.propose_admin(platform, key(name_of("next admin")).pubkey()))
