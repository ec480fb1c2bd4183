"""Where commands write: files are replaced whole, links stay, pipes and devices get what is written, folders do not."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from cli_harness.command import COMMAND, Cli
from cli_harness.world import World
from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow.output_files import output_file, output_path


@pytest.fixture(scope="module")
def bob(world: World, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Somebody with a history in a database."""
    bob = world.acting(Cli(home=tmp_path_factory.mktemp("files")), "bob")
    bob.ok("open", "--buy", "300")
    bob.ok("index", "verify")
    return bob


def _leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "unfinished" in path.name]


def test_a_link_is_followed_and_stays(bob: Cli, tmp_path: Path) -> None:
    whole = bob.ok("export").out
    (tmp_path / "real").mkdir()
    for there_before in (True, False):
        real, link = tmp_path / "real" / f"{there_before}.csv", tmp_path / f"{there_before}.csv"
        if there_before:
            real.write_text("old")
            real.chmod(0o640)
        link.symlink_to(real)
        bob.ok("export", "--to", str(link))
        assert link.is_symlink()
        assert real.read_text() == whole
        assert not there_before or stat.S_IMODE(real.stat().st_mode) == 0o640
    copy = tmp_path / "copy.sqlite"
    copy.symlink_to(tmp_path / "real" / "copy.sqlite")
    bob.ok("index", "backup", str(copy))
    assert copy.is_symlink()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert _leftovers(tmp_path) == _leftovers(tmp_path / "real") == []


def test_links_that_lead_nowhere_are_refused(bob: Cli, tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "away").symlink_to(tmp_path / "no folder" / "file")
    for name in ("a", "away"):
        for command in (("export", "--to"), ("index", "backup")):
            done = bob(*command, str(tmp_path / name))
            assert (done.code, str(tmp_path / name) in done.error) == (1, True)
            assert (tmp_path / name).is_symlink()


@pytest.mark.parametrize("command", [("export", "--to"), ("index", "backup")])
def test_a_pipe_gets_it_all(bob: Cli, tmp_path: Path, command: tuple[str, ...]) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    bob.ok(*command, str(pipe))
    reader.join(timeout=PATIENCE_SECONDS)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    if command[0] == "export":
        assert got[0].replace(b"\r\n", b"\n") == bob.ok("export").out.encode()
    else:
        assert got[0].startswith(b"SQLite format 3")
    assert _leftovers(tmp_path) == []


def _device(folder: Path, name: str, minor: int) -> Path:
    """A device that a fault may replace. Only root can make one, and nobody else can replace those of the system."""
    if os.geteuid() != 0:
        return Path("/dev") / name
    path = folder / name
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    return path


def test_devices_are_written_into(bob: Cli, tmp_path: Path) -> None:
    null, full = _device(tmp_path, "null", 3), _device(tmp_path, "full", 7)
    for command in (("export", "--to"), ("index", "backup")):
        bob.ok(*command, str(null))
        done = bob(*command, str(full))
        assert (done.code, f"{full}: No space left on device" in done.error) == (1, True)
    for device in (null, full):
        assert stat.S_ISCHR(device.stat().st_mode)


def test_standard_output_by_its_name(bob: Cli, tmp_path: Path) -> None:
    whole = bob.ok("export").out
    # As /dev/stdout is, which a fault would replace for everybody.
    name = tmp_path / "stdout"
    name.symlink_to("/proc/self/fd/1")
    assert bob.ok("export", "--to", str(name)).out == whole
    log = tmp_path / "log"
    log.write_text("before\n")
    with log.open("a") as appended:
        subprocess.run(
            [COMMAND, *bob.options, "export", "--to", str(name)],
            env=bob.variables({}), cwd=bob.home, stdout=appended, check=True,
        )  # fmt: skip
    assert log.read_text() == f"before\n{whole}"
    assert name.is_symlink()


def test_a_folder_is_refused_and_nothing_is_left(bob: Cli, tmp_path: Path) -> None:
    for command in (("export", "--to"), ("index", "backup"), ("index", "backup", "--force")):
        done = bob(*command, str(tmp_path))
        assert done.code == 1
        assert f"{tmp_path} is a folder: name a file in it" in done.error
    missing = bob("export", "--to", str(tmp_path / "no folder" / "file"))
    assert f"{tmp_path / 'no folder' / 'file'}: No such file or directory" in missing.error
    assert _leftovers(tmp_path) == _leftovers(tmp_path.parent) == []


def test_a_backup_is_replaced_only_with_force(bob: Cli, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    copy.write_text("precious")
    done = bob("index", "backup", str(copy))
    assert (done.code, "--force" in done.error, copy.read_text()) == (1, True, "precious")
    bob.ok("index", "backup", str(copy), "--force")
    assert copy.read_bytes().startswith(b"SQLite format 3")


def test_settings_are_written_through_a_link(cli: Cli, tmp_path: Path) -> None:
    folder = cli.home / ".config" / "job-escrow"
    folder.mkdir(parents=True)
    kept = tmp_path / "dotfiles.yml"
    kept.write_text("namespace: old\n")
    (folder / "config.yml").symlink_to(kept)
    cli.ok("config", "set", "namespace", "new")
    assert (folder / "config.yml").is_symlink()
    assert kept.read_text() == "namespace: new\n"


def test_a_key_is_written_whole_and_through_no_link(cli: Cli, tmp_path: Path) -> None:
    cli.ok("keygen", str(tmp_path / "key.json"))
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere.json")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link.json", "key.json", "pipe"):
        done = cli("keygen", str(tmp_path / name))
        assert (done.code, "already" in done.error) == (2, True)
    assert not (tmp_path / "elsewhere.json").exists()
    assert _leftovers(tmp_path) == []


def test_nothing_is_there_where_writing_failed(tmp_path: Path) -> None:
    target = tmp_path / "file"
    for there in (False, True):
        if there:
            target.write_text("old")
        with suppress(KeyError), output_file(target) as file:
            file.write(b"half")
            raise KeyError
        with suppress(KeyError), output_path(target) as unfinished:
            unfinished.write_bytes(b"half")
            raise KeyError
        assert target.exists() == there
    assert target.read_text() == "old"
    assert _leftovers(tmp_path) == []


def test_what_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    new, kept = tmp_path / "new", tmp_path / "kept"
    with pytest.raises(FileExistsError, match="is there already"), output_file(new, new=True):
        new.write_text("theirs")
    with pytest.raises(FileExistsError, match="is there already"), output_path(kept, replace=False):
        kept.write_text("theirs")
    assert new.read_text() == kept.read_text() == "theirs"
    assert _leftovers(tmp_path) == []


def test_a_new_file_has_the_mode_that_the_mask_says(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from job_escrow.output_files import output_file; os.umask(0o027)\n"
        "with output_file(Path(sys.argv[1])) as file: file.write(b'x')"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "file")], check=True)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640
