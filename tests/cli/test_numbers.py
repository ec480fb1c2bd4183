"""Numbers that people type: one kind of argument for whole amounts, everywhere; what may mean two things is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from cli_harness.command import Cli
from cli_harness.world import World
from job_escrow import InvalidAmount, Usdc
from job_escrow.numerals import InvalidNumber, decimal, whole
from job_escrow_cli.app import app
from job_escrow_cli.kinds import Kind, Measure, Whole
from job_escrow_cli.times import parse_duration, parse_moment

_COUNTS = {"CREDITS", "UNITS", "N", "AMOUNT", "SECONDS", "SLOT", "PORT", "JOB_ID", "MS"}
# What is read where the command runs: money with decimals, and a number or the word auto.
_READ_LATER = {("airdrop", "usdc"), ("airdrop", "tokens"), ("airdrop", "amount")}


def _commands(group: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in group.commands:
        command = group.commands[name]
        yield (*names, name), command
        if hasattr(command, "commands"):
            yield from _commands(command, (*names, name))


def _parameters() -> Iterator[tuple[str, Any]]:
    """Every parameter of every command, by where it is."""
    root = typer.main.get_command(app)
    for names, command in [((), root), *_commands(root)]:
        for parameter in command.params:
            yield " ".join((*names, parameter.name)), parameter


def test_every_number_of_every_command_is_of_one_kind() -> None:
    found = dict(_parameters())
    assert len(found) > 100
    numbers = 0
    for place, parameter in found.items():
        info = parameter.type_descriptor.parameter_info
        annotation = parameter.type_descriptor.annotation
        if annotation is int:
            assert isinstance(info.parser, Whole), f"{place} reads its number by itself: use whole_option"
        elif annotation is float:
            assert isinstance(info.parser, Measure), f"{place} reads its number by itself: use measure_option"
        elif annotation not in (str, bool) or info.parser is not None:
            assert info.parser is None or isinstance(info.parser, Kind), place
        counts = parameter.metavar in _COUNTS and parameter.name != "priority_fee"
        if counts and tuple(place.split()[-2:]) not in _READ_LATER:
            assert isinstance(info.parser, (Whole, Measure)), f"{place} takes a number as text: give it a kind"
        numbers += isinstance(info.parser, Kind)
    assert numbers > 40


_NONE_OF_THESE = (
    "100.000",
    "1e2",
    "١٢",
    "1,00",
    "+5",
    " 5",
    "5 ",
    "1_0",
    "1,000_000",
    "0x10",
    "5.0",
    "",
    "²",
    "1\n",
    "-1",
)


@pytest.mark.parametrize("text", _NONE_OF_THESE)
def test_what_no_whole_number_takes(text: str) -> None:
    for kind in {info.parser for _, each in _parameters() if (info := each.type_descriptor.parameter_info).parser}:
        if isinstance(kind, Whole):
            with pytest.raises(InvalidNumber):
                kind(text)
    for place in (parse_duration, Usdc.parse):
        if (place, text) != (Usdc.parse, "100.000") and (place, text) != (Usdc.parse, "5.0"):
            with pytest.raises(ValueError, match="is not "):
                place(text)
    with pytest.raises(ValueError, match="is not a "):
        parse_moment(f"{text}d", 1_000)


@pytest.mark.parametrize(("text", "means"), [("5", 5), ("1000", 1_000), ("1,000", 1_000), ("12_345_678", 12_345_678)])
def test_what_every_whole_number_takes(text: str, means: int) -> None:
    assert whole(text) == means
    assert parse_duration(text) == means


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("100.000", "type 100 or 100,000"),
        ("1.234", "type 1,234"),
        ("1.0", "type 1"),
        ("1e2", "type 100"),
        ("١٢", "type 12"),
        ("1,00", "type 1 or 100"),
        ("+5", "type 5"),
        (" 5", "type 5"),
        ("5k", "type 5,000"),
        ("1 000", "type 1,000"),
        ("1.5", "write digits, like 500 or 1,000"),
        ("0,100", "write digits, like 500 or 1,000"),
        ("many", "write digits, like 500 or 1,000"),
        ("$10", "$10 is 1,000 credits: type 1,000"),
        ("10.50 USDC", "10.50 USDC is 1,050 credits: type 1,050"),
        ("10€", "write digits, like 500 or 1,000"),
        ("9" * 5_000, "write digits, like 500 or 1,000"),
    ],
)
def test_it_is_said_what_to_type(text: str, says: str) -> None:
    with pytest.raises(InvalidNumber) as refused:
        whole(text, of="credits", least=1, most=2**32 - 1)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "text", ["1e2", "\u0662.\u0665", "1.000.000", "1,00", "+5", " 5", ".5", "5.", "nan", "inf", "1.0000001", "-1"]
)
def test_money_is_digits_and_a_point(text: str) -> None:
    with pytest.raises(InvalidNumber):
        decimal(text, places=6)
    with pytest.raises(InvalidAmount):
        Usdc.parse(text)


def test_money_is_exact() -> None:
    assert [int(Usdc.parse(text)) for text in ("25", "25.00", "0.000001", "1,000.5", "14.2000000")] == [
        25_000_000, 25_000_000, 1, 1_000_500_000, 14_200_000,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        ("buy", "100.000"),
        ("withdraw", "1.000"),
        ("pay", "1.000"),
        ("open", "--buy", "1.000"),
        ("limits", "set", "--per-job", "20.000"),
        ("lock", "--credits", "1e2"),
        ("lock", "--tier", "lite", "--units", "١٢"),
        ("job", "settle", "WALLET", "1", "1.000"),
        ("job", "lock", "WALLET", "--credits", "5", "--id", "+7"),
        ("grant", "WALLET", "1.000"),
        ("platform", "update", "--min-purchase", "1.000"),
        ("platform", "tier", "lite", "--flat", "1,0"),
        ("keys", "create", "mine", "--daily-budget", "1.000"),
        ("history", "--limit", "1e1"),
        ("balance", "--rpc-timeout", "1e1"),
        ("balance", "--priority-fee", "1.000"),
        ("index", "--rate", "nan"),
        ("serve", "--port", "8_08"),
        ("serve", "--webhook-retries", "5,1e2"),
        ("airdrop", "1e1"),
        ("airdrop", "--usdc", "1e1"),
        ("lock", "--credits", "5", "--time", "1.000"),
        ("localnet", "--rpc-port", "٨٨٩٩"),
        ("localnet", "--slot-ms", "1e2"),
    ],
)
def test_nothing_is_done_with_a_number_that_could_be_another(world: World, cli: Cli, command: tuple[str, ...]) -> None:
    alice = world.acting(cli, "alice") if command[0] != "localnet" else cli
    done = alice(*(world.address("bob") if each == "WALLET" else each for each in command))
    assert done.code == 2, done
    assert (done.out, "Traceback" in done.err) == ("", False)
    assert "rror" in done.err


def test_credits_are_bought_for_an_amount_of_the_token(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice").with_options("--namespace", "money", *world.acting(cli, "alice").options)
    alice.ok("open", "--buy", "1,000")
    for text, credits in (("1.50 USDC", 150), ("2usdc", 200), ("1_00", None), ("1,000", 1_000)):
        done = alice("buy", text, "--output", "json")
        assert (done.code == 0) == (credits is not None)
        assert credits is None or done.json["bought"] == credits
    assert alice.json("withdraw", "1,000")["withdrawn"] == 1_000
    for text, says in (
        ("1.505usdc", "does not buy a whole number of credits: type 150 for 1.50 USDC or 151 for 1.51 USDC"),
        ("10 USDT", "are bought with USDC, not USDT"),
    ):
        done = alice("buy", text)
        assert (done.code, says in done.error) == (2, True)
    done = alice("buy", "$10")
    assert (done.code, "$10 is 1,000 credits: type 1,000" in done.err) == (2, True)


def test_a_time_beyond_all_calendars_is_still_shown() -> None:
    from job_escrow_cli.times import moment

    assert moment(2**62) == "9999-12-31T23:59:59Z"
