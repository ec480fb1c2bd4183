"""Opening: the vault is the associated one, and nobody else has any right over it; platforms and their terms."""

from dataclasses import replace

import pytest
from job_escrow.addresses import token_address
from job_escrow.codec import (
    PROGRAM_ID,
    CreatePlatformArgs,
    FeeTooHigh,
    InvalidCreditPrice,
    InvalidJobDuration,
    InvalidMinimumPurchase,
    InvalidName,
    InvalidNotice,
    InvalidTier,
    NoSuchTierSlot,
    Platform,
    PlatformCreated,
    TierArgs,
    UnsupportedTokenProgram,
    UnusableVault,
    WrongVault,
)
from job_escrow.presets import Preset, load_preset
from job_escrow.tokens import USDC_MINT
from program_harness import calls, parties, tokens
from program_harness.calls import MAX_CREDITS
from program_harness.keys import key
from program_harness.parties import Credit
from program_harness.reasons import Reason
from program_harness.snapshot import TOKEN_2022_PROGRAM_ID
from program_harness.world import DAY, World
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import TokenAccount, TokenAccountState

DECENTRAL = load_preset("decentral")


@pytest.fixture
def bob(world: World, decentral: parties.Platform) -> Credit:
    """A wallet that has not opened its account, though its vault is there."""
    credit = Credit(decentral, world.wallet("bob"))
    tokens.fund(world.machine, credit.address, 0)
    return credit


def test_d14_the_account_and_its_vault_follow_from_the_wallet(world: World, bob: Credit) -> None:
    seeds = [b"credit", bytes(bob.platform.address), bytes(bob.wallet.pubkey()), bytes(16)]
    address, bump = Pubkey.find_program_address(seeds, PROGRAM_ID)
    world.open(bob)
    account = world.account(bob)
    assert bob.address == address
    assert (account.bump, account.wallet, account.platform) == (bump, bob.wallet.pubkey(), bob.platform.address)
    assert account.vault == token_address(address, USDC_MINT)
    assert (account.version, account.base_units_per_credit, account.opened_at) == (1, 10_000, world.machine.now)


def test_r3_one_wallet_has_one_account_for_each_namespace_and_platform(
    world: World, decentral: parties.Platform
) -> None:
    other = world.create_platform("decentral", name="other")
    team = b"team".ljust(16, b"\0")
    mine = [world.opened(platform, "alice", space) for platform in (decentral, other) for space in (bytes(16), team)]
    world.buy(mine[2], 100)
    assert len({credit.address for credit in mine}) == 4
    assert [world.account(credit).paid_available for credit in mine] == [0, 0, 100, 0]


@pytest.mark.parametrize("right", ["delegate", "close authority", "frozen", "owner"])
def test_a_vault_over_which_somebody_has_a_right_is_refused(world: World, bob: Credit, right: str) -> None:
    """The Token program does not let it come about at this address; the program does not rely on that."""
    thief, owner = key("thief").pubkey(), bob.address
    state = TokenAccountState.Frozen if right == "frozen" else TokenAccountState.Initialized
    vault = TokenAccount(
        USDC_MINT,
        thief if right == "owner" else owner,
        0,
        thief if right == "delegate" else None,
        state,
        None,
        0,
        thief if right == "close authority" else None,
    )
    found = world.machine.get(bob.vault)
    assert found is not None
    world.machine.put(bob.vault, lamports=found.lamports, owner=found.owner, data=bytes(vault))
    world.refused(UnusableVault, calls.open_account(bob) if right != "owner" else without_vault(bob))


def without_vault(credit: Credit) -> calls.Call:
    return replace(calls.open_account(credit), before=())


def test_a_vault_at_a_bump_that_is_not_the_canonical_one_is_refused(world: World, bob: Credit) -> None:
    """Such an address is derived too, but no associated token account is ever made there."""
    for bump in set(range(256)) - {bob.vault_bump}:
        world.refused(WrongVault, without_vault(bob).with_args(vault_bump=bump))
    world.do(without_vault(bob))


def test_any_other_token_account_of_the_credit_account_is_no_vault(world: World, bob: Credit) -> None:
    fake = tokens.put_token_account(world.machine, key("fake").pubkey(), owner=bob.address)
    world.refused(WrongVault, without_vault(bob).with_accounts(vault=fake))


def test_tokens_that_lie_in_the_vault_before_the_opening_are_the_wallets(world: World, bob: Credit) -> None:
    tokens.fund(world.machine, bob.address, 20_001)
    world.open(bob)
    assert world.account(bob).paid_available == 0
    world.withdraw(bob)
    assert world.account(bob).withdrawn == 2
    assert world.vault(bob) == 0


@pytest.mark.parametrize("namespace", [b"\xff" * 16, b"\0" * 15 + b"\1", bytes(range(16))])
def test_any_16_bytes_are_a_namespace(world: World, decentral: parties.Platform, namespace: bytes) -> None:
    credit = world.opened(decentral, "bob", namespace)
    assert world.account(credit).namespace == namespace


# Platforms


def tier(**changes: int | bytes) -> TierArgs:
    valid = TierArgs(
        name=b"tier".ljust(16, b"\0"), flat_credits=1, included_units=1, rate_credits=1, rate_units=1_000, unit_kind=0
    )
    return replace(valid, **changes)  # type: ignore[arg-type]


NAMELESS = TierArgs(name=bytes(16), flat_credits=0, included_units=0, rate_credits=0, rate_units=0, unit_kind=0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"base_units_per_credit": 0}, InvalidCreditPrice),
        ({"base_units_per_credit": 2**32}, InvalidCreditPrice),
        ({"base_units_per_credit": 2**64 - 1}, InvalidCreditPrice),
        ({"notice_seconds": 0}, InvalidNotice),
        ({"notice_seconds": 90 * DAY + 1}, InvalidNotice),
        ({"notice_seconds": 2**63}, InvalidNotice),
        ({"min_purchase": 0}, InvalidMinimumPurchase),
        ({"min_purchase": 2**32}, InvalidMinimumPurchase),
        ({"max_job_seconds": 0}, InvalidJobDuration),
        ({"max_job_seconds": 7 * DAY + 1}, InvalidJobDuration),
        ({"fee_bps": 3_001}, FeeTooHigh),
        ({"fee_bps": 2**64 - 1}, FeeTooHigh),
        ({"tiers": (tier(),) * 9}, NoSuchTierSlot),
        ({"tiers": (tier(flat_credits=2**32),)}, InvalidTier),
        ({"tiers": (tier(included_units=2**32),)}, InvalidTier),
        ({"tiers": (tier(rate_credits=1, rate_units=0),)}, InvalidTier),
        ({"tiers": (tier(rate_credits=0, rate_units=1),)}, InvalidTier),
        ({"tiers": (tier(flat_credits=0, rate_credits=0, rate_units=0),)}, InvalidTier),
        ({"tiers": (tier(name=bytes(16)),)}, InvalidTier),
        ({"tiers": (replace(NAMELESS, unit_kind=1),)}, InvalidTier),
        ({"name": bytes(32)}, InvalidName),
        ({"name": b"Capital".ljust(32, b"\0")}, InvalidName),
        ({"name": b"with space".ljust(32, b"\0")}, InvalidName),
        ({"name": b"gap\0gap".ljust(32, b"\0")}, InvalidName),
        ({"name": b"\0late".ljust(32, b"\0")}, InvalidName),
        ({"name": "umlaut-ä".encode().ljust(32, b"\0")}, InvalidName),
    ],
)
def test_a_platform_with_wrong_terms_is_refused(world: World, changes: dict[str, object], reason: Reason) -> None:
    world.refused(reason, changed_platform(world, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"base_units_per_credit": 1, "notice_seconds": 1, "min_purchase": 1, "max_job_seconds": 1, "tiers": ()},
        {
            "base_units_per_credit": MAX_CREDITS,
            "notice_seconds": 90 * DAY,
            "min_purchase": MAX_CREDITS,
            "max_job_seconds": 7 * DAY,
            "fee_bps": 3_000,
            "tiers": (
                tier(
                    flat_credits=MAX_CREDITS,
                    included_units=MAX_CREDITS,
                    rate_credits=MAX_CREDITS,
                    rate_units=MAX_CREDITS,
                ),
            )
            * 8,
        },
        {"tiers": (NAMELESS, tier(), NAMELESS)},
        {"tiers": (tier(flat_credits=0, included_units=0),)},
        {"operator": Pubkey.default()},
        {"name": b"a" * 32},
        {"name": b"-".ljust(32, b"\0")},
    ],
)
def test_a_platform_at_the_bounds_of_its_terms(world: World, changes: dict[str, object]) -> None:
    call = changed_platform(world, **changes)
    world.do(call)
    created = Platform.decode(world.machine.data(call.accounts["platform"]))
    args = call.args["args"]
    assert isinstance(args, CreatePlatformArgs)
    for name in ("base_units_per_credit", "notice_seconds", "min_purchase", "max_job_seconds", "fee_bps", "operator"):
        assert getattr(created, name) == getattr(args, name)


@pytest.mark.parametrize("decimals", [0, 3, 6, 255])
def test_a_platform_keeps_the_decimals_of_its_mint_and_whose_it_is(world: World, decimals: int) -> None:
    mint = tokens.make_mint(world.machine, f"of {decimals} decimals", decimals=decimals)
    platform, call = world.platform_call(DECENTRAL, mint=mint)
    (event,) = world.do(call).events
    assert isinstance(event, PlatformCreated)
    found = Platform.decode(world.machine.data(platform.address))
    assert (
        (found.token_program, found.decimals) == (event.token_program, event.decimals) == (TOKEN_PROGRAM_ID, decimals)
    )


def changed_platform(world: World, **changes: object) -> calls.Call:
    _, call = world.platform_call(DECENTRAL)
    args = call.args["args"]
    assert isinstance(args, CreatePlatformArgs)
    changed = replace(args, **changes)  # type: ignore[arg-type]
    address, _ = Pubkey.find_program_address([b"platform", bytes(call.accounts["creator"]), changed.name], PROGRAM_ID)
    return call.with_args(args=changed).with_accounts(platform=address)


def test_d2_a_platform_of_a_token_2022_mint_is_refused(world: World) -> None:
    """With its treasury of Token-2022 too, and with one of the classic Token program."""
    mint = tokens.make_mint(world.machine, "2022", owner=TOKEN_2022_PROGRAM_ID)
    _, call = world.platform_call(DECENTRAL)
    treasury = call.accounts["treasury"]
    world.refused(UnsupportedTokenProgram, call.with_accounts(mint=mint))
    classic = tokens.put_token_account(world.machine, key("classic").pubkey(), owner=treasury, mint=mint)
    world.refused(UnsupportedTokenProgram, call.with_accounts(mint=mint, treasury=classic))


def test_a_platform_of_another_creator_has_another_address(world: World) -> None:
    """Nobody takes a platform's place by creating one of the same name."""
    first = world.create_platform("decentral")
    second = world.create_platform("decentral", admin="somebody else")
    assert first.address != second.address


def test_a_platform_of_the_dearest_credit_holds_the_most_credits(world: World) -> None:
    """Both at their bounds: every product still fits into 64 bits."""
    dear: Preset = replace(DECENTRAL, base_units_per_credit=MAX_CREDITS)
    platform = world.create_platform(dear)
    credit = Credit(platform, world.wallet("alice", base_units=MAX_CREDITS * MAX_CREDITS))
    world.open(credit)
    world.buy(credit, MAX_CREDITS)
    assert world.vault(credit) == MAX_CREDITS * MAX_CREDITS
    job = world.lock(credit, tier=None, amount=MAX_CREDITS)
    world.settle(job, MAX_CREDITS - 1)
    assert world.earned(platform) == (MAX_CREDITS - 1) * MAX_CREDITS
    world.withdraw(credit)
    assert tokens.amount_of(world.machine, credit.tokens) == MAX_CREDITS
