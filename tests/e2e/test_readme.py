"""The README is always true: its code runs, in order, and its commands are those that there are."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from job_escrow import NO_LIMITS, Escrow, Wallet
from job_escrow.flows.admin import PlatformTerms
from job_escrow.presets import load_preset
from job_escrow.testing.embedded import embedded_chain
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT
from job_escrow_cli.app import COMMANDS
from solders.keypair import Keypair

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text()
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


@pytest.fixture
def wallet() -> Wallet:
    """A wallet on a platform of the embedded chain, whose account is not opened."""
    escrow = Escrow(embedded_chain())
    admin = local_usdc_authority()
    escrow.chain.svm.airdrop(admin.pubkey(), 10**9)  # type: ignore[attr-defined]
    preset = load_preset("decentral")
    receipt = escrow.create_platform(
        admin,
        PlatformTerms(
            name=preset.name,
            mint=USDC_MINT,
            operator=admin.pubkey(),
            treasury_owner=admin.pubkey(),
            base_units_per_credit=preset.base_units_per_credit,
            tiers=preset.tiers,
        ),
    )
    (event,) = receipt.events
    wallet = escrow.wallet(admin, event.platform)
    wallet.open(NO_LIMITS)
    return wallet


def test_python_code_runs(wallet: Wallet) -> None:
    names: dict[str, object] = {"wallet": wallet, "keypair": Keypair()}
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102  (our own README)


def test_every_command_is_documented_and_every_documented_one_is_there() -> None:
    commands = set(COMMANDS)
    assert set(re.findall(r"`(?:\.venv/bin/)?job-escrow ([a-z-]+)", README)) == commands


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "programs/README.md", "SECURITY.md"])
def test_scripts_and_files_that_a_document_names_are_there(document: str) -> None:
    text = (REPOSITORY / document).read_text()
    for name in re.findall(r"`((?:scripts|docs|benchmarks|tests|client|indexer|localnet)/[A-Za-z0-9_./-]+)`", text):
        assert (REPOSITORY / name).exists(), name
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (REPOSITORY / document).parent.joinpath(target).exists(), target


_NEEDED = {*PROJECT["dependencies"], *chain.from_iterable(PROJECT["optional-dependencies"].values())}
_PACKAGES = {re.split(r"[<>=\[]", each)[0] for each in _NEEDED} - {"job-escrow"}


@pytest.mark.parametrize("name", sorted(_PACKAGES))
def test_every_package_has_a_line_that_says_what_it_does_here(name: str) -> None:
    rows = (REPOSITORY / "CONTRIBUTING.md").read_text().split("## Packages")[1].splitlines()
    named = {each.strip() for row in rows if row.startswith("|") for each in row.split("|")[1].split(",")}
    assert name in named
