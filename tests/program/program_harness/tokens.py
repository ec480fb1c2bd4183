"""Token accounts as tests need them: funded, frozen, of other mints and owners, and fake ones."""

from job_escrow.addresses import token_address
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, USDC_MINT, create_token_account, mint_to
from job_escrow.tokens import approve as approve
from job_escrow.tokens import transfer as transfer
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import Mint, TokenAccount, TokenAccountState

from program_harness.keys import Key, key
from program_harness.machine import Machine

_SET_AUTHORITY = b"\x06"
_FREEZE = b"\x0a"
_THAW = b"\x0b"

ISSUER = Key(local_usdc_authority())
"""May mint and freeze all tokens of these chains."""

CLOSE_AUTHORITY = 3
ACCOUNT_OWNER = 2


def amount_of(machine: Machine, address: Pubkey) -> int:
    """Base units in a token account; 0 where there is none."""
    found = machine.get(address)
    return 0 if found is None else TokenAccount.from_bytes(found.data).amount


def make_mint(machine: Machine, name: str, *, owner: Pubkey = TOKEN_PROGRAM_ID, decimals: int = 6) -> Pubkey:
    """Another mint, of the same authority as USDC on these chains."""
    address = key(f"mint {name}").pubkey()
    authority = ISSUER.pubkey()
    mint = Mint(authority, 0, decimals=decimals, is_initialized=True, freeze_authority=authority)
    machine.put(address, lamports=machine.rent(len(bytes(mint))), owner=owner, data=bytes(mint))
    return address


def fund(machine: Machine, owner: Pubkey, base_units: int, mint: Pubkey = USDC_MINT) -> Pubkey:
    """Make the owner's associated token account where it is missing, and mint into it."""
    authority = ISSUER
    address = token_address(owner, mint)
    steps = [create_token_account(payer=machine.fee_payer.pubkey(), owner=owner, mint=mint)]
    if base_units:
        steps.append(mint_to(mint=mint, destination=address, authority=authority.pubkey(), base_units=base_units))
    outcome = machine.send(steps, [authority])
    assert outcome.reason is None, outcome
    return address


def put_token_account(
    machine: Machine,
    address: Pubkey,
    *,
    owner: Pubkey,
    mint: Pubkey = USDC_MINT,
    amount: int = 0,
    program: Pubkey = TOKEN_PROGRAM_ID,
    state: TokenAccountState = TokenAccountState.Initialized,
) -> Pubkey:
    """Write a token account at any address, past the Token program."""
    data = bytes(TokenAccount(mint, owner, amount, None, state, None, 0, None))
    machine.put(address, lamports=machine.rent(TOKEN_ACCOUNT_SIZE), owner=program, data=data)
    return address


def set_authority(account: Pubkey, kind: int, authority: Pubkey, owner: Pubkey) -> Instruction:
    """Hand a right over a token account on."""
    return Instruction(
        TOKEN_PROGRAM_ID,
        _SET_AUTHORITY + bytes([kind, 1]) + bytes(authority),
        [AccountMeta(account, False, True), AccountMeta(owner, True, False)],
    )


def freeze(machine: Machine, account: Pubkey, mint: Pubkey = USDC_MINT) -> None:
    """What USDC's issuer can do to any token account."""
    _by_issuer(machine, _FREEZE, account, mint)


def thaw(machine: Machine, account: Pubkey, mint: Pubkey = USDC_MINT) -> None:
    """Undo `freeze`."""
    _by_issuer(machine, _THAW, account, mint)


def _by_issuer(machine: Machine, data: bytes, account: Pubkey, mint: Pubkey) -> None:
    accounts = [
        AccountMeta(account, False, True),
        AccountMeta(mint, False, False),
        AccountMeta(ISSUER.pubkey(), True, False),
    ]
    outcome = machine.send([Instruction(TOKEN_PROGRAM_ID, data, accounts)], [ISSUER])
    assert outcome.reason is None, outcome
