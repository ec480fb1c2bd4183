"""Requests about the chain, and requests that are refused for their parameters."""

from solders.signature import Signature

from localnet_harness import builders as b
from localnet_harness.registry import CONFIRMED, NOBODY, Answer, Case, ask, case
from localnet_harness.story import CLOCK, Story

SLOT_HASHES = "SysvarS1otHashes111111111111111111111111111"

ask("health", "getHealth")
ask("version", "getVersion")
ask("identity", "getIdentity")
ask("genesis", "getGenesisHash")
ask("epoch schedule", "getEpochSchedule")
ask("epoch info", "getEpochInfo", CONFIRMED)
ask("slot", "getSlot", CONFIRMED)
ask("block height", "getBlockHeight", CONFIRMED)
ask("slot leader", "getSlotLeader")
ask("slot leaders: some", "getSlotLeaders", 3, 4)
ask("slot leaders: none", "getSlotLeaders", 10**9, 0)
ask("slot leaders: up to the end of what is scheduled", "getSlotLeaders", 863_990, 10)
ask("slot leaders: one slot beyond it", "getSlotLeaders", 863_990, 11)
ask("slot leaders: far ahead", "getSlotLeaders", 10**7, 1)
ask("slot leaders: too many", "getSlotLeaders", 0, 5_001)
ask("slot leaders: no limit", "getSlotLeaders", 0)
ask("cluster nodes", "getClusterNodes")
ask("transaction count", "getTransactionCount", CONFIRMED)
ask("first block", "getFirstAvailableBlock")
ask("minimum slot", "minimumLedgerSlot")
ask("latest blockhash", "getLatestBlockhash", CONFIRMED)
ask("slot too high", "getSlot", {"minContextSlot": 10**12})
ask("slot with bogus commitment", "getSlot", {"commitment": "certain"})
ask("blocks: nothing there", "getBlocks", 10**9, 10**9 + 5)
ask("blocks: too wide", "getBlocks", 0, 10**9, {"minContextSlot": 10**12})
ask("blocks with limit: too many", "getBlocksWithLimit", 0, 10**9)
ask("blocks: processed", "getBlocks", 0, 5, {"commitment": "processed"})
ask("blocks: first", "getBlocks", 0, 3)
ask("blocks with limit: first", "getBlocksWithLimit", 0, 3)
ask("block: far ahead", "getBlock", 10**12)
ask("block: processed", "getBlock", 1, {"commitment": "processed"})
ask("block time: far ahead", "getBlockTime", 10**12)
ask("block: genesis", "getBlock", 0, {"transactionDetails": "none", "rewards": False})
for _size in (0, 1, 82, 165, 1000, 10 * 1024 * 1024):
    ask(f"rent of {_size} bytes", "getMinimumBalanceForRentExemption", _size)

for _name in (
    *("SysvarRent111111111111111111111111111111111", "SysvarEpochSchedu1e111111111111111111111111"),
    *("11111111111111111111111111111111", "ComputeBudget111111111111111111111111111111"),
    *("Vote111111111111111111111111111111111111111", "BPFLoader2111111111111111111111111111111111"),
    *("BPFLoaderUpgradeab1e11111111111111111111111", "NativeLoader1111111111111111111111111111111"),
    *("Sysvar1nstructions1111111111111111111111111", "KeccakSecp256k11111111111111111111111111111"),
    "Ed25519SigVerify111111111111111111111111111",
):
    ask(f"account of the chain {_name}", "getAccountInfo", _name, {"encoding": "base64"})
for _name in (str(b.TOKEN), str(b.MEMO), str(b.ASSOCIATED_TOKEN), "AddressLookupTab1e1111111111111111111111111"):
    _slice = {"encoding": "base64", "dataSlice": {"offset": 0, "length": 4}}
    ask(f"program {_name}", "getAccountInfo", _name, _slice)
ask("clock", "getAccountInfo", "SysvarC1ock11111111111111111111111111111111", {"encoding": "base64"})
ask("clock as jsonParsed", "getAccountInfo", "SysvarC1ock11111111111111111111111111111111", {"encoding": "jsonParsed"})
for _name in (
    *("SysvarRent111111111111111111111111111111111", "SysvarEpochSchedu1e111111111111111111111111"),
    "SysvarLastRestartS1ot1111111111111111111111",
):
    ask(f"account of the chain {_name} as jsonParsed", "getAccountInfo", _name, {"encoding": "jsonParsed"})


def _clock_of(commitment: str) -> Case:
    """The clock of a commitment, by how far it is from the answer's own slot."""

    def ask_clock(story: Story) -> Answer:
        answer = story.node.answer("getAccountInfo", CLOCK, {"encoding": "jsonParsed", "commitment": commitment})
        result = answer["result"]
        info = result["value"]["data"]["parsed"]["info"]
        return {"ahead": info["slot"] - result["context"]["slot"], "info": sorted(info)}

    return ask_clock


def _slot_hashes_of(commitment: str) -> Case:
    """The hashes of slots at a commitment: how far the newest is from the answer's own slot, and in which order."""

    def ask_slot_hashes(story: Story) -> Answer:
        answer = story.node.answer("getAccountInfo", SLOT_HASHES, {"encoding": "jsonParsed", "commitment": commitment})
        result = answer["result"]
        value = result["value"]
        slots = [one["slot"] for one in value["data"]["parsed"]["info"]]
        return {
            "ahead": slots[0] - result["context"]["slot"],
            "falling": slots == sorted(slots, reverse=True),
            "value": {name: value[name] for name in ("lamports", "space", "owner", "executable", "rentEpoch")},
        }

    return ask_slot_hashes


for _commitment in ("processed", "confirmed", "finalized"):
    case(f"clock of the {_commitment} bank")(_clock_of(_commitment))
    case(f"slot hashes of the {_commitment} bank")(_slot_hashes_of(_commitment))

# Requests that are refused

ask("refused: no such method", "getEverything")
ask("refused: no parameters", "getBalance")
ask("refused: no parameters, two needed", "getBlocksWithLimit")
ask("refused: a number for an address", "getBalance", 5)
ask("refused: null for an address", "getBalance", None)
ask("refused: too many parameters", "getBalance", NOBODY, None, 3)
ask("refused: parameters to none", "getHealth", 1)
ask("refused: one parameter of two", "getTokenAccountsByOwner", NOBODY)
ask("refused: short address", "getBalance", "abc")
ask("refused: long address", "getBalance", NOBODY * 2)
ask("refused: no base58", "getBalance", "O0Il" + NOBODY[4:])
ask("refused: config is text", "getBalance", NOBODY, "confirmed")
ask("refused: slot is text", "getBlockTime", "5")
ask("refused: slot is negative", "getBlockTime", -1)
ask("refused: slot is a fraction", "getBlockTime", 1.5)
ask("refused: unknown encoding", "getAccountInfo", NOBODY, {"encoding": "base32"})
ask("refused: slice without length", "getAccountInfo", NOBODY, {"dataSlice": {"offset": 1}})
ask("refused: min context slot is text", "getAccountInfo", NOBODY, {"minContextSlot": "1"})
ask("refused: supply of bogus commitment", "getTokenSupply", NOBODY, {"commitment": "certain"})
ask("refused: supply without commitment", "getTokenSupply", NOBODY, {})
ask("refused: short signature", "getTransaction", "abc")
ask("refused: status of no signature", "getSignatureStatuses", ["abc"])
ask("refused: too many statuses", "getSignatureStatuses", [str(Signature.default())] * 257)
ask("refused: status config", "getSignatureStatuses", [], {})
ask("refused: too many accounts", "getMultipleAccounts", [NOBODY] * 101)
ask("refused: accounts not in a list", "getMultipleAccounts", NOBODY)
ask("refused: processed transaction", "getTransaction", str(Signature.default()), {"commitment": "processed"})
ask("refused: processed history", "getSignaturesForAddress", NOBODY, {"commitment": "processed"})
ask("refused: history of 0", "getSignaturesForAddress", NOBODY, {"limit": 0})
ask("refused: history of 1001", "getSignaturesForAddress", NOBODY, {"limit": 1001})
ask("refused: before what is not there", "getSignaturesForAddress", NOBODY, {"before": str(Signature.default())})
ask("refused: until what is not there", "getSignaturesForAddress", NOBODY, {"until": str(Signature.default())})
ask("refused: blockhash", "isBlockhashValid", "abc")
ask("refused: fee of nothing", "getFeeForMessage", "")
ask("refused: fee of no base64", "getFeeForMessage", "!!")
ask("refused: too many fee accounts", "getRecentPrioritizationFees", [NOBODY] * 129)
ask("refused: five filters", "getProgramAccounts", NOBODY, {"filters": [{"dataSize": 1}] * 5})
ask("refused: filter", "getProgramAccounts", NOBODY, {"filters": [{"memcmp": {"offset": 0, "bytes": "0"}}]})
ask("refused: long filter", "getProgramAccounts", NOBODY, {"filters": [{"memcmp": {"offset": 0, "bytes": "2" * 200}}]})
ask("refused: token program", "getTokenAccountsByOwner", NOBODY, {"programId": NOBODY})
ask("refused: mint", "getTokenAccountsByOwner", NOBODY, {"mint": NOBODY})
ask("refused: token filter", "getTokenAccountsByOwner", NOBODY, {"color": NOBODY})
ask("refused: token balance of nobody", "getTokenAccountBalance", NOBODY)
ask("refused: supply of nobody", "getTokenSupply", NOBODY)
ask("refused: largest of nobody", "getTokenLargestAccounts", NOBODY)
ask("refused: token balance of a program", "getTokenAccountBalance", str(b.TOKEN))
ask("refused: airdrop to nowhere", "requestAirdrop", "abc", 1)
ask("refused: negative airdrop", "requestAirdrop", NOBODY, -1)
