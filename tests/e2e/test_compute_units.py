"""benchmarks/compute_units.py: what it fails for."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_REPOSITORY = Path(__file__).parents[2]
_FIGURES = {"lock": 4_000, "settle": 4_200, "so_bytes": 100_000}


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module."""
    monkeypatch.syspath_prepend(_REPOSITORY / "benchmarks")
    spec = importlib.util.spec_from_file_location("compute_units", _REPOSITORY / "benchmarks" / "compute_units.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def committed(benchmark: ModuleType, tmp_path: Path) -> Any:
    """Figures and a document of the test's own."""
    where = benchmark.Committed(tmp_path / "compute_units.json", tmp_path / "README.md")
    where.document.write_text("# Title\n<!-- compute-units --><!-- /compute-units -->\nend\n")
    benchmark.write(_FIGURES, where)
    return where


def test_every_instruction_has_a_figure(benchmark: ModuleType) -> None:
    figures = benchmark.measure()
    assert benchmark.unmeasured(figures) == []
    assert figures == benchmark.measure()
    assert all(figure > 500 for figure in figures.values())


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({}, None),
        ({"lock": 4_200}, None),
        ({"lock": 100}, None),
        ({"lock": 4_201}, "lock: 4,201, more than 5%"),
        ({"so_bytes": 105_001}, "so_bytes: 105,001"),
        ({"grant": 1}, "grant is not in the committed figures"),
    ],
)
def test_growth_is_refused(
    benchmark: ModuleType,
    committed: Any,
    changes: dict[str, int],
    complaint: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = benchmark.check(_FIGURES | changes, [], committed)
    said = capsys.readouterr().err
    assert code == (0 if complaint is None else 1)
    assert said == "" if complaint is None else complaint in said


def test_a_figure_that_is_gone_is_refused(
    benchmark: ModuleType, committed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert benchmark.check({name: figure for name, figure in _FIGURES.items() if name != "settle"}, [], committed) == 1
    assert "settle is not measured any more" in capsys.readouterr().err


def test_an_instruction_without_a_step_is_refused(
    benchmark: ModuleType, committed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "lock" not in benchmark.unmeasured(_FIGURES)
    assert benchmark.check(_FIGURES, benchmark.unmeasured(_FIGURES), committed) == 1
    assert "measures purchase" in capsys.readouterr().err


def test_the_document_has_the_committed_figures(benchmark: ModuleType, committed: Any) -> None:
    readme: Path = committed.document
    assert readme.read_text().startswith("# Title\n<!-- compute-units -->\n| instruction")
    assert readme.read_text().endswith("100,000 bytes.\n<!-- /compute-units -->\nend\n")
    readme.write_text(readme.read_text().replace("4,000", "3,000"))
    assert benchmark.check(_FIGURES, [], committed) == 1


def test_committed_figures_are_there() -> None:
    committed = json.loads((_REPOSITORY / "benchmarks" / "compute_units.json").read_text())
    assert committed["so_bytes"] > 0
