"""Methods that read accounts."""

from solders.pubkey import Pubkey

from job_escrow_localnet.encoding import Filters, encode_account
from job_escrow_localnet.errors import InvalidParamsError
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.methods.registry import method
from job_escrow_localnet.node import Node, with_context
from job_escrow_localnet.params import account_config, context_config, program_accounts_config, pubkey
from job_escrow_localnet.serde import Config, list_of, text
from job_escrow_localnet.transactions import AccountReader

MAX_ACCOUNTS = 100


def reader(node: Node, slot: int) -> AccountReader:
    """Reads accounts as of a slot."""
    return lambda key: node.chain.account(key, slot)


def encode(node: Node, key: Pubkey, slot: int, config: Config | None, default: str) -> dict[str, Json] | None:
    """An account as a request's config asks for it; null where there is none."""
    account = node.chain.account(key, slot)
    if account is None:
        return None
    options = config or {}
    return encode_account(
        key, account, options.get("encoding") or default, options.get("dataSlice"), reader(node, slot)
    )


@method("getBalance", text, optional=(context_config,))
def get_balance(node: Node, address: str, config: Config | None) -> dict[str, Json]:
    """An account's lamports."""
    key = pubkey(address)
    slot = node.view(config)
    account = node.chain.account(key, slot)
    return with_context(slot, 0 if account is None else account.lamports)


@method("getAccountInfo", text, optional=(account_config,))
def get_account_info(node: Node, address: str, config: Config | None) -> dict[str, Json]:
    key = pubkey(address)
    slot = node.view(config)
    return with_context(slot, encode(node, key, slot, config, "binary"))


@method("getMultipleAccounts", list_of(text), optional=(account_config,))
def get_multiple_accounts(node: Node, addresses: list[str], config: Config | None) -> dict[str, Json]:
    """Some accounts, all at the same slot."""
    if len(addresses) > MAX_ACCOUNTS:
        raise InvalidParamsError(f"Too many inputs provided; max {MAX_ACCOUNTS}")
    keys = [pubkey(address) for address in addresses]
    slot = node.view(config)
    return with_context(slot, [encode(node, key, slot, config, "base64") for key in keys])


@method("getProgramAccounts", text, optional=(program_accounts_config,))
def get_program_accounts(node: Node, address: str, config: Config | None) -> Json:
    """The accounts of a program that pass the filters."""
    program = pubkey(address)
    options = config or {}
    filters = Filters(options.get("filters"))
    slot = node.view(config)
    found = [
        {
            "account": encode_account(
                key, account, options.get("encoding") or "binary", options.get("dataSlice"), reader(node, slot)
            ),
            "pubkey": str(key),
        }
        for key, account in node.chain.accounts.owned_by(program, slot)
        if filters.allow(account)
    ]
    return with_context(slot, found) if options.get("withContext") else found
