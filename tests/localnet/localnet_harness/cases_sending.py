"""Transactions that are refused, and simulations."""

import base64

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.compute_budget import set_compute_unit_limit
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message, MessageV0, TransactionConfig, to_bytes_versioned
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from localnet_harness import builders as b
from localnet_harness.registry import NOBODY, Answer, Case, ask, case
from localnet_harness.story import Story

# Transactions that are refused

_B64 = {"encoding": "base64"}
ask("send: nothing", "sendTransaction", "", _B64)
ask("send: no base64", "sendTransaction", "a!bc", _B64)
ask("send: padding", "sendTransaction", "abc", _B64)
ask("send: no base58", "sendTransaction", "0OIl")
ask("send: json", "sendTransaction", "{}", {"encoding": "json"})
ask("send: too long base64", "sendTransaction", "A" * 1645, _B64)
ask("send: too long base58", "sendTransaction", "1" * 1684)
ask("send: 1233 bytes", "sendTransaction", base64.b64encode(bytes(1233)).decode(), _B64)
ask("send: half a transaction", "sendTransaction", base64.b64encode(b"\x01" + bytes(30)).decode(), _B64)
ask("send: zeros", "sendTransaction", base64.b64encode(bytes(200)).decode(), _B64)
ask("simulate: zeros", "simulateTransaction", base64.b64encode(bytes(200)).decode(), _B64)


def _send(story: Story, transaction: VersionedTransaction, **options: object) -> Answer:
    config = {"encoding": "base64", "preflightCommitment": "confirmed"} | options
    return story.node.answer("sendTransaction", b.wire(transaction), config)


def _simulate(story: Story, transaction: VersionedTransaction, **options: object) -> Answer:
    config = {"encoding": "base64", "commitment": "confirmed"} | options
    return story.node.answer("simulateTransaction", b.wire(transaction), config)


@case("send: unknown blockhash")
def _(story: Story) -> Answer:
    return _send(story, b.signed([b.pay(story.payer, story.other.pubkey(), 1)], [story.payer], Hash.default()))


@case("send: the same again")
def _(story: Story) -> Answer:
    repeater = b.key("repeater")
    again = b.signed([b.memo("once")], [repeater], b.latest(story.node))
    b.confirm(story.node, b.send(story.node, again))
    return _send(story, again)


@case("send: wrong signature")
def _(story: Story) -> Answer:
    right = b.signed([b.pay(story.payer, story.other.pubkey(), 1)], [story.payer], b.latest(story.node))
    return _send(story, VersionedTransaction.populate(right.message, [Signature.from_bytes(b"\x01" * 64)]))


@case("send: payer without money")
def _(story: Story) -> Answer:
    poor = b.key("poor")
    return _send(story, b.signed([b.pay(poor, story.other.pubkey(), 1)], [poor], b.latest(story.node)))


@case("send: payer is no wallet")
def _(story: Story) -> Answer:
    return _send(story, b.signed([b.memo("x")], [story.mint], b.latest(story.node)))


@case("send: more than there is")
def _(story: Story) -> Answer:
    return _send(
        story, b.signed([b.pay(story.payer, story.other.pubkey(), 10**15)], [story.payer], b.latest(story.node))
    )


@case("send: below rent")
def _(story: Story) -> Answer:
    new = b.key("never funded").pubkey()
    return _send(story, b.signed([b.pay(story.payer, new, 1)], [story.payer], b.latest(story.node)))


@case("send: custom error of a program")
def _(story: Story) -> Answer:
    instruction = b.token_transfer(story.ata, story.other_ata, story.owner.pubkey(), 10**15)
    return _send(story, b.signed([instruction], [story.payer, story.owner], b.latest(story.node)))


@case("send: no such program")
def _(story: Story) -> Answer:
    instruction = Instruction(b.key("nothing there").pubkey(), b"", [])
    return _send(story, b.signed([instruction], [story.payer], b.latest(story.node)))


@case("send: a wallet as program")
def _(story: Story) -> Answer:
    return _send(story, b.signed([Instruction(story.other.pubkey(), b"", [])], [story.payer], b.latest(story.node)))


@case("send: account twice in an account list")
def _(story: Story) -> Answer:
    message = Message.new_with_compiled_instructions(
        1, 0, 1, [story.payer.pubkey(), story.other.pubkey(), story.other.pubkey()], b.latest(story.node), []
    )
    return _send(story, VersionedTransaction(message, [story.payer]))


@case("send: missing lookup table")
def _(story: Story) -> Answer:
    table = AddressLookupTableAccount(b.key("no table").pubkey(), [story.other.pubkey()])
    instructions = [b.pay(story.payer, story.other.pubkey(), 1)]
    return _send(story, b.signed_v0(instructions, [story.payer], b.latest(story.node), [table]))


@case("send: compute budget twice")
def _(story: Story) -> Answer:
    instructions = [set_compute_unit_limit(1), set_compute_unit_limit(2)]
    return _send(story, b.signed(instructions, [story.payer], b.latest(story.node)))


@case("send: out of compute units")
def _(story: Story) -> Answer:
    create = b.create_associated(story.payer.pubkey(), b.key("too dear").pubkey(), story.mint.pubkey())
    instructions = [set_compute_unit_limit(5_000), create]
    return _send(story, b.signed(instructions, [story.payer], b.latest(story.node)))


@case("send: min context slot")
def _(story: Story) -> Answer:
    transaction = b.signed([b.memo("x")], [story.payer], b.latest(story.node))
    return _send(story, transaction, minContextSlot=10**12)


# Simulations


@case("simulate: transfer")
def _(story: Story) -> Answer:
    return _simulate(
        story, b.signed([b.pay(story.payer, story.other.pubkey(), 3)], [story.payer], b.latest(story.node))
    )


@case("simulate: inner instructions and accounts")
def _(story: Story) -> Answer:
    wallet = b.key("wallet of a simulation").pubkey()
    instruction = b.create_associated(story.payer.pubkey(), wallet, story.mint.pubkey())
    transaction = b.signed([instruction], [story.payer], b.latest(story.node))
    ata = str(b.associated(wallet, story.mint.pubkey()))
    accounts = {"encoding": "jsonParsed", "addresses": [ata, str(story.payer.pubkey()), NOBODY]}
    return _simulate(story, transaction, innerInstructions=True, accounts=accounts)


@case("simulate: error")
def _(story: Story) -> Answer:
    instruction = b.token_transfer(story.ata, story.other_ata, story.owner.pubkey(), 10**15)
    transaction = b.signed([instruction], [story.payer, story.owner], b.latest(story.node))
    return _simulate(story, transaction, accounts={"addresses": [NOBODY]}, innerInstructions=True)


@case("simulate: base58 accounts")
def _(story: Story) -> Answer:
    transaction = b.signed([b.memo("x")], [story.payer], b.latest(story.node))
    return _simulate(story, transaction, accounts={"encoding": "base58", "addresses": [NOBODY]})


@case("simulate: too many accounts")
def _(story: Story) -> Answer:
    transaction = b.signed([b.memo("x")], [story.payer], b.latest(story.node))
    return _simulate(story, transaction, accounts={"addresses": [NOBODY] * 9})


@case("simulate: unsigned, replaced blockhash")
def _(story: Story) -> Answer:
    message = Message.new_with_blockhash([b.memo("unsigned")], story.payer.pubkey(), Hash.default())
    unsigned = VersionedTransaction.populate(message, [Signature.default()])
    return _simulate(story, unsigned, replaceRecentBlockhash=True)


@case("simulate: unsigned, v0, replaced blockhash")
def _(story: Story) -> Answer:
    message = MessageV0.try_compile(story.payer.pubkey(), [b.memo("unsigned")], [], Hash.default())
    unsigned = VersionedTransaction.populate(message, [Signature.default()])
    return _simulate(story, unsigned, replaceRecentBlockhash=True)


@case("simulate: sigVerify with a wrong signature")
def _(story: Story) -> Answer:
    message = Message.new_with_blockhash([b.memo("x")], story.payer.pubkey(), b.latest(story.node))
    return _simulate(story, VersionedTransaction.populate(message, [Signature.default()]), sigVerify=True)


@case("simulate: sigVerify and replaced blockhash")
def _(story: Story) -> Answer:
    transaction = b.signed([b.memo("x")], [story.payer], b.latest(story.node))
    return _simulate(story, transaction, sigVerify=True, replaceRecentBlockhash=True)


@case("simulate: unknown blockhash")
def _(story: Story) -> Answer:
    return _simulate(story, b.signed([b.memo("x")], [story.payer], Hash.default()))


@case("simulate: no such program")
def _(story: Story) -> Answer:
    instruction = Instruction(b.key("nothing there").pubkey(), b"", [])
    return _simulate(story, b.signed([instruction], [story.payer], b.latest(story.node)))


# Version 1

_ENOUGH = {"compute_unit_limit": 10_000, "loaded_accounts_data_size_limit": 100_000}
_CONFIGS: dict[str, TransactionConfig] = {
    "with a bid": TransactionConfig(priority_fee=777, heap_size=64 * 1024, **_ENOUGH),
    "without a bid": TransactionConfig(**_ENOUGH),
    "without limits": TransactionConfig(),
    "with too few units": TransactionConfig(compute_unit_limit=100, loaded_accounts_data_size_limit=100_000),
    "with too little data": TransactionConfig(compute_unit_limit=10_000, loaded_accounts_data_size_limit=10),
    "with an odd heap": TransactionConfig(heap_size=32 * 1024 + 1, **_ENOUGH),
}


def _of_version_1(story: Story, config: TransactionConfig, lamports: int = 1) -> VersionedTransaction:
    instructions = [b.pay(story.payer, story.other.pubkey(), lamports)]
    return b.signed_v1(instructions, [story.payer], b.latest(story.node), config)


def _simulated_v1(config: TransactionConfig) -> Case:
    return lambda story: _simulate(story, _of_version_1(story, config), replaceRecentBlockhash=True)


def _fee_v1(config: TransactionConfig) -> Case:
    def ask_fee(story: Story) -> Answer:
        message = base64.b64encode(to_bytes_versioned(_of_version_1(story, config).message)).decode()
        return story.node.answer("getFeeForMessage", message, {"commitment": "confirmed"})

    return ask_fee


for _name, _config in _CONFIGS.items():
    case(f"simulate: version 1 {_name}")(_simulated_v1(_config))
    case(f"fee of version 1 {_name}")(_fee_v1(_config))


def _landed_v1(name: str, encoding: str, version: int | None) -> Case:
    """A transaction of version 1 that succeeds, and one that fails after its fee is due."""

    def ask_transaction(story: Story) -> Answer:
        lamports = 5_000_000 if name == "landed" else 10**17
        transaction = _of_version_1(story, _CONFIGS["with a bid"], lamports)
        story.symbols[str(transaction.message.recent_blockhash)] = "<blockhash of version 1>"
        signature = b.send(story.node, transaction, skipPreflight=True)
        story.remember(f"version 1 {name}", signature)
        b.confirm(story.node, signature)
        config = {"encoding": encoding, "commitment": "confirmed", "maxSupportedTransactionVersion": version}
        answer = story.node.answer("getTransaction", signature, config)
        # What the payer had before differs by what was asked before: what it paid is enough.
        for balances in ("preBalances", "postBalances"):
            if "result" in answer:
                answer["result"]["meta"][f"{balances} of others"] = answer["result"]["meta"].pop(balances)[2:]
        return answer

    return ask_transaction


for _version in (None, 0, 1):
    case(f"transaction: version 1 for clients of version {_version}")(_landed_v1("landed", "json", _version))
for _encoding in ("json", "jsonParsed"):
    case(f"transaction: version 1 failed as {_encoding}")(_landed_v1("failed", _encoding, 1))
case("transaction: version 1 landed as jsonParsed")(_landed_v1("landed", "jsonParsed", 1))
