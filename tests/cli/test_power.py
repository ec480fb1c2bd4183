"""A power cut after a command has ended: what it made is there, as a whole, with the folders that it is in (A12)."""

import os
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from faults.power import NOTHING, Disk, Event, Recording

_KEYS = """
from pathlib import Path
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.webhooks.sealing import Sealer
path = Path("data/of/ours/index.sqlite")
database = ApiDatabase(path)
with database.reader as connection:
    connection.execute("PRAGMA query_only = OFF")
    Sealer(path).seal(connection, "one", "secret")
database.close()
"""
_BACKUP = """
from pathlib import Path
from job_escrow_indexer.monitoring.backup import back_up
back_up(Path("index.sqlite"), Path("copy.sqlite"))
"""
_DATABASE = """
from pathlib import Path
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_indexer.store.binding import bind
from job_escrow.codec import PROGRAM_ID
database = ApiDatabase(Path("index.sqlite"))
with database.reader as connection:
    connection.execute("PRAGMA query_only = OFF")
    bind(connection, "genesis", str(PROGRAM_ID))
database.close()
"""
_PYTHON = (sys.executable, "-c")
_COMMAND = str(Path(sys.executable).with_name("job-escrow"))
_CASES = {
    "keypair": ((_COMMAND, "keygen", "keys/of/mine/id.json"), "keys/of/mine/id.json"),
    "configuration": ((_COMMAND, "config", "set", "namespace", "research"), "home/job-escrow/config.yml"),
    "webhook key": ((*_PYTHON, _KEYS), "data/of/ours/index.sqlite.webhook-key"),
    "database": ((*_PYTHON, _KEYS), "data/of/ours/index.sqlite"),
    "backup": ((*_PYTHON, _BACKUP), "copy.sqlite"),
}


def _recorded(folder: Path, command: tuple[str, ...]) -> tuple[Disk, list[Event]]:
    disk, recording = Disk(folder), Recording(folder, folder.parent)
    places = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "home")}
    subprocess.run(command, cwd=folder, env=os.environ | places | recording.environment, check=True)
    return disk, recording.events()


@pytest.mark.parametrize("case", _CASES)
def test_what_a_command_made_is_there_after_a_power_cut(tmp_path: Path, case: str) -> None:
    if shutil.which(os.environ.get("CC", "cc")) is None:
        pytest.skip("there is no C compiler, which the recording of writes needs")
    command, made = _CASES[case]
    folder, cut = tmp_path.resolve() / "disk", tmp_path / "cut"
    folder.mkdir()
    if case == "backup":
        subprocess.run([*_PYTHON, _DATABASE], cwd=folder, check=True)
    disk, events = _recorded(folder, command)
    # The second is the test of the test: a disk that only pretends to sync.
    for lost, is_there in (("", True), ("S", False)):
        after = deepcopy(disk)
        for event in events:
            if event.kind != lost:
                after.apply(event)
        after.rebuild(cut, NOTHING)
        assert ((cut / made).exists() and (cut / made).read_bytes() == (folder / made).read_bytes()) == is_there
