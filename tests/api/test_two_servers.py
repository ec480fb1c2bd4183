"""Two servers on one database would send everything twice: the second is refused, whatever it calls the file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from api_harness.health import failing
from api_harness.server import free_port, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from support.validator_process import ends_with_its_parent

COMMAND = str(Path(sys.executable).with_name("job-escrow"))


def second(stage: Stage, chain: str, database: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "serve", "--url", chain, "--platform", str(stage.platform), "--no-index"]
    command += ["--database", str(database), "--port", str(free_port())]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


@contextmanager
def indexing(chain: str, database: Path) -> Iterator[subprocess.Popen[str]]:
    command = [*ends_with_its_parent(), COMMAND, "index", "--url", chain, "--database", str(database)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            assert process.stderr.readline().startswith("indexing into ")
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE_SECONDS)


def test_a_second_server_is_refused_whatever_it_calls_the_file(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "first", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    database = folder / "index.sqlite"
    (elsewhere / "linked").symlink_to(database)
    (elsewhere / "linked-folder").symlink_to(folder)
    with serving(folder, chain=localnet_url, platform=stage.platform, options=("--no-index",)) as server:
        for name in (database, elsewhere / "linked", elsewhere / "linked-folder/index.sqlite", Path("index.sqlite")):
            done = second(stage, localnet_url, name, folder)
            assert done.returncode == 1, done
            assert "another `job-escrow serve` has" in done.stderr
            assert f"(process {server.process.pid} on {os.uname().nodename} since " in done.stderr
            assert f" at {server.url.removesuffix('/v1')})" in done.stderr
            assert "choose another file with --database" in done.stderr
        with server.http() as http:
            assert not failing(http)
        server.kill()
        # The lock ended with the process, and what it has said of itself stops nobody.
        with serving(folder, chain=localnet_url, platform=stage.platform, options=("--no-index",)) as again:
            assert again.process.pid != server.process.pid


def test_a_file_of_several_names_is_refused(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--no-index",)):
        pass
    os.link(tmp_path / "index.sqlite", tmp_path / "other.sqlite")
    for name in ("index.sqlite", "other.sqlite"):
        done = second(stage, localnet_url, tmp_path / name, tmp_path)
        assert (done.returncode, "under 2 names (hard links)" in done.stderr) == (1, True), done


def test_an_indexer_beside_a_server_is_one_alone(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    database = tmp_path / "index.sqlite"
    (tmp_path / "linked").symlink_to(database)
    with (
        indexing(localnet_url, database) as first,
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--no-index",)) as server,
    ):
        for name in (database, tmp_path / "linked"):
            done = subprocess.run(
                [COMMAND, "index", "--url", localnet_url, "--database", str(name)],
                capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
            )  # fmt: skip
            assert done.returncode == 1, done
            assert f"another `job-escrow index` has {name} (process {first.pid} on " in done.stderr
        # A copy of it while both run, and a server of the copy, are somebody else's business.
        copy = tmp_path / "copy" / "index.sqlite"
        copy.parent.mkdir()
        command = [COMMAND, "index", "backup", str(copy), "--database", str(database)]
        subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=True)
        of_copy = serving(copy.parent, chain=localnet_url, platform=stage.platform, options=("--no-index",))
        with of_copy, server.http() as http:
            assert http.get("/models").status_code == 200


@pytest.mark.parametrize("rubbish", ["", "nonsense", "[]", '{"pid": 1}', '{"since": 1e300}'])
def test_what_was_left_in_the_lock_stops_nobody(stage: Stage, localnet_url: str, tmp_path: Path, rubbish: str) -> None:
    (tmp_path / "index.sqlite.serve.lock").write_text(rubbish)
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--no-index",)) as server:
        (tmp_path / "index.sqlite.serve.lock").write_text(rubbish)
        done = second(stage, localnet_url, tmp_path / "index.sqlite", tmp_path)
        assert (done.returncode, "another `job-escrow serve` has" in done.stderr) == (1, True), done
        assert server.process.poll() is None
