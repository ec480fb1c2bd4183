"""Ways to get any instruction wrong, made from a valid call of it: each changes one account and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from job_escrow.addresses import delegate_address, token_address, top_up_address
from job_escrow.codec import ACCOUNT_NAMES, PROGRAM_ID
from job_escrow.testing.usdc import local_usdc_mint
from solders.account import Account
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import TokenAccountState

from program_harness import tokens
from program_harness.calls import Call
from program_harness.calls_of_admin import payee_address
from program_harness.keys import Key, key
from program_harness.snapshot import TOKEN_2022_PROGRAM_ID
from program_harness.stage import Stage

SYSTEM_PROGRAM_ID = Pubkey.default()
_FOREIGN_PROGRAM = key("a program of somebody else").pubkey()
MADE_HERE = {
    ("open", "credit_account"),
    ("lock", "job"),
    ("open_session", "session"),
    ("create_platform", "platform"),
    ("register_payee", "payee"),
    ("set_top_up", "rule"),
}
"""Accounts that do not exist before the instruction."""
# Of the byte that says whether a program may use the account; where there is none besides, of its version.
VERSION_OFFSETS = {"credit_account": 10, "job": 9, "session": 9, "rule": 10}
PAYEES_TOKENS = {"settle", "settle_session"}
"""Instructions whose payee is a token account, and no registration."""


@dataclass(frozen=True)
class Wrong:
    """One mistake: the account it is about, what is wrong with it, and the transaction."""

    account: str
    mistake: str
    instructions: tuple[Instruction, ...]
    signers: tuple[Key, ...]

    @property
    def label(self) -> str:
        """Name of the mistake within its instruction."""
        return f"{self.account}: {self.mistake}"


def mistakes(on: Stage, call: Call) -> Iterator[Wrong]:
    """Every way to get this call wrong."""
    maker = _Maker(on, call)
    for index, name in enumerate(ACCOUNT_NAMES[call.name]):
        yield from maker.of_account(index, name)
    yield from maker.of_pairs()
    yield maker.without_the_last()


class _Maker:
    def __init__(self, on: Stage, call: Call) -> None:
        self.on = on
        self.machine = on.world.machine
        self.call = call
        self.names = ACCOUNT_NAMES[call.name]
        self.valid = call.instruction()
        self.metas = self.valid.accounts

    def of_account(self, index: int, name: str) -> Iterator[Wrong]:
        meta = self.metas[index]
        if meta.pubkey == PROGRAM_ID and (name != "program" or self.metas.count(meta) > 1):
            # The program stands in the place of an optional account that is not passed, and can be called by that.
            return
        if meta.is_signer:
            yield self._changed(name, "has not signed", index, AccountMeta(meta.pubkey, False, meta.is_writable))
            stranger = key("stranger")
            yield self._changed(
                name, "a stranger", index, AccountMeta(stranger.pubkey(), True, meta.is_writable), stranger
            )
        elsewhere = [other for other in self.metas if other.pubkey == meta.pubkey and other != meta]
        if meta.is_writable and not elsewhere:
            # An address has the same rights wherever it stands in a transaction.
            yield self._changed(name, "read-only", index, AccountMeta(meta.pubkey, meta.is_signer, False))
        for mistake, address in self._replacements(name, meta.pubkey):
            if address != meta.pubkey:
                yield self._changed(
                    name, mistake, index, AccountMeta(address, meta.is_signer, meta.is_writable), *self._keys(address)
                )

    def of_pairs(self) -> Iterator[Wrong]:
        """One account in two places, at least one of which it is written at."""
        for one, first in enumerate(self.metas):
            for two, second in enumerate(self.metas):
                if one == two or first.pubkey == second.pubkey or second.is_signer or not first.is_writable:
                    continue
                if second.is_writable:
                    meta = AccountMeta(first.pubkey, False, True)
                    yield self._changed(self.names[two], f"the same as {self.names[one]}", two, meta)

    def without_the_last(self) -> Wrong:
        return self._with_metas("program", "missing", self.metas[:-1])

    def _replacements(self, name: str, address: Pubkey) -> Iterator[tuple[str, Pubkey]]:
        found = self.machine.get(address)
        made_here = (self.call.name, name) in MADE_HERE
        of_program = {"platform", "credit_account", "job", "session", "rule"}
        if name in of_program or (name == "payee" and self.call.name not in PAYEES_TOKENS):
            yield from self._of_program(name)
            yield "nobody's address", key("nobody").pubkey()
            if found is not None and not made_here:
                yield from self._forged(name, address, found)
        elif name in {"vault", "source", "destination", "treasury", "payee", "token_account", "nested", "promotion"}:
            yield from self._of_tokens()
            yield "nobody's address", key("nobody").pubkey()
            if found is not None:
                yield from self._copies(name, address, found)
        elif name in {"mint", "vault_mint", "nested_mint"}:
            yield from self._of_mints()
        elif name == "delegate":
            wallet = self.on.ruled.wallet.pubkey()
            yield "another platform's", delegate_address(self.on.other_platform.address, wallet)
            yield "another wallet's", delegate_address(self.on.platform.address, self.on.bob.wallet.pubkey())
            yield "a stranger", key("stranger").pubkey()
        elif name in {"rent_payer", "vault_rent_payer"}:
            yield "somebody else", key("stranger").pubkey()
            yield "the wallet's job", self.on.other_job.address
            yield "the wallet's session", self.on.other_session.address
        elif name in {"token_program", "system_program", "associated_token_program", "program"}:
            yield from (
                ("Token-2022", TOKEN_2022_PROGRAM_ID),
                ("the Token program", TOKEN_PROGRAM_ID),
                ("the System program", SYSTEM_PROGRAM_ID),
                ("this program", PROGRAM_ID),
                ("no program", key("stranger").pubkey()),
            )
        elif name == "event_authority":
            yield "a stranger", key("stranger").pubkey()
            yield "another program's", Pubkey.find_program_address([b"__event_authority"], TOKEN_PROGRAM_ID)[0]

    def _of_program(self, name: str) -> Iterator[tuple[str, Pubkey]]:
        on = self.on
        kinds = {
            "platform": {"another": on.other_platform.address, "one of another mint": on.foreign_platform.address},
            "credit_account": {
                "the wallet's": on.alice.address,
                "another namespace's": on.alices_team.address,
                "another wallet's": on.bob.address,
                "another platform's": on.alice_elsewhere.address,
                "one not opened": on.unopened.address,
            },
            "job": {
                "the same account's": on.job.address,
                "another of the same account": on.other_job.address,
                "another namespace's": on.teams_job.address,
                "another wallet's": on.bobs_job.address,
                "another platform's": on.job_elsewhere.address,
            },
            "session": {
                "the same account's": on.session.address,
                "another of the same account": on.other_session.address,
                "another namespace's": on.teams_session.address,
                "another wallet's": on.bobs_session.address,
                "another platform's": on.session_elsewhere.address,
            },
            "rule": {
                "the wallet's": top_up_address(on.ruled.address),
                "another namespace's": top_up_address(on.plain.address),
                "another platform's": top_up_address(on.ruled_elsewhere.address),
                "one not set": top_up_address(on.bob.address),
            },
            "payee": {
                "the registered one": payee_address(on.platform.address, on.payee.pubkey()),
                "another platform's": payee_address(on.other_platform.address, on.payee.pubkey()),
                "one not registered": payee_address(on.platform.address, on.bob.wallet.pubkey()),
            },
        }
        yield from kinds.pop(name).items()
        for other, addresses in kinds.items():
            yield f"a {other}", next(iter(addresses.values()))
        yield "a token account", on.alice.tokens

    def _forged(self, name: str, address: Pubkey, found: Account) -> Iterator[tuple[str, Pubkey]]:
        yield from self._copies(name, address, found)
        versions = {"a layout of version 2": 2, "a layout of version 0": 0}
        for title, version in versions.items():
            offset = VERSION_OFFSETS.get(name, 8)
            data = found.data[:offset] + bytes([version]) + found.data[offset + 1 :]
            yield title, self._put(f"{name} {address} {title}", PROGRAM_ID, data)
        yield "without a discriminator", self._put(f"{name} {address} blank", PROGRAM_ID, bytes(8) + found.data[8:])
        closed = b"\xff" * 8 + found.data[8:]
        yield "with a closed one's discriminator", self._put(f"{name} {address} closed", PROGRAM_ID, closed)
        yield "one byte short", self._put(f"{name} {address} short", PROGRAM_ID, found.data[:-1])
        yield "empty", self._put(f"{name} {address} empty", PROGRAM_ID, b"")

    def _copies(self, name: str, address: Pubkey, found: Account) -> Iterator[tuple[str, Pubkey]]:
        """Its bytes at another address, as somebody else's account."""
        for title, owner in (
            ("a copy that the System program owns", SYSTEM_PROGRAM_ID),
            ("a copy that another program owns", _FOREIGN_PROGRAM),
            ("a copy that Token-2022 owns", TOKEN_2022_PROGRAM_ID),
        ):
            yield title, self._put(f"{name} {address} {title}", owner, found.data)

    def _of_tokens(self) -> Iterator[tuple[str, Pubkey]]:
        on, machine = self.on, self.machine
        yield "another wallet's vault", on.bob.vault
        yield "another namespace's vault", on.alices_team.vault
        yield "another platform's vault", on.alice_elsewhere.vault
        yield "the wallet's vault", on.alice.vault
        yield "another wallet's token account", on.bob.tokens
        yield "the other platform's treasury", on.other_platform.treasury
        yield "the platform's treasury", on.platform.treasury
        yield "the other platform's promotion account", on.other_platform.promotion
        yield "the platform's promotion account", on.platform.promotion
        wallet, credit = on.alice.wallet.pubkey(), on.alice.address
        foreign = on.foreign_platform.mint
        yield "the wallet's account of another mint", token_address(wallet, foreign)
        yield "another token account of the credit account", on.stray
        yield "the payee's token account", on.payees_tokens
        yield (
            "an account of another mint of the credit account",
            tokens.put_token_account(machine, key("foreign vault").pubkey(), owner=credit, mint=foreign, amount=10**12),
        )
        yield (
            "one not initialized",
            tokens.put_token_account(
                machine, key("raw tokens").pubkey(), owner=wallet, state=TokenAccountState.Uninitialized
            ),
        )
        yield "the mint", on.platform.mint
        yield "a credit account", credit

    def _of_mints(self) -> Iterator[tuple[str, Pubkey]]:
        mint = local_usdc_mint()
        yield "another", self.on.foreign_platform.mint
        yield "of Token-2022", self._put("mint of Token-2022", TOKEN_2022_PROGRAM_ID, mint.data)
        yield "of another program", self._put("mint of another program", _FOREIGN_PROGRAM, mint.data)
        yield "that is a token account", self.on.alice.tokens
        yield "one byte long", self._put("a mint of one byte", TOKEN_PROGRAM_ID, b"\1")

    def _put(self, title: str, owner: Pubkey, data: bytes) -> Pubkey:
        address = key(title).pubkey()
        self.machine.put(address, lamports=self.machine.rent(len(data)), owner=owner, data=data)
        return address

    def _keys(self, address: Pubkey) -> tuple[Key, ...]:
        stranger = key("stranger")
        return (stranger,) if address == stranger.pubkey() else ()

    def _changed(self, name: str, mistake: str, index: int, meta: AccountMeta, *signers: Key) -> Wrong:
        metas = [meta if place == index else valid for place, valid in enumerate(self.metas)]
        return self._with_metas(name, mistake, metas, *signers)

    def _with_metas(self, name: str, mistake: str, metas: list[AccountMeta], *signers: Key) -> Wrong:
        wrong = Instruction(self.valid.program_id, self.valid.data, metas)
        return Wrong(name, mistake, (*self.call.before, wrong), (*self.call.signers, *signers))
