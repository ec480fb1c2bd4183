"""Token accounts at addresses of their own, beside the associated ones."""

from job_escrow.chain import run
from job_escrow.chain.requests import GetRent
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, USDC_MINT
from job_escrow.transactions import execute
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from solders.token import ID as TOKEN_PROGRAM_ID

from escrow_harness.stage import Stage


def token_account_of(owner: Keypair, made: Keypair, stage: Stage, *, begun: bool) -> None:
    """An account of the Token program, which is a token account once it has been initialised."""
    rent = stage.escrow.chain.answer(GetRent(TOKEN_ACCOUNT_SIZE))
    address = made.pubkey()
    params = CreateAccountParams(
        from_pubkey=owner.pubkey(), to_pubkey=address, lamports=rent, space=TOKEN_ACCOUNT_SIZE, owner=TOKEN_PROGRAM_ID
    )
    steps = [create_account(params)]
    if begun:
        mint = AccountMeta(USDC_MINT, is_signer=False, is_writable=False)
        steps.append(Instruction(TOKEN_PROGRAM_ID, b"\x12" + bytes(owner.pubkey()), [writable(address), mint]))
    run(execute(steps, [owner, made], stage.escrow.options), stage.escrow.chain)


def writable(address: Pubkey) -> AccountMeta:
    return AccountMeta(address, is_signer=False, is_writable=True)


def freeze(stage: Stage, address: Pubkey) -> None:
    """Freeze a token account, as only the mint's issuer can."""
    issuer = local_usdc_authority()
    accounts = [
        writable(address),
        AccountMeta(USDC_MINT, is_signer=False, is_writable=False),
        AccountMeta(issuer.pubkey(), is_signer=True, is_writable=False),
    ]
    step = Instruction(TOKEN_PROGRAM_ID, b"\x0a", accounts)
    run(execute([step], [issuer], stage.escrow.options), stage.escrow.chain)
