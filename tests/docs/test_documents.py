"""The recipes: their code runs as it stands, on the local chain. `test_blocks.py` runs all other documents."""

import re
import sys
from code import InteractiveConsole
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest
from documents import DOCS, RECIPES, blocks, run, sections
from job_escrow import Escrow, LimitsArgs, LockTerms, Usdc, platform_address
from job_escrow.presets import load_preset
from job_escrow.testing.faucet import fund
from solders.keypair import Keypair

TUTORIAL = DOCS / "tutorial.md"
SECTIONS = sections(RECIPES)


class _Typed(InteractiveConsole):
    """A session that reads what is typed, and runs nothing."""

    def runcode(self, code: CodeType) -> None:
        pass

    def showsyntaxerror(self, *_: object, **__: object) -> None:
        raise sys.exception() or SyntaxError


@pytest.mark.parametrize("document", [TUTORIAL, RECIPES], ids=lambda path: path.name)
def test_blocks_can_be_typed_into_a_session(document: Path) -> None:
    """A session ends a block of indented lines at an empty line only."""
    for block in blocks(document.read_text()):
        session = _Typed()
        for number, line in enumerate([*block.code.splitlines(), ""], start=block.line + 1):
            try:
                more = session.push(line)
            except SyntaxError as error:
                pytest.fail(f"{document.name}, line {number}: {error}")
        assert not more, f"{document.name}, line {block.line}: the block does not end"


@pytest.fixture
def in_hand(localnet_url: str) -> Iterator[dict[str, object]]:
    """What the recipes say that they have."""
    keys = {f"{name}_key": Keypair() for name in ("admin", "operator", "alice", "friend")}
    with Escrow.connect(localnet_url) as escrow:
        for name, key in keys.items():
            fund(escrow.chain, key.pubkey(), usdc=Usdc.parse("50.00") if name in ("alice_key", "friend_key") else 0)
        preset = load_preset("decentral")
        owner = keys["admin_key"].pubkey()
        terms = preset.platform_terms(operator=keys["operator_key"].pubkey(), treasury_owner=owner)
        escrow.create_platform(keys["admin_key"], terms)
        platform = platform_address(owner, preset.name)
        alice = escrow.wallet(keys["alice_key"], platform)
        alice.open(
            LimitsArgs(
                credits_per_job=100,
                credits_per_session=0,
                credits_per_period=1_000,
                period_seconds=86_400,
                quoted_allowed=True,
            ),
            buy=1_000,
        )
        yield {
            **keys,
            "escrow": escrow,
            "platform": platform,
            "preset": preset,
            "alice": alice,
            "operator": escrow.operator(keys["operator_key"], platform),
            "admin": escrow.admin(keys["admin_key"], platform),
            "url": localnet_url,
            "LimitsArgs": LimitsArgs,
            "LockTerms": LockTerms,
            "Usdc": Usdc,
            "fund": fund,
        }


@pytest.mark.parametrize("title", SECTIONS)
def test_recipe(title: str, in_hand: dict[str, object]) -> None:
    text, line = SECTIONS[title]
    found = blocks(text, from_line=line)
    assert found, f"the recipe {title!r} has no code"
    for block in found:
        assert "assert" in block.code or "revoke" in block.code, f"{title!r} shows no result"
        run(block, RECIPES, in_hand)


def test_what_the_recipes_have_in_hand_is_what_they_say() -> None:
    preamble = RECIPES.read_text().split("\n## ")[0]
    named = set(re.findall(r"^(\w+): ", preamble, re.MULTILINE))
    assert named == {"escrow", "platform", "preset", "alice", "operator", "admin", "alice_key", "url"}


@pytest.mark.parametrize("document", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", document.read_text()):
        assert (document.parent / target).exists(), f"{document.name}: {target}"
