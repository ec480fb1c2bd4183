"""Instructions about granted credits, deposits and tokens that went astray, as values."""

from job_escrow.addresses import token_address
from job_escrow.codec import PlanCycle
from solders.pubkey import Pubkey

from program_harness.calls import Call
from program_harness.keys import Key
from program_harness.parties import Credit

NEVER = 2**63 - 1
"""The expiry of a lot that has none."""


def grant(
    credit: Credit,
    amount: int,
    expires_at: int,
    *,
    grant_id: int,
    source: Pubkey,
    operator: Key | None = None,
    reason: int = 0,
    plan: PlanCycle | None = None,
) -> Call:
    """Give credits that the operator, or the granter in its place, pays for."""
    by = operator or credit.platform.operator
    return Call(
        name="grant",
        accounts={
            "operator": by.pubkey(),
            "source": source,
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
        },
        args={"grant_id": grant_id, "credits": amount, "expires_at": expires_at, "reason": reason, "plan": plan},
        signers=(by,),
    )


def expire_lots(credit: Credit) -> Call:
    """Take expired credits away; anybody may."""
    return Call(
        name="expire_lots",
        accounts={
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
            "treasury": credit.platform.treasury,
        },
    )


def sweep_promotion(credit: Credit, promotion: Pubkey | None = None) -> Call:
    """Bring what is owed to the promotion account back there; anybody may."""
    return Call(
        name="sweep_promotion",
        accounts={
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
            **({} if promotion is None else {"promotion": promotion}),
            "treasury": credit.platform.treasury,
        },
    )


def sync_deposits(credit: Credit, *, authority: Key) -> Call:
    """Turn plain transfers into credits."""
    return Call(
        name="sync_deposits",
        accounts={
            "authority": authority.pubkey(),
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
        },
        signers=(authority,),
    )


def recover(credit: Credit, source: Pubkey, destination: Pubkey) -> Call:
    """Take tokens out of another account than the vault."""
    return Call(
        name="recover",
        accounts={
            "wallet": credit.wallet.pubkey(),
            "credit_account": credit.address,
            "source": source,
            "destination": destination,
        },
        signers=(credit.wallet,),
    )


def recover_nested(credit: Credit, mint: Pubkey) -> Call:
    """Take tokens out of the vault's own token account."""
    return Call(
        name="recover_nested",
        accounts={
            "wallet": credit.wallet.pubkey(),
            "credit_account": credit.address,
            "vault": credit.vault,
            "vault_mint": credit.platform.mint,
            "nested": token_address(credit.vault, mint),
            "nested_mint": mint,
            "destination": token_address(credit.address, mint),
        },
        signers=(credit.wallet,),
    )
