"""Methods that read SPL Token's accounts."""

from collections.abc import Iterable

from solders.account import Account
from solders.pubkey import Pubkey

from job_escrow_localnet.encoding import encode_account
from job_escrow_localnet.errors import InvalidParamsError
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.methods.accounts import reader
from job_escrow_localnet.methods.registry import method
from job_escrow_localnet.node import Node, with_context
from job_escrow_localnet.params import account_config, commitment_config, pubkey
from job_escrow_localnet.programs import TOKEN_PROGRAMS
from job_escrow_localnet.serde import Config, SerdeError, describe, text
from job_escrow_localnet.sysvars import unix_time
from job_escrow_localnet.tokens import MintAmounts, mint_amounts, mint_supply, token_account

_LARGEST = 20


def _token_filter(value: Json) -> tuple[str, str]:
    """Which token accounts of a wallet: those of a mint, or those of a token program."""
    if not isinstance(value, dict):
        raise SerdeError(f"invalid type: {describe(value)}, expected enum RpcTokenAccountsFilter")
    if len(value) != 1:
        raise SerdeError("expected value")
    [(name, address)] = value.items()
    if name not in ("mint", "programId"):
        raise SerdeError(f"unknown variant `{name}`, expected `mint` or `programId`")
    return name, text(address)


@method("getTokenAccountBalance", text, optional=(commitment_config,))
def get_token_account_balance(node: Node, address: str, config: Config | None) -> dict[str, Json]:
    """A token account's amount."""
    key = pubkey(address)
    slot = node.view(config)
    account = node.chain.account(key, slot)
    if account is None:
        raise InvalidParamsError("Invalid param: could not find account")
    token = token_account(account)
    if token is None:
        raise InvalidParamsError("Invalid param: not a Token account")
    _, amounts = _mint(node, token.mint, slot)
    return with_context(slot, amounts.show(token.amount))


@method("getTokenSupply", text, optional=(commitment_config,))
def get_token_supply(node: Node, address: str, config: Config | None) -> dict[str, Json]:
    """How much of a mint's token there is."""
    key = pubkey(address)
    slot = node.view(config)
    account = node.chain.account(key, slot)
    if account is None:
        raise InvalidParamsError("Invalid param: could not find account")
    if account.owner not in TOKEN_PROGRAMS:
        raise InvalidParamsError("Invalid param: not a Token mint")
    amounts = mint_amounts(account, unix_time(reader(node, slot)))
    if amounts is None:
        raise InvalidParamsError("Invalid param: mint could not be unpacked")
    return with_context(slot, amounts.show(mint_supply(account)))


@method("getTokenLargestAccounts", text, optional=(commitment_config,))
def get_token_largest_accounts(node: Node, address: str, config: Config | None) -> dict[str, Json]:
    """The token accounts of a mint with the largest amounts."""
    mint = pubkey(address)
    slot = node.view(config)
    program, amounts = _mint(node, mint, slot)
    found = [
        (token.amount, bytes(key), key)
        for key, account in node.chain.accounts.owned_by(program, slot)
        if (token := token_account(account)) is not None and token.mint == mint
    ]
    largest = sorted(found, reverse=True)[:_LARGEST]
    return with_context(slot, [{"address": str(key), **amounts.show(amount)} for amount, _, key in largest])


@method("getTokenAccountsByOwner", text, _token_filter, optional=(account_config,))
def get_token_accounts_by_owner(
    node: Node, address: str, which: tuple[str, str], config: Config | None
) -> dict[str, Json]:
    """The token accounts of a wallet."""
    wallet = pubkey(address)
    slot = node.view(config)
    program, mint = _program_and_mint(node, which, slot)
    found = node.chain.accounts.of_wallet(wallet, slot)
    return _answer(node, found, program, mint, slot, config)


@method("getTokenAccountsByDelegate", text, _token_filter, optional=(account_config,))
def get_token_accounts_by_delegate(
    node: Node, address: str, which: tuple[str, str], config: Config | None
) -> dict[str, Json]:
    """The token accounts that have approved a delegate."""
    delegate = bytes(pubkey(address))
    slot = node.view(config)
    program, mint = _program_and_mint(node, which, slot)
    found = (
        (key, account)
        for key, account in node.chain.accounts.owned_by(program, slot)
        if account.data[72:108] == b"\x01\0\0\0" + delegate
    )
    return _answer(node, found, program, mint, slot, config)


def _answer(
    node: Node,
    found: Iterable[tuple[Pubkey, Account]],
    program: Pubkey,
    mint: Pubkey | None,
    slot: int,
    config: Config | None,
) -> dict[str, Json]:
    options = config or {}
    read = reader(node, slot)
    accounts = [
        {
            "account": encode_account(
                key, account, options.get("encoding") or "binary", options.get("dataSlice"), read
            ),
            "pubkey": str(key),
        }
        for key, account in found
        if account.owner == program
        and (token := token_account(account)) is not None
        and (mint is None or token.mint == mint)
    ]
    return with_context(slot, accounts)


def _program_and_mint(node: Node, which: tuple[str, str], slot: int) -> tuple[Pubkey, Pubkey | None]:
    name, address = which
    key = pubkey(address)
    if name == "mint":
        return _mint(node, key, slot)[0], key
    if key not in TOKEN_PROGRAMS:
        raise InvalidParamsError("Invalid param: unrecognized Token program id")
    return key, None


def _mint(node: Node, mint: Pubkey, slot: int) -> tuple[Pubkey, MintAmounts]:
    """A mint's token program, and how its amounts are shown."""
    account = node.chain.account(mint, slot)
    if account is None:
        raise InvalidParamsError("Invalid param: could not find mint")
    amounts = mint_amounts(account, unix_time(reader(node, slot)))
    if amounts is None:
        if account.owner not in TOKEN_PROGRAMS:
            raise InvalidParamsError("Invalid param: not a Token mint")
        raise InvalidParamsError("Invalid param: Token mint could not be unpacked")
    return account.owner, amounts
