"""States that no instruction reaches, or not quickly: accounts changed behind the program's back."""

from dataclasses import replace
from typing import Any

from job_escrow.codec import ACCOUNTS, AnyAccount, CreditAccount, Job, Platform, Session
from solders.pubkey import Pubkey

from program_harness import parties
from program_harness.machine import Machine


def change_platform(machine: Machine, platform: parties.Platform, **changes: object) -> None:
    """Change fields of a platform."""
    _change(machine, platform.address, Platform, changes)


def change_account(machine: Machine, credit: parties.Credit, **changes: object) -> None:
    """Change fields of a credit account."""
    _change(machine, credit.address, CreditAccount, changes)


def change_job(machine: Machine, job: parties.JobRef, **changes: object) -> None:
    """Change fields of a job."""
    _change(machine, job.address, Job, changes)


def change_session(machine: Machine, session: parties.SessionRef, **changes: object) -> None:
    """Change fields of a session."""
    _change(machine, session.address, Session, changes)


def set_bytes(machine: Machine, address: Pubkey, offset: int, data: bytes) -> None:
    """Change bytes of any account."""
    found = machine.get(address)
    assert found is not None, f"no account at {address}"
    changed = found.data[:offset] + data + found.data[offset + len(data) :]
    machine.put(address, lamports=found.lamports, owner=found.owner, data=changed)


def _change(machine: Machine, address: Pubkey, kind: type[AnyAccount], changes: dict[str, Any]) -> None:
    found = machine.get(address)
    assert found is not None, f"no account at {address}"
    assert ACCOUNTS[found.data[:8]] is kind
    changed = replace(kind.decode(found.data), **changes)
    # What the codec does not read, reserved space, stays as it is in a fresh account: zeros.
    machine.put(address, lamports=found.lamports, owner=found.owner, data=changed.encode())
