"""The instructions that open a wallet's credit account."""

from job_escrow.addresses import vault_address
from job_escrow.codec import LimitsArgs, instructions
from job_escrow.tokens import create_token_account
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from job_escrow_api.settings import ApiSettings


def opening(
    settings: ApiSettings, *, wallet: Pubkey, account: Pubkey, mint: Pubkey, namespace: bytes, limits: LimitsArgs
) -> list[Instruction]:
    """Make the vault, and open the account with these limits; the wallet pays the rents."""
    vault = vault_address(account, mint)
    return [
        create_token_account(payer=wallet, owner=account, mint=mint),
        instructions.open(
            wallet=wallet,
            payer=wallet,
            platform=settings.platform,
            credit_account=account,
            vault=vault.address,
            namespace=namespace,
            limits=limits,
            vault_bump=vault.bump,
            program_id=settings.program_id,
        ),
    ]
