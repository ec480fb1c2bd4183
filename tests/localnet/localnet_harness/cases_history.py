"""Requests for the story's transactions, blocks, fees and blockhashes."""

import base64

from solders.compute_budget import set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message, to_bytes_versioned
from solders.signature import Signature

from localnet_harness import builders as b
from localnet_harness.registry import CASES, CONFIRMED, NOBODY, Answer, Case, Params, ask, ask_of, case
from localnet_harness.story import Story

_TRANSACTIONS = (
    *("airdrop", "mint", "ata", "mint_to", "create_and_transfer", "approve", "priority", "failed", "no_program"),
    *("no_program_but_account", "nonce", "nonce_used", "table", "v0", "transfer 0", "stale"),
)


def _of(name: str, *more: object) -> Params:
    """The signature of one of the story's transactions, and the same for every node after it."""
    return lambda story: [story.signatures[name], *more]


for _name in _TRANSACTIONS:
    for _encoding in ("json", "jsonParsed"):
        _config = {"encoding": _encoding, "maxSupportedTransactionVersion": 0, **CONFIRMED}
        ask_of(f"transaction: {_name} as {_encoding}", "getTransaction", _of(_name, _config))
ask_of("transaction: v0 without a version", "getTransaction", _of("v0"))
ask_of("transaction: legacy without a version", "getTransaction", _of("mint"))
ask_of("transaction: by its encoding alone", "getTransaction", _of("mint", "jsonParsed"))
ask_of("transaction: bogus encoding", "getTransaction", _of("mint", "base32"))
ask("transaction: unknown", "getTransaction", str(Signature.default()))


def _history(name: str, limit: int | None = None, **ends: str) -> None:
    """The payer's history, between transactions of the story."""

    def params(story: Story) -> list[object]:
        config: dict[str, object] = {end: story.signatures[transaction] for end, transaction in ends.items()}
        return [str(story.payer.pubkey()), config if limit is None else config | {"limit": limit}]

    ask_of(f"history: {name}", "getSignaturesForAddress", params)


_history("all", before="stale")
_history("of two", before="stale", limit=2)
_history("between", before="table", until="ata")
_history("until the first", before="mint", until="airdrop")
_history("before the first", before="airdrop")
_history("the wrong way round", before="ata", until="table")
ask("history: of nobody", "getSignaturesForAddress", NOBODY)


@case("statuses")
def _(story: Story) -> Answer:
    asked = [story.signatures["mint"], story.signatures["failed"], str(Signature.default())]
    return story.node.answer("getSignatureStatuses", asked, {"searchTransactionHistory": True})


def _message(story: Story, *instructions: Instruction) -> str:
    message = Message.new_with_blockhash(list(instructions), story.payer.pubkey(), b.latest(story.node))
    return base64.b64encode(to_bytes_versioned(message)).decode()


@case("fee: of one signature")
def _(story: Story) -> Answer:
    return story.node.answer("getFeeForMessage", _message(story, b.memo("x")), CONFIRMED)


@case("fee: with a price")
def _(story: Story) -> Answer:
    data = _message(story, set_compute_unit_price(1_000_001), b.memo("x"), b.pay(story.payer, story.other.pubkey(), 1))
    return story.node.answer("getFeeForMessage", data, CONFIRMED)


@case("fee: of an unknown blockhash")
def _(story: Story) -> Answer:
    message = Message.new_with_blockhash([b.memo("x")], story.payer.pubkey(), Hash.default())
    return story.node.answer("getFeeForMessage", base64.b64encode(to_bytes_versioned(message)).decode(), CONFIRMED)


@case("blockhash is valid")
def _(story: Story) -> Answer:
    return story.node.answer("isBlockhashValid", str(b.latest(story.node)), CONFIRMED)


@case("blockhash is not valid")
def _(story: Story) -> Answer:
    return story.node.answer("isBlockhashValid", str(Hash.default()), CONFIRMED)


def _block(config: dict[str, object]) -> Case:
    """The block that holds the story's last transaction; votes that a validator adds are taken out."""

    def ask_block(story: Story) -> Answer:
        config_of_status = {"searchTransactionHistory": True}
        [status] = story.node.rpc("getSignatureStatuses", [story.signatures["stale"]], config_of_status)["value"]
        answer = story.node.answer("getBlock", status["slot"], config | {"rewards": False})
        block = answer["result"]
        known = set(story.signatures.values())
        if "transactions" in block:
            block["transactions"] = [
                one for one in block["transactions"] if one["transaction"]["signatures"][0] in known
            ]
        if "signatures" in block:
            block["signatures"] = [one for one in block["signatures"] if one in known]
        return answer

    return ask_block


for _details in ("full", "accounts", "signatures", "none"):
    CASES[f"block: {_details}"] = _block({"transactionDetails": _details, "maxSupportedTransactionVersion": 0})
CASES["block: jsonParsed"] = _block({"encoding": "jsonParsed", "maxSupportedTransactionVersion": 0})
