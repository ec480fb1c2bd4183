"""The admin's instructions as values."""

from dataclasses import replace

from job_escrow.codec import PROGRAM_ID, Pack, TierArgs, UpdatePayeeArgs, UpdatePlatformArgs
from job_escrow.tokens import create_token_account
from solders.pubkey import Pubkey

from program_harness.calls import Call
from program_harness.keys import Key
from program_harness.parties import Platform

NO_CHANGE = UpdatePlatformArgs(
    operator=None,
    standby_operator=None,
    granter=None,
    fee_bps=None,
    min_purchase=None,
    max_job_seconds=None,
    paused=None,
)


def payee_address(platform: Pubkey, owner: Pubkey) -> Pubkey:
    """Where the registration of a payee is."""
    return Pubkey.find_program_address([b"payee", bytes(platform), bytes(owner)], PROGRAM_ID)[0]


def update_platform(
    platform: Platform,
    args: UpdatePlatformArgs,
    *,
    treasury: Pubkey | None = None,
    promotion: Pubkey | None = None,
    admin: Key | None = None,
) -> Call:
    """Change settings: what could hurt a wallet waits for the notice period."""
    by = admin or platform.admin
    accounts = {"admin": by.pubkey(), "platform": platform.address}
    if treasury is not None:
        accounts["treasury"] = treasury
    if promotion is not None:
        accounts["promotion"] = promotion
    return Call(name="update_platform", accounts=accounts, args={"args": args}, signers=(by,))


def set_tier(platform: Platform, index: int, tier: TierArgs | None) -> Call:
    """Change or remove a price."""
    accounts = {"admin": platform.admin.pubkey(), "platform": platform.address}
    return Call(name="set_tier", accounts=accounts, args={"index": index, "tier": tier}, signers=(platform.admin,))


def set_pack(platform: Platform, index: int, pack: Pack | None) -> Call:
    """Offer a pack, or none."""
    accounts = {"admin": platform.admin.pubkey(), "platform": platform.address}
    return Call(name="set_pack", accounts=accounts, args={"index": index, "pack": pack}, signers=(platform.admin,))


def open_promotion(platform: Platform) -> Call:
    """Make the platform's associated token account its promotion account."""
    made = create_token_account(payer=platform.admin.pubkey(), owner=platform.address, mint=platform.mint)
    return replace(update_platform(platform, NO_CHANGE, promotion=platform.promotion), before=(made,))


def withdraw_promotion(platform: Platform, base_units: int) -> Call:
    """Take promotion back into the treasury."""
    return Call(
        name="withdraw_promotion",
        accounts={
            "admin": platform.admin.pubkey(),
            "platform": platform.address,
            "promotion": platform.promotion,
            "treasury": platform.treasury,
        },
        args={"base_units": base_units},
        signers=(platform.admin,),
    )


def apply_changes(platform: Platform) -> Call:
    """Apply what is due; anybody may."""
    return Call(name="apply_changes", accounts={"platform": platform.address})


def switch_operator(platform: Platform, *, admin: Key | None = None) -> Call:
    """Make the standby the operator."""
    by = admin or platform.admin
    return Call(name="switch_operator", accounts={"admin": by.pubkey(), "platform": platform.address}, signers=(by,))


def propose_admin(platform: Platform, new_admin: Pubkey) -> Call:
    """First step of a handover."""
    accounts = {"admin": platform.admin.pubkey(), "platform": platform.address}
    return Call(name="propose_admin", accounts=accounts, args={"new_admin": new_admin}, signers=(platform.admin,))


def accept_admin(platform: Platform, new_admin: Key) -> Call:
    """Second step of a handover."""
    accounts = {"new_admin": new_admin.pubkey(), "platform": platform.address}
    return Call(name="accept_admin", accounts=accounts, signers=(new_admin,))


def register_payee(platform: Platform, owner: Pubkey, token_account: Pubkey) -> Call:
    """Let somebody earn."""
    return Call(
        name="register_payee",
        accounts={
            "admin": platform.admin.pubkey(),
            "platform": platform.address,
            "payee": payee_address(platform.address, owner),
            "token_account": token_account,
        },
        signers=(platform.admin,),
    )


def update_payee(
    platform: Platform, owner: Pubkey, *, suspended: bool | None = None, share_bps: int | None = None
) -> Call:
    """Suspend, resume, or announce a share."""
    return Call(
        name="update_payee",
        accounts={
            "admin": platform.admin.pubkey(),
            "platform": platform.address,
            "payee": payee_address(platform.address, owner),
        },
        args={"args": UpdatePayeeArgs(suspended=suspended, share_bps=share_bps)},
        signers=(platform.admin,),
    )


def unregister_payee(platform: Platform, owner: Pubkey, *, rent_payer: Pubkey) -> Call:
    """Let somebody earn no longer."""
    return Call(
        name="unregister_payee",
        accounts={
            "admin": platform.admin.pubkey(),
            "platform": platform.address,
            "payee": payee_address(platform.address, owner),
            "rent_payer": rent_payer,
        },
        signers=(platform.admin,),
    )
