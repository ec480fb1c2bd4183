"""Methods that send, simulate and give money."""

from solders.account import Account
from solders.hash import Hash
from solders.message import Message as LegacyMessage
from solders.message import MessageV0, MessageV1
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from job_escrow_localnet import records
from job_escrow_localnet.encoding import encode_account
from job_escrow_localnet.engine import Result
from job_escrow_localnet.errors import PREFLIGHT_FAILURE, InvalidParamsError, RpcError
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.methods.accounts import reader
from job_escrow_localnet.methods.registry import method
from job_escrow_localnet.methods.state import latest_blockhash
from job_escrow_localnet.node import Node, with_context
from job_escrow_localnet.params import (
    FINALIZED,
    FLAT_COMMITMENT,
    PROCESSED,
    account_encoding,
    blockhash,
    commitment_level,
    pubkey,
    transaction_encoding,
)
from job_escrow_localnet.serde import Config, boolean, list_of, optional, struct, text, u64, usize
from job_escrow_localnet.tokens import token_balances
from job_escrow_localnet.transaction_encoding import parsed_inner
from job_escrow_localnet.transaction_errors import message as error_message
from job_escrow_localnet.transactions import AccountReader, SanitizeError, Transaction, sanitize
from job_escrow_localnet.wire import decode_transaction

_send_config = struct(
    "RpcSendTransactionConfig",
    skipPreflight=boolean,
    preflightCommitment=optional(commitment_level),
    encoding=optional(transaction_encoding),
    maxRetries=optional(usize),
    minContextSlot=optional(u64),
)
_simulate_config = struct(
    "RpcSimulateTransactionConfig",
    sigVerify=boolean,
    replaceRecentBlockhash=boolean,
    commitment=FLAT_COMMITMENT,
    encoding=optional(transaction_encoding),
    accounts=optional(
        struct(
            "RpcSimulateTransactionAccountsConfig",
            ("addresses",),
            encoding=optional(account_encoding),
            addresses=list_of(text),
        )
    ),
    minContextSlot=optional(u64),
    innerInstructions=boolean,
)
_airdrop_config = struct("RpcRequestAirdropConfig", recentBlockhash=optional(text), commitment=FLAT_COMMITMENT)


@method("sendTransaction", text, optional=(_send_config,))
def send_transaction(node: Node, data: str, config: Config | None) -> str:
    """Check a transaction, try it, and run it in the open slot; gives its signature."""
    options = config or {}
    wire, unchecked = decode_transaction(data, _binary(options.get("encoding")))
    skip = bool(options.get("skipPreflight"))
    commitment = PROCESSED if skip else options.get("preflightCommitment") or FINALIZED
    slot = node.view({"commitment": commitment, "minContextSlot": options.get("minContextSlot")})
    transaction = _sanitize(unchecked, wire, reader(node, slot))
    valid = transaction.verify()
    if not skip:
        result = node.chain.simulate(transaction, slot, brief=True) if valid else _refused("SignatureFailure")
        if result.error is not None:
            raise RpcError(
                PREFLIGHT_FAILURE,
                f"Transaction simulation failed: {error_message(result.error)}",
                _simulation(result),
            )
    if valid:
        # As on a cluster, nobody is told why a transaction that was not tried took no place in a block.
        node.chain.submit(transaction)
    return str(transaction.signature)


@method("simulateTransaction", text, optional=(_simulate_config,))
def simulate_transaction(node: Node, data: str, config: Config | None) -> dict[str, Json]:
    """Try a transaction on the state of a commitment."""
    options = config or {}
    wire, unchecked = decode_transaction(data, _binary(options.get("encoding")))
    slot = node.view(options)
    read = reader(node, slot)
    replacement = None
    if options.get("replaceRecentBlockhash"):
        if options.get("sigVerify"):
            raise InvalidParamsError("sigVerify may not be used with replaceRecentBlockhash")
        replacement = latest_blockhash(node, slot)
        unchecked = _with_blockhash(unchecked, Hash.from_string(replacement["blockhash"]))
    transaction = _sanitize(unchecked, wire, read)
    if options.get("sigVerify") and not transaction.verify():
        result = _refused("SignatureFailure")
    else:
        result = node.chain.simulate(transaction, slot)
    accounts = _post_accounts(transaction, result, options.get("accounts"), read)
    answer = _simulation(result)
    answer |= {"accounts": accounts, "replacementBlockhash": replacement}
    answer["loadedAddresses"] = records.loaded_addresses(transaction)
    if result.error != "SignatureFailure":
        answer |= _simulated_balances(transaction, result, read)
        if options.get("innerInstructions") and result.executed:
            answer["innerInstructions"] = parsed_inner(records.inner_instructions(result), transaction)
    return with_context(slot, answer)


@method("requestAirdrop", text, u64, optional=(_airdrop_config,))
def request_airdrop(node: Node, address: str, lamports: int, config: Config | None) -> str:
    """Give lamports from the faucet; gives the transaction's signature."""
    options = config or {}
    key = pubkey(address)
    given = options.get("recentBlockhash")
    hashes = [one for _, one in node.chain.hashes.last_slots(100)] if given is None else [blockhash(given)]
    for one in hashes:
        transaction = _transfer(node, key, lamports, one)
        if node.chain.status(transaction.signature) is None:
            break  # the same airdrop again is another transaction, so it needs another blockhash
    node.chain.submit(transaction)
    return str(transaction.signature)


def _transfer(node: Node, to: Pubkey, lamports: int, recent: Hash) -> Transaction:
    payer = node.faucet.pubkey()
    instruction = transfer(TransferParams(from_pubkey=payer, to_pubkey=to, lamports=lamports))
    message = LegacyMessage.new_with_blockhash([instruction], payer, recent)
    transaction = VersionedTransaction(message, [node.faucet])
    return sanitize(transaction, bytes(transaction), None)


def _binary(encoding: str | None) -> str:
    if encoding in ("json", "jsonParsed"):
        raise InvalidParamsError(f"unsupported encoding: {encoding}. Supported encodings: base58, base64")
    return "base64" if encoding == "base64" else "base58"


def _sanitize(unchecked: VersionedTransaction, wire: bytes, read: AccountReader) -> Transaction:
    try:
        return sanitize(unchecked, wire, read)
    except SanitizeError as problem:
        raise InvalidParamsError(f"invalid transaction: {error_message(problem.error)}") from None


def _with_blockhash(transaction: VersionedTransaction, recent: Hash) -> VersionedTransaction:
    message = transaction.message
    header = message.header
    if isinstance(message, MessageV1):
        replaced: LegacyMessage | MessageV0 | MessageV1 = MessageV1(
            header, message.config, recent, message.account_keys, message.instructions
        )
    elif isinstance(message, MessageV0):
        replaced = MessageV0(header, message.account_keys, recent, message.instructions, message.address_table_lookups)
    else:
        replaced = LegacyMessage.new_with_compiled_instructions(
            header.num_required_signatures,
            header.num_readonly_signed_accounts,
            header.num_readonly_unsigned_accounts,
            message.account_keys,
            recent,
            message.instructions,
        )
    return VersionedTransaction.populate(replaced, transaction.signatures)


def _refused(error: str) -> Result:
    return Result(error=error, charged=False, fee=0, writes={}, executed=False)


def _simulation(result: Result) -> dict[str, Json]:
    """The members that a failed preflight and a simulation have in common."""
    return {
        "accounts": None,
        "err": result.error,
        "fee": result.fee if result.charged else None,
        "innerInstructions": None,
        "loadedAccountsDataSize": result.loaded_bytes,
        "loadedAddresses": None,
        "logs": list(result.logs),
        "postBalances": None,
        "postTokenBalances": None,
        "preBalances": None,
        "preTokenBalances": None,
        "replacementBlockhash": None,
        "returnData": records.return_data(result),
        "unitsConsumed": result.units,
    }


def _simulated_balances(transaction: Transaction, result: Result, read: AccountReader) -> dict[str, Json]:
    def after(key: Pubkey) -> Account | None:
        return result.writes[key] if key in result.writes else read(key)

    return {
        "preBalances": records.balances(transaction, read),
        "postBalances": records.balances(transaction, after),
        "preTokenBalances": token_balances(transaction, read),
        "postTokenBalances": token_balances(transaction, after),
    }


def _post_accounts(
    transaction: Transaction, result: Result, config: Config | None, read: AccountReader
) -> list[dict[str, Json] | None] | None:
    if config is None:
        return None
    encoding = config["encoding"] or "base64"
    addresses = config["addresses"]
    if encoding in ("binary", "base58"):
        raise InvalidParamsError("base58 encoding not supported")
    if len(addresses) > len(transaction.keys):
        raise InvalidParamsError(f"Too many accounts provided; max {len(transaction.keys)}")
    if result.error is not None:
        return [None] * len(addresses)

    def after(key: Pubkey) -> Account | None:
        return result.writes[key] if key in result.writes else read(key)

    found = []
    for address in addresses:
        key = pubkey(address)
        account = after(key)
        found.append(None if account is None else encode_account(key, account, encoding, None, after))
    return found
