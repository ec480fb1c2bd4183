"""The API reference is built from the docstrings without a warning, and nothing public is without one."""

import sys
from html.parser import HTMLParser
from importlib import import_module
from inspect import isclass, isfunction, signature
from pathlib import Path

import job_escrow
import pytest
from support.reference import MODULES, build_reference
from support.steps import StepFailed


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update(value for name, value in attrs if name == "id" and value)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_reference(Path(sys.executable), tmp_path_factory.mktemp("reference"))


def test_every_module_has_a_page(reference: Path) -> None:
    for module in MODULES:
        assert (reference.parent / f"{module.replace('.', '/')}.html").stat().st_size > 1_000


def test_every_public_name_is_on_the_first_page(reference: Path) -> None:
    anchors = _Anchors()
    anchors.feed(reference.read_text())
    assert set(job_escrow.__all__) - {"__version__"} <= anchors.found
    assert {"Wallet.purchase", "Operator.settle", "Admin.set_tier"} <= anchors.found


@pytest.mark.parametrize("module", MODULES)
def test_nothing_public_is_without_a_docstring(module: str) -> None:
    home = import_module(module)
    assert home.__doc__
    names = getattr(home, "__all__", [name for name in vars(home) if not name.startswith("_")])
    for name in names:
        thing = getattr(home, name)
        if not (isclass(thing) or isfunction(thing)) or not thing.__module__.startswith("job_escrow"):
            continue
        assert thing.__doc__, f"{module}.{name} has no docstring"
        for attribute, member in vars(thing).items() if isclass(thing) else ():
            if isfunction(member) and not attribute.startswith("_"):
                assert member.__doc__, f"{module}.{name}.{attribute} has no docstring"


def test_a_warning_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="no_such_module"):
        build_reference(Path(sys.executable), tmp_path, ("job_escrow", "job_escrow.no_such_module"))


@pytest.mark.parametrize("party", ["Wallet", "Operator", "Admin", "Anyone"])
@pytest.mark.parametrize("colour", ["", "Async"])
def test_methods_say_what_they_take_and_give_not_what_their_flows_do(colour: str, party: str) -> None:
    for name, method in vars(getattr(job_escrow, f"{colour}{party}")).items():
        if isfunction(method):
            shown = signature(method)
            assert next(iter(shown.parameters)) == "self", name
            assert "Generator" not in str(shown.return_annotation), name
    assert str(signature(job_escrow.Wallet.purchase)) == (
        "(self, credits: int, *, sequence: int | None = None) -> job_escrow.transactions.Receipt"
    )
