"""Packs from the command line: offered by an admin, paid for by promotion, bought, and worth what they cost."""

import pytest
from cli_harness.command import Cli, plain
from cli_harness.world import World
from job_escrow import token_address
from job_escrow.tokens import USDC_MINT
from solders.pubkey import Pubkey


@pytest.fixture
def mine(world: World, cli: Cli) -> Cli:
    """The admin of a platform of its own, which no other test sees."""
    admin = cli.with_options("--url", world.url, "--keypair", str(world.keys / "admin.json"))
    created = admin.json("platform", "create", "--preset", "decentral", "--name", "packs")
    return admin.with_options(*admin.options, "--platform", created["platform"])


def test_packs_from_the_offer_to_the_withdrawal(world: World, mine: Cli) -> None:
    platform = mine.options[-1]

    def on_it(name: str) -> Cli:
        person = world.acting(mine, name)
        return person.with_options(*person.options[:4], "--platform", platform)

    alice, operator = on_it("alice"), on_it("operator")
    assert "offers no packs: job-escrow buy takes any number" in plain(alice.ok("packs").err)
    assert alice.json("packs") == {"packs": []}
    offered = mine.ok("platform", "pack", "1", "--credits", "125", "--bonus", "25")
    assert "nothing pays for its bonus yet: job-escrow platform promotion open" in plain(offered.err)
    alice.ok("open")
    unpaid = alice("buy", "--pack", "1")
    assert (unpaid.code, "has no promotion account: buy without a pack" in unpaid.error) == (1, True)

    promotion = token_address(Pubkey.from_string(platform), USDC_MINT)
    opened = mine.ok("platform", "promotion", "open")
    assert f"plain transfers to {promotion}" in opened.err
    too_little = alice("buy", "--pack", "1")
    assert too_little.code == 3
    assert "promotion account cannot pay this pack's bonus" in too_little.error
    # Whoever has tokens may pay for it.
    assert operator.json("platform", "promotion", "fund", "100")["base_units"] == 1_000_000
    assert f"promotion         1.00 USDC in {promotion}" in mine.ok("platform", "show").out

    assert alice.json("packs")["packs"] == [
        {"pack": 1, "credits": 125, "bonus_credits": 25, "total": 150, "base_units": 1_250_000}
    ]
    (row,) = (line.split() for line in alice.ok("packs").out.splitlines() if "USDC" in line)
    assert row == ["1", "150", "125", "25", "1.25", "USDC"]
    paid = alice.json("pay", "--pack", "1", "--server", "https://pay.example.com")
    assert "amount%3D1.25%26credits%3D125%26pack%3D1%26bonus_credits%3D25" in paid["link"]
    assert (paid["credits"], paid["bonus_credits"], paid["pack"]) == (125, 25, 1)
    assert paid["transfer_request"] is None
    linked = alice.ok("pay", "--pack", "1", "--server", "https://pay.example.com", "--no-qr")
    assert "1.25 USDC for 125 + 25 bonus credits" in linked.out
    assert "transfer" not in linked.out
    by_hand = alice("pay", "--pack", "1")
    assert (by_hand.code, "a plain transfer buys no pack" in by_hand.error) == (2, True)
    number = alice.json("buy", "--pack", "1")["sequence"]
    again = alice.ok("buy", "--pack", "1", "--sequence", str(number))
    assert "this was done already" in again.err
    other = alice("buy", "125", "--sequence", str(number))
    assert (other.code, "used for another purchase" in other.error) == (2, True)
    balance = alice.json("balance")
    assert (balance["available"], balance["withdrawable"], balance["value"]) == (150, 150, "1.25")
    assert (balance["withdrawable_base_units"], balance["promotion_base_units"]) == (1_250_000, 250_000)
    shown = alice.ok("balance").out
    assert "available     150 credits (1.25 USDC)" in shown
    assert "withdrawable  150 (1.25 USDC)" in shown

    assert (
        "125 + 25 bonus credits for 1.25 USDC" in operator.ok("buy", "--pack", "1", "--for", world.address("alice")).out
    )
    paid = alice.ok("withdraw", "150")
    assert "0.25 USDC, which it had paid" in paid.out
    assert alice.json("withdraw", "all")["promotion_owed"] == 250_000
    kept = mine.ok("keeper", "--once")
    assert "swept promotion of 50 credits of" in kept.out
    both = on_it("bob")("open", "--pack", "1", "--buy", "100")
    assert (both.code, "how many credits to --buy, or which --pack" in both.error) == (2, True)
    opened = on_it("bob").json("open", "--pack", "1")
    assert (opened["bought"], opened["bonus"]) == (125, 25)
    again = on_it("bob").ok("open", "--pack", "1")
    assert "open already, and 125 + 25 bonus credits bought; nothing was sent" in again.err
    late = on_it("stranger")("open", "--pack", "2")
    assert (late.code, "offers no pack 2" in late.error) == (1, True)
    back = mine.json("platform", "promotion", "withdraw", "all")
    assert (back["base_units"], back["treasury"]) == (
        750_000,
        str(token_address(world.stage.cast.admin.pubkey(), USDC_MINT)),
    )
    mine.ok("platform", "pack", "1", "--remove")
    gone = alice("buy", "--pack", "1")
    assert (gone.code, "offers no pack 1" in gone.error) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("buy",), "say how many credits to buy, or which --pack"),
        (("buy", "100", "--pack", "1"), "say how many credits to buy, or which --pack"),
        (("buy", "--pack", "4"), "give 0 to 3"),
        (("pay",), "say how many credits to pay for, or which --pack"),
        (("pay", "100", "--pack", "1"), "say how many credits to pay for, or which --pack"),
        (("buy", "--pack", "1.0"), "1.0"),
        (("platform", "pack", "0"), "--credits and --bonus, or --remove"),
        (("platform", "pack", "0", "--credits", "5", "--remove"), "--credits and --bonus, or --remove"),
        (("platform", "pack", "0", "--credits", "4294967295", "--bonus", "1"), "at most 4,294,967,295 credits"),
        (("platform", "promotion", "withdraw", "0"), "0"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    world: World, cli: Cli, arguments: tuple[str, ...], said: str
) -> None:
    done = world.acting(cli, "admin")(*arguments)
    assert done.code == 2
    assert said in done.err
