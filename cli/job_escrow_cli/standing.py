"""What stands at an address, so that an address of the wrong kind is told from the right one before anything is sent.

An address looks the same whatever it is of: of a wallet, of one of its token accounts, of a mint, or of an account of
this program's.
"""

from typing import TYPE_CHECKING

from job_escrow.addresses import token_address
from job_escrow.codec import PROGRAM_ID, CreditAccount, Job, Payee, Platform
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import Mint, TokenAccount, TokenAccountState

from job_escrow_cli.failures import UsageError

if TYPE_CHECKING:
    from job_escrow.chain.requests import AccountInfo

    from job_escrow_cli.session import Session

_TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLc1PHnBqCXEpPxuEb")
_MINT_SIZE = 82
_OURS = {
    Platform.DISCRIMINATOR: "a platform",
    Job.DISCRIMINATOR: "a job",
    Payee.DISCRIMINATOR: "a payee's entry",
}


def standing(info: "AccountInfo | None") -> str:
    """What it is, in words."""
    if info is None:
        return "an address with nothing there"
    if info.owner == PROGRAM_ID:
        if info.data[:8] == CreditAccount.DISCRIMINATOR:
            return f"the credit account of the wallet {CreditAccount.decode(info.data).wallet}"
        return _OURS.get(info.data[:8], f"an account of the program {PROGRAM_ID}")
    if (token := tokens_of(info)) is not None:
        return f"a token account of the mint {token.mint}, which {token.owner} owns"
    if info.owner == TOKEN_PROGRAM_ID and len(info.data) == _MINT_SIZE:
        return "a mint"
    if info.executable:
        return "a program"
    if info.owner == SYSTEM_PROGRAM_ID:
        return "a wallet"
    return "an account of Token-2022" if info.owner == _TOKEN_2022 else f"an account of the program {info.owner}"


def tokens_of(info: "AccountInfo | None") -> TokenAccount | None:
    """The token account that stands there; None where none does."""
    if info is None or info.owner != TOKEN_PROGRAM_ID or len(info.data) != TOKEN_ACCOUNT_SIZE:
        return None
    return TokenAccount.from_bytes(info.data)


def checked_destination(session: "Session", address: Pubkey, mint: Pubkey, option: str = "--to") -> None:
    """Refuse what the signer's tokens of a mint cannot be paid out to. Raises UsageError with what can."""
    wallet = session.signer.pubkey()
    own = token_address(wallet, mint)
    found = checked_token_account(session, address, mint, option, instead=f"leave {option} away, which is {own}")
    if found.owner != wallet:
        raise UsageError(
            f"{address} belongs to {found.owner}: tokens are paid out to token accounts of the wallet itself only. "
            f"Leave {option} away, which is {own}, and send them on from there"
        )


def checked_token_account(
    session: "Session", address: Pubkey, mint: Pubkey, what: str, *, instead: str | None = None
) -> TokenAccount:
    """A token account of a mint that can be paid into. Raises UsageError, saying what is there and what to name."""
    info, there = session.chain.accounts([address, token_address(address, mint)])
    found = tokens_of(info)
    if found is None:
        own = token_address(address, mint)
        is_wallet = info is None or info.owner == SYSTEM_PROGRAM_ID
        other = f"{what} {own}" if there is not None and is_wallet and instead is None else None
        belongs = f"; the token account of {address} is {own}" if is_wallet and there is not None else ""
        raise UsageError(
            f"{address} is {standing(info)}, and no token account of the mint {mint}{belongs}: "
            f"{instead or other or 'name a token account of that mint'}"
        )
    if found.mint != mint:
        raise UsageError(
            f"{address} is {standing(info)}, not of {mint}: {instead or 'name a token account of that mint'}"
        )
    if found.state == TokenAccountState.Frozen:
        raise UsageError(
            f"the token account {address} is frozen by the mint's authority, and nothing can be paid into it: "
            f"{instead or 'name another'}"
        )
    return found


def checked_wallet(session: "Session", address: Pubkey, what: str) -> None:
    """Refuse what can never sign or own tokens as a wallet does. Raises UsageError, saying what is there."""
    (info,) = session.chain.accounts([address])
    wrong = info is not None and (info.owner in (PROGRAM_ID, TOKEN_PROGRAM_ID, _TOKEN_2022) or info.executable)
    if not wrong:
        return
    token = tokens_of(info)
    hint = f": name its owner, {token.owner}" if token is not None else ": name a wallet"
    if info is not None and info.owner == PROGRAM_ID and info.data[:8] == CreditAccount.DISCRIMINATOR:
        hint = ": name that wallet"
    raise UsageError(f"{address} cannot be {what}, since it is {standing(info)}{hint}")


def checked_mint(session: "Session", address: Pubkey) -> None:
    """Refuse what is no mint of the Token program. Raises UsageError, saying what is there."""
    (info,) = session.chain.accounts([address])
    if info is None or info.owner != TOKEN_PROGRAM_ID or len(info.data) != _MINT_SIZE:
        token = tokens_of(info)
        hint = f"its mint is {token.mint}" if token is not None else "name a mint of the Token program (not Token-2022)"
        raise UsageError(f"{address} is {standing(info)}, and not a mint: {hint}")
    if not Mint.from_bytes(info.data).is_initialized:
        raise UsageError(f"{address} is a mint that was never made: name another")
