"""Fields that the local chain may answer differently from a validator, and why.

Never here: errors, order, balances, inner instructions, account data.
"""

from localnet_harness.compare import Allowed

_OWN = "each node's own"
_PACE = f"{_OWN}: slots pass at their own pace"
_SEARCH = f"{_OWN}: a program looks for a slot among all that the node has had"
_PROGRAMS = "LiteSVM carries other releases of SPL Token (p-token) and SPL Memo than validator 4.1.1: "

ALLOWED = (
    Allowed("*", "*.context.slot", _PACE),
    Allowed("*", "*.slot", _PACE),
    Allowed("slot*", ".result", _PACE),
    Allowed("block height", ".result", _PACE),
    Allowed("epoch info", ".result.absoluteSlot", _PACE),
    Allowed("epoch info", ".result.blockHeight", _PACE),
    Allowed("epoch info", ".result.slotIndex", _PACE),
    Allowed("*min context slot", ".error.data.contextSlot", _PACE),
    Allowed("slot too high", ".error.data.contextSlot", _PACE),
    Allowed("blocks: too wide", ".error.data.contextSlot", _PACE),
    Allowed("epoch info", ".result.transactionCount", "a validator counts its votes"),
    Allowed("transaction count", ".result", "a validator counts its votes"),
    Allowed("*", "*.lastValidBlockHeight", _PACE),
    Allowed(
        "account: lookup table as jsonParsed",
        ".result.value.data.parsed.info.lastExtendedSlot",
        _PACE,
        must_occur=False,
    ),
    Allowed("transaction: table*", "*.computeUnitsConsumed", _SEARCH, must_occur=False),
    Allowed("transaction: table*", "*.costUnits", _SEARCH, must_occur=False),
    Allowed("transaction: table*", "*.logMessages*", _SEARCH, must_occur=False),
    Allowed("block: *", ".result.blockHeight", _PACE),
    Allowed("block: *", ".result.parentSlot", _PACE),
    Allowed("latest blockhash", ".result.value.blockhash", f"{_OWN}: hashes are of the node's own chain"),
    Allowed("*", "*.replacementBlockhash.blockhash", f"{_OWN}: hashes are of the node's own chain"),
    Allowed("block: *", ".result.blockhash", f"{_OWN}: hashes are of the node's own chain"),
    Allowed("block: *", ".result.previousBlockhash", f"{_OWN}: hashes are of the node's own chain", must_occur=False),
    Allowed("*", "*.transactionIndex", f"{_OWN}: a validator's blocks hold votes too", must_occur=False),
    Allowed("*", "*.blockTime", f"{_OWN}: the time of the run", must_occur=False),
    Allowed("clock as jsonParsed", ".result.value.data.parsed.info.slot", _PACE),
    Allowed("clock as jsonParsed", ".result.value.data.parsed.info.*imestamp", f"{_OWN}: the time of the run"),
    Allowed("cluster nodes", ".result/0.rpc", f"{_OWN}: the port it listens on"),
    Allowed("cluster nodes", ".result/0.pubsub", f"{_OWN}: the port it listens on"),
    *(
        Allowed(
            "cluster nodes", f".result/0.{port}", "this node talks to no others, and takes transactions by RPC alone"
        )
        for port in ("gossip", "tvu", "tpuQuic", "tpuForwardsQuic", "tpuVote", "serveRepair", "shredVersion")
    ),
    Allowed("cluster nodes", ".result/0.clientId", "says which validator this is: it is none"),
    Allowed("cluster nodes", ".result/0.featureSet", "the features are LiteSVM's: 0 stands for no known set"),
    Allowed("clock", ".result.value.data/0", f"{_OWN}: the clock's content is slot and time"),
    Allowed(
        "version", ".result.feature-set", "the features are LiteSVM's, not a validator's: 0 stands for no known set"
    ),
    Allowed("version", ".result.localnet", "says that this is no cluster"),
    Allowed("*", "*.logMessages*", _PROGRAMS + "their log lines say what they consumed"),
    Allowed("simulate*", "*.logs*", _PROGRAMS + "their log lines say what they consumed"),
    Allowed("*", "*.computeUnitsConsumed", _PROGRAMS + "they consume a few units more or less"),
    Allowed("*", "*.costUnits", _PROGRAMS + "the cost has the units consumed in it"),
    Allowed("simulate*", "*.unitsConsumed", _PROGRAMS + "they consume a few units more or less"),
    Allowed(
        "send: *", ".error.data.unitsConsumed", _PROGRAMS + "they consume a few units more or less", must_occur=False
    ),
    Allowed("*", "*.loadedAccountsDataSize", _PROGRAMS + "their code is shorter or longer"),
    Allowed("program MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", ".result.value.space", _PROGRAMS + "their code is"),
)
