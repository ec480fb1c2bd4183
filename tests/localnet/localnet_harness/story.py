"""One story told to any node: the same keys, the same instructions, in the same order.

What a node chooses itself (blockhashes, signatures, slots, times, its own addresses) gets a symbol, so that the
answers of two nodes can be laid side by side.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import AdvanceNonceAccountParams, advance_nonce_account, create_nonce_account
from solders.transaction import VersionedTransaction

from localnet_harness import builders as b
from localnet_harness import token_2022
from localnet_harness.endpoint import Endpoint, until

CLOCK = "SysvarC1ock11111111111111111111111111111111"
LOOKUP_TABLE = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")
TWO_SOL = 2_000_000_000


@dataclass
class Story:
    """What was done on a node, by names."""

    node: Endpoint
    payer: Keypair = field(default_factory=lambda: b.key("payer"))
    owner: Keypair = field(default_factory=lambda: b.key("owner"))
    other: Keypair = field(default_factory=lambda: b.key("other"))
    mint: Keypair = field(default_factory=lambda: b.key("mint"))
    extended: Keypair = field(default_factory=lambda: b.key("mint with extensions"))
    scaled: Keypair = field(default_factory=lambda: b.key("mint of scaled amounts"))
    signatures: dict[str, str] = field(default_factory=dict)
    table: AddressLookupTableAccount | None = None
    stale: VersionedTransaction | None = None
    """A transaction that has landed already."""
    symbols: dict[str, str] = field(default_factory=dict)
    """From what the node chose to what stands for it."""

    @property
    def ata(self) -> Pubkey:
        return b.associated(self.owner.pubkey(), self.mint.pubkey())

    @property
    def other_ata(self) -> Pubkey:
        return b.associated(self.other.pubkey(), self.mint.pubkey())

    @property
    def table_address(self) -> Pubkey:
        assert self.table is not None, "the story has not come to its lookup table"
        return self.table.key

    def remember(self, name: str, signature: str) -> None:
        self.signatures[name] = signature
        self.symbols[signature] = f"<signature of {name}>"

    def run(self, name: str, instructions: Sequence[Instruction], *signers: Keypair, **options: object) -> None:
        """Land a transaction and remember its signature."""
        self.remember(name, b.run(self.node, instructions, signers, **options))

    def symbolic(self, value: Any) -> Any:
        """An answer with the symbols in it."""
        text = json.dumps(value)
        for chosen in sorted(self.symbols, key=len, reverse=True):
            text = text.replace(chosen, self.symbols[chosen])
        return json.loads(text)


def tell(node: Endpoint) -> Story:
    """Tell the story, and wait until all of it is final."""
    story = Story(node)
    payer, owner, other, mint = story.payer, story.owner, story.other, story.mint
    story.symbols[node.rpc("getIdentity")["identity"]] = "<identity>"
    story.symbols[node.rpc("getGenesisHash")] = "<genesis hash>"
    until(lambda: node.rpc("getSlot", {"commitment": "confirmed"}) > 1, what="a slot after the first")
    story.remember("airdrop", b.airdrop(node, payer.pubkey(), 100_000_000_000))
    rent = node.rpc("getMinimumBalanceForRentExemption", b.MINT_BYTES)
    story.run("mint", b.create_mint(payer.pubkey(), mint.pubkey(), owner.pubkey(), rent), payer, mint)
    story.run("ata", [b.create_associated(payer.pubkey(), owner.pubkey(), mint.pubkey())], payer)
    story.run("mint_to", [b.mint_to(mint.pubkey(), story.ata, owner.pubkey(), 123_456_789)], payer, owner)
    story.run(
        "create_and_transfer",
        [
            b.create_associated(payer.pubkey(), other.pubkey(), mint.pubkey(), idempotent=True),
            b.token_transfer_checked(story.ata, mint.pubkey(), story.other_ata, owner.pubkey(), 1_000_000),
            b.memo("thank you"),
        ],
        payer,
        owner,
    )
    story.run("approve", [b.approve(story.ata, other.pubkey(), owner.pubkey(), 77)], payer, owner)
    story.run(
        "priority",
        [set_compute_unit_limit(50_000), set_compute_unit_price(12_345), b.pay(payer, other.pubkey(), TWO_SOL)],
        payer,
    )
    too_much = [b.token_transfer(story.ata, story.other_ata, owner.pubkey(), 10**15)]
    story.run("failed", too_much, payer, owner, skipPreflight=True)
    nobody = Instruction(b.key("no such program").pubkey(), b"", [])
    story.run("no_program", [nobody], payer, skipPreflight=True)
    story.run("no_program_but_account", [Instruction(other.pubkey(), b"", [])], payer, skipPreflight=True)
    _nonce(story)
    _lookup_table(story)
    _table_of_the_clock(story)
    _token_2022(story)
    story.run("repeater", [b.pay(payer, b.key("repeater").pubkey(), TWO_SOL)], payer)
    for number in range(3):
        story.run(f"transfer {number}", [b.pay(payer, other.pubkey(), 1_000_000 + number)], payer)
    story.stale = b.signed([b.pay(payer, other.pubkey(), 5)], [payer], b.latest(node))
    story.remember("stale", b.deliver(node, story.stale))
    b.confirm(node, story.signatures["stale"], "finalized")
    _name_blocks(story)
    return story


def _nonce(story: Story) -> None:
    """A durable nonce account, used once."""
    nonce, payer = b.key("nonce"), story.payer
    rent = story.node.rpc("getMinimumBalanceForRentExemption", 80)
    created = create_nonce_account(payer.pubkey(), nonce.pubkey(), payer.pubkey(), rent)
    story.run("nonce", list(created), payer, nonce)
    value = nonce_value(story)
    advance = advance_nonce_account(
        AdvanceNonceAccountParams(nonce_pubkey=nonce.pubkey(), authorized_pubkey=payer.pubkey())
    )
    transaction = b.signed([advance, b.pay(payer, story.other.pubkey(), 42)], [payer], value)
    story.remember("nonce_used", b.deliver(story.node, transaction))
    b.confirm(story.node, story.signatures["nonce_used"])
    nonce_value(story)


def nonce_value(story: Story) -> Hash:
    """The nonce's value, which also gets a symbol."""
    config = {"encoding": "jsonParsed", "commitment": "confirmed"}
    account = story.node.rpc("getAccountInfo", str(b.key("nonce").pubkey()), config)["value"]
    value = account["data"]["parsed"]["info"]["blockhash"]
    story.symbols[value] = "<nonce>"
    return Hash.from_string(value)


def _lookup_table(story: Story) -> None:
    """A lookup table, and a transaction of version 0 that uses it."""
    payer = story.payer
    recent = 1  # the same on every node, and both are young enough to know its hash
    seeds = [bytes(payer.pubkey()), recent.to_bytes(8, "little")]
    address, bump = Pubkey.find_program_address(seeds, LOOKUP_TABLE)
    authority = [b.writable(address), b.readonly(payer.pubkey(), signer=True)]
    more = [b.writable(payer.pubkey(), signer=True), b.readonly(b.SYSTEM)]
    create = Instruction(LOOKUP_TABLE, b"\0\0\0\0" + recent.to_bytes(8, "little") + bytes([bump]), authority + more)
    entries = [story.other.pubkey(), story.mint.pubkey()]
    data = b"\x02\0\0\0" + len(entries).to_bytes(8, "little") + b"".join(bytes(one) for one in entries)
    story.run("table", [create, Instruction(LOOKUP_TABLE, data, authority + more)], payer)
    story.table = AddressLookupTableAccount(address, entries)
    slot = story.node.rpc("getSlot", {"commitment": "confirmed"})
    until(lambda: story.node.rpc("getSlot", {"commitment": "confirmed"}) > slot, what="a slot after the table's")
    instructions = [
        b.pay(payer, story.other.pubkey(), 1_234),
        Instruction(b.MEMO, b"seen", []),
        b.token_transfer_checked(story.ata, story.mint.pubkey(), story.other_ata, story.owner.pubkey(), 5),
    ]
    tables, signers = [story.table], [payer, story.owner]
    sign = partial(b.signed_v0, instructions, signers, tables=tables)
    story.remember("v0", b.land(story.node, sign))


def _table_of_the_clock(story: Story) -> None:
    """A lookup table as Solana's command line makes one: of the slot that the final bank's clock shows."""
    account = story.node.rpc("getAccountInfo", CLOCK, {"encoding": "base64", "commitment": "finalized"})["value"]
    recent = base64.b64decode(account["data"][0])[:8]
    payer = story.payer
    address, bump = Pubkey.find_program_address([bytes(payer.pubkey()), recent], LOOKUP_TABLE)
    accounts = [b.writable(address), b.readonly(payer.pubkey(), signer=True)]
    accounts += [b.writable(payer.pubkey(), signer=True), b.readonly(b.SYSTEM)]
    story.symbols[str(address)] = "<table of the clock>"
    story.run("table_of_the_clock", [Instruction(LOOKUP_TABLE, b"\0\0\0\0" + recent + bytes([bump]), accounts)], payer)


def _token_2022(story: Story) -> None:
    """Two mints with extensions, and an account of each."""
    payer, owner = story.payer, story.owner
    for name, mint, create, size in (
        ("extended", story.extended, token_2022.create_mint, token_2022.MINT_BYTES + token_2022.METADATA_BYTES),
        ("scaled", story.scaled, token_2022.create_scaled_mint, token_2022.SCALED_MINT_BYTES),
    ):
        rent = story.node.rpc("getMinimumBalanceForRentExemption", size)
        key, holder = mint.pubkey(), owner.pubkey()
        story.run(f"{name}_mint", create(payer.pubkey(), key, holder, rent), payer, mint, owner)
        ata = token_2022.associated(holder, key)
        give = token_2022.mint_to(key, ata, holder, 1_000_001)
        story.run(f"{name}_tokens", [token_2022.create_associated(payer.pubkey(), holder, key), give], payer, owner)


def _name_blocks(story: Story) -> None:
    """Symbols for the blockhashes that the transactions and blocks of the story show."""
    for name, signature in story.signatures.items():
        found = story.node.rpc("getTransaction", signature, {"encoding": "json", "maxSupportedTransactionVersion": 0})
        blockhash = found["transaction"]["message"]["recentBlockhash"]
        story.symbols.setdefault(blockhash, f"<blockhash of {name}>")
        for place, other in enumerate(found["transaction"]["signatures"][1:], start=1):
            story.symbols[other] = f"<signature {place} of {name}>"
        if name == "airdrop":
            faucet = found["transaction"]["message"]["accountKeys"][0]
            story.symbols[faucet] = "<faucet>"
