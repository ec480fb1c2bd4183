"""Errors that the node answers with: a JSON-RPC code, a text, and sometimes data, all as a validator's are."""

from job_escrow_localnet.json_types import Json

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
PREFLIGHT_FAILURE = -32002
BLOCK_NOT_AVAILABLE = -32004
SLOT_SKIPPED = -32007
UNSUPPORTED_TRANSACTION_VERSION = -32015
MIN_CONTEXT_SLOT_NOT_REACHED = -32016
FILTER_TRANSACTION_NOT_FOUND = -32020


class RpcError(Exception):
    """An error answer of JSON-RPC.

    RpcError                     everything a request can be refused with
    └── InvalidParamsError            the parameters are not what the method takes
    """

    def __init__(self, code: int, message: str, data: Json = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def to_json(self) -> dict[str, Json]:
        """The `error` member of the answer."""
        error: dict[str, Json] = {"code": self.code, "message": self.message}
        if self.data is not None:
            error["data"] = self.data
        return error


class InvalidParamsError(RpcError):
    """The parameters are not what the method takes."""

    def __init__(self, message: str, data: Json = None) -> None:
        super().__init__(INVALID_PARAMS, message, data)


def method_not_found() -> RpcError:
    """The method is none that this node has."""
    return RpcError(METHOD_NOT_FOUND, "Method not found")


def invalid_request(message: str = "Invalid request") -> RpcError:
    """The request is no JSON-RPC request, or cannot be answered as asked."""
    return RpcError(INVALID_REQUEST, message)


def block_not_available(slot: int) -> RpcError:
    """The slot is not there yet, or not at the commitment asked for."""
    return RpcError(BLOCK_NOT_AVAILABLE, f"Block not available for slot {slot}")


def slot_skipped(slot: int) -> RpcError:
    """The slot has no block and never will."""
    return RpcError(SLOT_SKIPPED, f"Slot {slot} was skipped, or missing due to ledger jump to recent snapshot")


def min_context_slot_not_reached(slot: int) -> RpcError:
    """The chain has not come to the slot that the request asks for."""
    return RpcError(MIN_CONTEXT_SLOT_NOT_REACHED, "Minimum context slot has not been reached", {"contextSlot": slot})


def unsupported_version(version: int) -> RpcError:
    """The transaction's version is above the one that the client says it reads."""
    return RpcError(
        UNSUPPORTED_TRANSACTION_VERSION,
        f"Transaction version ({version}) is not supported by the requesting client. Please try the request again "
        f'with the following configuration parameter: "maxSupportedTransactionVersion": {version}',
    )


def filter_transaction_not_found(signature: str) -> RpcError:
    """`before` or `until` names a transaction that this chain does not have."""
    return RpcError(FILTER_TRANSACTION_NOT_FOUND, f"Transaction {signature} not found")
