"""After each step: the chain holds exactly what the model says, and the invariants hold."""

from typing import TypeVar

from job_escrow import codec
from job_escrow.addresses import top_up_address
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE
from solders.pubkey import Pubkey

from program_harness.invariants import check_account
from program_harness.model.account import AccountModel, bump_of
from program_harness.model.rule import RuleModel
from program_harness.simulation.scene import Scene

_AMOUNT = slice(64, 72)

_Record = TypeVar("_Record", codec.CreditAccount, codec.Job, codec.Platform, codec.Session, codec.TopUpRule)


class Checker:
    """Compares the whole chain with the model, decoding only what has changed since the last time."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.supply = sum(scene.model.tokens.values())
        rent = scene.world.machine.rent
        self._rents = {"rent_lamports": rent(codec.CreditAccount.SIZE), "vault_rent_lamports": rent(TOKEN_ACCOUNT_SIZE)}
        self._bumps = {credit.address: bump_of(credit) for credit in scene.credits}
        self._last: dict[Pubkey, bytes] = {}
        self._jobs: dict[Pubkey, tuple[Pubkey, int]] = {}
        self._sessions: dict[Pubkey, tuple[Pubkey, int]] = {}
        self._said: dict[Pubkey, object] = {}

    def check(self) -> None:
        """Raise AssertionError with what differs."""
        model = self.scene.model
        assert sum(model.tokens.values()) == self.supply, "the model lost tokens"
        for address, base_units in model.tokens.items():
            data = self._data(address)
            found = -1 if data is None else int.from_bytes(data[_AMOUNT], "little")
            assert found == base_units, f"{address} holds {found} base units instead of {base_units}"
        for address, platform in model.platforms.items():
            if self._changed(address):
                assert self._read(codec.Platform, address) == platform.encoded()
        for credit in self.scene.credits:
            self._check_account(credit.address, model.accounts.get(credit.address))

    def unchanged(self) -> None:
        """Raise AssertionError where a refused instruction changed anything."""
        for address, before in self._last.items():
            assert self._data(address) == (before or None), f"a refusal changed {address}"

    def _check_account(self, address: Pubkey, account: AccountModel | None) -> None:
        for job_address, (owner, job_id) in list(self._jobs.items()):
            if owner == address and (account is None or job_id not in account.jobs):
                assert self._data(job_address) is None, f"job {job_id} is still there"
                del self._jobs[job_address], self._last[job_address]
        for session_address, (owner, session_id) in list(self._sessions.items()):
            if owner == address and (account is None or session_id not in account.sessions):
                assert self._data(session_address) is None, f"session {session_id} is still there"
                del self._sessions[session_address], self._last[session_address]
        self._check_rule(top_up_address(address), None if account is None else account.rule)
        if account is None:
            assert self._data(address) is None, f"{address} is still there"
            self._last.pop(address, None)
            return
        changed = self._changed(address)
        if changed:
            found = self._read(codec.CreditAccount, address)
            assert found == account.encoded(bump=self._bumps[address], **self._rents)
        for job_id, job in account.jobs.items():
            self._jobs[job.ref.address] = (address, job_id)
            if self._changed(job.ref.address) or changed:
                assert self._read(codec.Job, job.ref.address) == job.encoded()
        for session_id, session in account.sessions.items():
            self._sessions[session.ref.address] = (address, session_id)
            if self._changed(session.ref.address) or changed:
                assert self._read(codec.Session, session.ref.address) == session.encoded()
        if changed:
            jobs = [self._read(codec.Job, job.ref.address) for job in account.jobs.values()]
            sessions = [self._read(codec.Session, each.ref.address) for each in account.sessions.values()]
            check_account(found, self.scene.model.tokens[account.credit.vault], jobs, sessions)

    def _check_rule(self, address: Pubkey, rule: RuleModel | None) -> None:
        if rule is None:
            assert self._data(address) is None, f"rule {address} is still there"
            self._last.pop(address, None)
        elif self._changed(address):
            found = self._read(codec.TopUpRule, address)
            assert found == rule.encoded(bump=found.bump, delegate_bump=found.delegate_bump)

    def _read(self, kind: type[_Record], address: Pubkey) -> _Record:
        """What an account holds; and nothing where later layouts are to find zeros."""
        data = self._last[address]
        found = kind.decode(data)
        assert found.encode() == data, f"{kind.__name__} {address} has something in its reserved bytes"
        return found

    def _changed(self, address: Pubkey) -> bool:
        data = self._data(address) or b""
        changed = self._last.get(address) != data
        self._last[address] = data
        return changed

    def _data(self, address: Pubkey) -> bytes | None:
        found = self.scene.world.machine.get(address)
        return None if found is None else found.data
