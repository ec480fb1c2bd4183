"""Golden sets as files: written once by a release's program, read by the tests of every later one."""

import base64
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeAlias

from job_escrow.codec import decode_account
from solders.account import Account
from solders.pubkey import Pubkey

from program_harness.golden.scene import Scene, name_of
from program_harness.keys import key
from program_harness.machine import Machine
from program_harness.parties import Credit, JobRef, Platform, SessionRef
from program_harness.world import LAMPORTS, World

FOLDER = Path(__file__).parents[2] / "golden"

_Plain: TypeAlias = Any


class AlreadyThere(Exception):
    """A release has its golden set for ever."""


@dataclass(frozen=True)
class GoldenSet:
    """The accounts of one release."""

    release: str
    unix_time: int
    """The clock when they were written."""
    scene: dict[str, _Plain]
    """What the accounts do not say about the parties."""
    accounts: dict[str, _Plain]
    """The program's accounts: address, lamports, data, and the values that the data says."""
    token_accounts: dict[str, _Plain]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file."""
        return cls(**json.loads(path.read_text()))

    def write(self, folder: Path) -> Path:
        """Write a new file. Raises AlreadyThere."""
        path = folder / f"{self.release}.json"
        folder.mkdir(exist_ok=True)
        try:
            with path.open("x") as file:
                file.write(json.dumps(dataclasses.asdict(self), indent=1) + "\n")
        except FileExistsError:
            raise AlreadyThere(
                f"{path} is there: what a release wrote is never written anew. "
                "While it is not released yet, delete the file and run this again"
            ) from None
        return path

    def data(self, name: str) -> bytes:
        """The bytes of one of the program's accounts."""
        return base64.b64decode(self.accounts[name]["data"])

    def load(self, world: World) -> Scene:
        """Put all accounts on a chain, past the program, and the clock to where it was."""
        machine = world.machine
        machine.move_clock_to(self.unix_time)
        for account in (*self.accounts.values(), *self.token_accounts.values()):
            owner = Pubkey.from_string(account["owner"])
            machine.put(
                Pubkey.from_string(account["address"]),
                lamports=account["lamports"],
                owner=owner,
                data=base64.b64decode(account["data"]),
            )
        for person in self.scene["people"]:
            machine.airdrop(key(name_of(person)).pubkey(), LAMPORTS)
        return self._parties()

    def _parties(self) -> Scene:
        people = {person: key(name_of(person)) for person in self.scene["people"]}
        assert {name: str(each.pubkey()) for name, each in people.items()} == self.scene["people"]
        platform = Platform(
            address=Pubkey.from_string(self.accounts["platform"]["address"]),
            admin=people["admin"],
            operator=people["operator"],
            treasury_owner=people["treasury"],
            mint=Pubkey.from_string(self.scene["mint"]),
            base_units_per_credit=self.scene["base_units_per_credit"],
        )
        credit = Credit(platform, people["wallet"], bytes.fromhex(self.scene["namespace"]))
        guest = Credit(platform, people["guest"])
        return Scene(
            platform=platform,
            credit=credit,
            newcomer=Credit(platform, people["newcomer"]),
            buyer=Credit(platform, people["buyer"]),
            metered=JobRef(credit, self.scene["metered"], people["operator"].pubkey()),
            quoted=JobRef(credit, self.scene["quoted"], people["wallet"].pubkey()),
            guest=guest,
            session=SessionRef(guest, self.scene["session"], people["operator"].pubkey()),
            subscriber=Credit(platform, people["subscriber"]),
            payee=people["payee"],
            payees_tokens=Pubkey.from_string(self.token_accounts["payee's tokens"]["address"]),
        )


PEOPLE = (
    "admin",
    "next admin",
    "operator",
    "next operator",
    "treasury",
    "wallet",
    "newcomer",
    "buyer",
    "guest",
    "subscriber",
    "payee",
    "sponsor",
)


def record(release: str, world: World, scene: Scene) -> GoldenSet:
    """The set of a scene that was just played."""
    return GoldenSet(
        release=release,
        unix_time=world.machine.now,
        scene={
            "people": {person: str(key(name_of(person)).pubkey()) for person in PEOPLE},
            "mint": str(scene.platform.mint),
            "base_units_per_credit": scene.platform.base_units_per_credit,
            "namespace": scene.credit.namespace.hex(),
            "metered": scene.metered.id,
            "quoted": scene.quoted.id,
            "session": scene.session.id,
        },
        accounts={
            name: _account(world.machine, address) | {"values": values(decode_account(world.machine.data(address)))}
            for name, address in scene.accounts.items()
        },
        token_accounts={name: _account(world.machine, address) for name, address in scene.token_accounts.items()},
    )


def values(account: object) -> dict[str, _Plain]:
    """What an account says, as JSON holds it; amounts as text, since they may have 64 bits."""
    kind = {"kind": type(account).__name__}
    assert dataclasses.is_dataclass(account)
    assert not isinstance(account, type)
    return kind | {name: _plain(getattr(account, name)) for name in _names(account)}


def _plain(value: object) -> _Plain:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _names(value)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _names(value: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(value)]


def _account(machine: Machine, address: Pubkey) -> dict[str, _Plain]:
    found = machine.get(address)
    assert isinstance(found, Account)
    return {
        "address": str(address),
        "owner": str(found.owner),
        "lamports": found.lamports,
        "data": base64.b64encode(found.data).decode(),
    }
