"""Every block of every document runs as it is written: each document is one story, and all share one demo server."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from documents import RECIPES, REPOSITORY, SHOWN, Block, all_blocks
from story import BlockFailed, Story, fresh_environment, left_running, made_checkout

_README = REPOSITORY / "README.md"
_TRACKED = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
DOCUMENTS = [REPOSITORY / name for name in sorted(_TRACKED.stdout.split("\0")) if name]

NOT_RUN = {
    "CONTRIBUTING.md": ["these are the tests, of which this document's is one"],
    "README.md": ["it is what runs this document's commands"],
    "docs/install.md": ["it downloads packages; tests/house/test_extras.py installs each extra"],
    "docs/operations.md": ["it installs a service; tests/api/test_deployment.py runs what the units start"],
    "docs/recipes.md": ["it names what the recipes start from; the tutorial says how to make it"],
    "tests/gateway_conformance/README.md": ["it runs tests, and another gateway is yours to describe"],
}
"""The blocks that are only read, by their reasons; a document says the same in a comment before the block."""

_IN_HAND = "source demo.env"
"""A document that names this begins with the demo's server running, and its variables set."""


def _name(document: Path) -> str:
    return str(document.relative_to(REPOSITORY))


def _run_blocks(document: Path) -> list[Block]:
    found = all_blocks(document.read_text())
    return [each for each in found if each.language not in SHOWN and each.why_not_run is None]


STORIES = [each for each in DOCUMENTS if each != RECIPES and _run_blocks(each)]
"""The recipes each begin anew: tests/docs/test_documents.py runs them."""


@pytest.fixture(scope="module")
def differing() -> dict[str, str]:
    """What the documents have that another process of this machine may have too: ports; and slots, which take time."""
    api, gateway, chain, own, behind, metrics = _free_ports(6)
    return {
        "scripts/demo --serve\n": f"scripts/demo --serve {api} --gateway-port {gateway}\n",
        "job-escrow localnet\n": f"job-escrow localnet --rpc-port {chain} --slot-ms 50\n",
        "http://127.0.0.1:8899": f"http://127.0.0.1:{chain}",
        "set url localhost": f"set url http://127.0.0.1:{chain}",
        "--port 8090": f"--port {own}",
        "--port 8082": f"--port {behind}",
        "--metrics-port 9100": f"--metrics-port {metrics}",
        "http://127.0.0.1:9100": f"http://127.0.0.1:{metrics}",
    }


@pytest.fixture(scope="module")
def demo(differing: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The checkout in which the README's server runs, for as long as all stories take."""
    folder = tmp_path_factory.mktemp("demo")
    checkout = made_checkout(folder / "checkout")
    (block,) = (each for each in _run_blocks(_README) if each.is_left_running)
    code = block.code
    for text, instead in differing.items():
        code = code.replace(text, instead)
    with left_running(code, checkout, fresh_environment(folder / "home")):
        yield checkout


@pytest.mark.parametrize("document", STORIES, ids=_name)
def test_a_document_runs_from_its_first_block_to_its_last(
    document: Path, demo: Path, differing: dict[str, str], tmp_path: Path
) -> None:
    checkout = made_checkout(tmp_path / "checkout")
    (checkout / "demo.env").symlink_to(demo / "demo.env")
    with ExitStack() as stack:
        story = Story(_name(document), checkout, differing, fresh_environment(tmp_path / "home"), stack)
        if document != _README:
            begins = "source .venv/bin/activate\n" + (f"{_IN_HAND}\n" if _IN_HAND in document.read_text() else "")
            story.run(Block("sh", begins, 0, None, None))
        found = _run_blocks(document)
        story.shows_output = any(each.printed is not None for each in found)
        for block in found:
            if not (document == _README and block.is_left_running):
                story.run(block)


def test_what_is_not_run_is_listed_with_its_reason() -> None:
    marked = {
        _name(document): [each.why_not_run for each in all_blocks(document.read_text()) if each.why_not_run]
        for document in DOCUMENTS
    }
    assert {name: reasons for name, reasons in marked.items() if reasons} == NOT_RUN


def test_every_block_is_of_a_language_that_is_run_or_shown() -> None:
    for document in DOCUMENTS:
        for block in all_blocks(document.read_text()):
            assert block.language in SHOWN | {"sh", "python"}, f"{_name(document)}, line {block.line}: write it as sh"


def test_a_block_that_fails_is_found(tmp_path: Path) -> None:
    checkout = made_checkout(tmp_path / "checkout")
    wrong = [
        Block("sh", "true\nls /nowhere\ntrue\n", 3, None, None),
        Block("sh", "no-such-command\n", 3, None, None),
        Block("python", "raise ValueError('here')\n", 3, None, None),
        Block("python", "print(1)\n", 3, "2\n", None),
        Block("sh", "ls /nowhere\n", 3, None, "leave running"),
    ]
    with ExitStack() as stack:
        story = Story("wrong.md", checkout, {}, fresh_environment(tmp_path / "home"), stack)
        for block in wrong:
            with pytest.raises(BlockFailed, match=r"wrong\.md, line 3|did not start"):
                story.run(block)
        story.run(Block("python", "kept = 1\n", 9, None, None))
        story.run(Block("python", "print(kept)\n", 9, "1\n", None))
        story.run(Block("sh", "export KEPT=1\n", 9, None, None))
        story.run(Block("sh", 'test "$KEPT" = 1\n', 9, None, None))


def _free_ports(count: int) -> list[int]:
    # The local chain takes the next port too.
    with ExitStack() as sockets:
        found: list[int] = []
        while len(found) < count:
            first, second = (sockets.enter_context(socket.socket()) for _ in range(2))
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            found.append(port)
        return found
