"""Automatic top-up from the command line: set, shown, bought by a keeper or anybody, and turned off."""

import pytest
from cli_harness.command import Cli, plain
from cli_harness.world import World


@pytest.fixture
def mine(world: World, cli: Cli) -> Cli:
    """The admin of a platform of its own, which no other test sees."""
    admin = cli.with_options("--url", world.url, "--keypair", str(world.keys / "admin.json"))
    created = admin.json("platform", "create", "--preset", "decentral", "--name", "topups")
    return admin.with_options(*admin.options, "--platform", created["platform"])


def test_a_rule_from_its_setting_to_its_end(world: World, mine: Cli) -> None:
    platform = mine.options[-1]

    def on_it(name: str) -> Cli:
        person = world.acting(mine, name)
        return person.with_options(*person.options[:4], "--platform", platform)

    alice, stranger = on_it("alice"), on_it("stranger")
    early = alice("top-up", "set", "--below", "100", "--buy", "200")
    assert (early.code, "job-escrow open" in plain(early.error)) == (1, True)
    alice.ok("open", "--buy", "100", "--per-job", "100")
    assert "nothing is bought by itself: job-escrow top-up set" in plain(alice.ok("top-up", "show").out)
    assert alice.json("top-up", "show") == {"top_up": None}
    assert "it is off already" in alice.ok("top-up", "off").err
    nothing = stranger("top-up", "run", world.address("alice"))
    assert (nothing.code, "has no top-up rule" in nothing.error) == (1, True)

    rule = ("top-up", "set", "--below", "100", "--buy", "200", "--most", "600")
    made = alice.ok(*rule)
    assert "below 100 credits, buys 200 credits for 2.00 USDC, at most 6.00 USDC in 30d" in made.out
    assert "72.00 USDC in all" in made.out
    assert "comes back when the rule is turned off" in made.err
    assert "for 2.00 USDC, at most 6.00 USDC in 30d and 72.00 USDC in all" in made.err
    again = alice.ok(*rule)
    assert "like this already; nothing was sent" in again.err
    lowered = alice.json(*rule, "--allowance", "300")
    assert (lowered["allowance_base_units"], lowered["events"]) == (3_000_000, [])
    too_low = alice(*rule, "--allowance", "199")
    assert (too_low.code, "--allowance 199 is less than one top-up" in too_low.error) == (2, True)
    assert alice.json(*rule)["allowance_base_units"] == 72_000_000
    shown = alice.ok("top-up", "show").out
    assert "allowed still  72.00 USDC" in shown
    assert "not bought: The account has credits enough" in shown
    refused = stranger("top-up", "run", world.address("alice"))
    assert (refused.code, "credits enough" in refused.error) == (3, True)

    replaced = alice.json("top-up", "set", "--always", "--buy", "200", "--period", "1d", "--until", "7d")
    assert (replaced["threshold"], replaced["base_units_per_period"]) == (None, 2_000_000)
    assert replaced["allowance_base_units"] == 72_000_000
    state = alice.json("top-up", "show")["top_up"]
    assert (state["due"], state["why_not"], state["left"]) == (True, None, 100)
    bought = stranger.json("top-up", "run", world.address("alice"))
    assert (bought["bought"], bought["base_units"], bought["available"]) == (200, 2_000_000, 300)
    assert alice.json("top-up", "show")["top_up"]["why_not"] == "AboveTopUpCap"
    assert "topped up" in alice.ok("history").out

    alice.ok("top-up", "set", "--always", "--buy", "100")
    assert "bought 100 credits of" in mine.ok("keeper", "--once").out
    alice.ok("withdraw", "1")
    assert alice.json("top-up", "show")["top_up"]["why_not"] == "TopUpEnded"
    assert alice.json("top-up", "off")["top_up"] is None
    assert alice.json("top-up", "show") == {"top_up": None}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--buy", "200"), "say --below how many credits to buy, or --always"),
        (("--below", "100", "--always", "--buy", "200"), "say --below how many credits to buy, or --always"),
        (("--below", "100"), "say how many credits to --buy, or which --pack"),
        (("--below", "100", "--pack", "0"), "say with --most what a --pack may cost in a period"),
        (("--below", "100", "--buy", "200", "--pack", "0"), "say how many credits to --buy, or which --pack"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    cli: Cli, arguments: tuple[str, ...], why: str
) -> None:
    wrong = cli("top-up", "set", *arguments)
    assert (wrong.code, why in wrong.error) == (2, True)
