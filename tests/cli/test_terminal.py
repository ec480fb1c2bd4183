"""At a terminal: no number is cut at any width, colours are for those who want them, waiting is seen."""

import json
import re

import pytest
from cli_harness.command import Cli
from cli_harness.terminal import Shown, run_in_terminal
from cli_harness.world import World

_WIDTHS = (40, 60, 80, 140)
_COLOR = re.compile(r"\x1b\[[0-9;]*3[0-9]m")


@pytest.fixture(scope="module")
def busy(world: World, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Somebody with a history and open jobs."""
    alice = world.acting(Cli(home=tmp_path_factory.mktemp("busy")), "alice")
    alice.ok("open", "--buy", "1500")
    for credits in ("1234", "20"):
        alice.ok("lock", "--credits", credits)
    return alice


def _whole(shown: Shown, columns: int) -> str:
    assert shown.code == 0, shown.raw
    assert "…" not in shown.text
    return "".join(shown.text.split())


@pytest.mark.parametrize("columns", _WIDTHS)
def test_no_number_is_cut(busy: Cli, columns: int) -> None:
    history = _whole(run_in_terminal(busy, ["history"], columns=columns), columns)
    for number in ("+1,500", "-1,234", "1,254", "246"):
        assert number in history
    ids = [str(job["id"]) for job in busy.json("jobs")["jobs"]]
    jobs = _whole(run_in_terminal(busy, ["jobs"], columns=columns), columns)
    assert all(number in jobs for number in [*ids, "1,234"])
    platform = _whole(run_in_terminal(busy, ["platform", "show"], columns=columns), columns)
    assert all(each in platform for each in ("output-token", "standard", "500"))


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_tables_fit_their_window(busy: Cli, columns: int) -> None:
    lines = run_in_terminal(busy, ["history"], columns=columns).text.splitlines()
    assert all(len(line.rstrip()) <= columns for line in lines)
    assert any("a wider window also shows" in line for line in lines)


def test_the_demo_is_whole_at_80_columns(cli: Cli) -> None:
    shown = run_in_terminal(cli, ["demo"], columns=80)
    text = _whole(shown, 80)
    assert "everybaseunitisaccountedfor" in text
    assert "23.84" in text
    assert all(len(line.rstrip()) <= 80 for line in shown.text.splitlines())


@pytest.mark.parametrize("columns", [60, 120])
def test_prose_ends_its_lines_between_words(busy: Cli, columns: int) -> None:
    shown = run_in_terminal(busy, ["buy", "5"], columns=columns)
    said = shown.text.strip().splitlines()
    assert max(map(len, said)) <= columns
    assert " ".join(said).endswith("buy at least 100 credits (1.00 USDC)")
    # For a program it is one line.
    assert len(busy("buy", "5").err.splitlines()) == 1


def test_a_pipe_gets_every_column(busy: Cli) -> None:
    out = busy.ok("history").out
    assert "signature" in out
    assert busy.json("history")["events"][0]["signature"] in out
    assert "\x1b" not in out


def test_colours_are_for_who_wants_them(busy: Cli) -> None:
    colored = run_in_terminal(busy, ["buy", "5"])
    assert _COLOR.search(colored.raw)
    for options, environment in (((), {"NO_COLOR": "1"}), (("--no-color",), {}), ((), {"TERM": "dumb"})):
        plain = run_in_terminal(busy, ["buy", "5", *options], environment=environment)
        assert plain.code == 3
        assert not _COLOR.search(plain.raw), options or environment


def test_waiting_is_seen_and_the_signature_is_said_at_once(busy: Cli) -> None:
    shown = run_in_terminal(busy, ["buy", "100"])
    assert shown.code == 0
    assert "buying 100 credits for 1.00 USDC" in shown.text
    signature = re.search(r"signature +([1-9A-HJ-NP-Za-km-z]{86,88})\n", shown.text)
    assert signature is not None
    assert f"sent {signature[1]}" in shown.text
    # Without a terminal there is nobody to tell.
    assert busy.ok("buy", "100").err == ""


def test_a_pipe_is_data_though_errors_go_to_the_terminal(busy: Cli) -> None:
    assert json.loads(busy.ok("balance", "--output", "json-compact").out)["open_jobs"] == 2
