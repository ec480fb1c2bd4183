"""Rows that several instructions share in the table of `wrong_account_reasons`."""

from job_escrow.codec import (
    MissingPayee,
    NotTheAdmin,
    UnknownVersion,
    UnusableJobId,
    WrongCreditAccount,
    WrongDestinationOwner,
    WrongMint,
    WrongPayee,
    WrongPlatform,
    WrongPromotion,
    WrongRentPayer,
    WrongTreasury,
    WrongVault,
)

from program_harness.reasons import Framework, Reason, Runtime

ANY = "any"
SAME = "the same as "

TOO_SMALL = Runtime.ACCOUNT_DATA_TOO_SMALL
ILLEGAL_OWNER = Runtime.ILLEGAL_OWNER
INVALID_DATA = Runtime.INVALID_ACCOUNT_DATA
UNINITIALIZED = Runtime.UNINITIALIZED_ACCOUNT
PRIVILEGE = Runtime.PRIVILEGE_ESCALATION
TWICE = Framework.DUPLICATE_MUTABLE

Reasons = dict[str, Reason | None]

GENERAL: dict[str, Reason] = {
    "has not signed": Runtime.MISSING_SIGNATURE,
    "read-only": Framework.MUTABLE,
    "a copy that the System program owns": ILLEGAL_OWNER,
    "a copy that another program owns": ILLEGAL_OWNER,
    "a copy that Token-2022 owns": ILLEGAL_OWNER,
    "a layout of version 2": UnknownVersion,
    "a layout of version 0": UnknownVersion,
    "without a discriminator": INVALID_DATA,
    "with a closed one's discriminator": INVALID_DATA,
    "one byte short": TOO_SMALL,
    "empty": TOO_SMALL,
    "one not initialized": UNINITIALIZED,
    "no program": Framework.EXECUTABLE,
    "missing": Runtime.NOT_ENOUGH_ACCOUNT_KEYS,
}

BY_NAME: dict[str, Reason] = {
    "event_authority": Runtime.INVALID_SEEDS,
    "program": Runtime.MISSING_ACCOUNT,
    "system_program": Runtime.INCORRECT_PROGRAM_ID,
    "token_program": Runtime.INCORRECT_PROGRAM_ID,
    "associated_token_program": Framework.ADDRESS,
    "rent_payer": WrongRentPayer,
    "vault_rent_payer": WrongRentPayer,
}

# An account that signs and pays is loaded in one step.
PAYER: Reasons = {"read-only": Runtime.MISSING_SIGNATURE}

# The copies are at other addresses, so that the address is what is refused first.
PLATFORM: Reasons = {
    ANY: WrongPlatform,
    "a layout of version 2": WrongPlatform,
    "a layout of version 0": WrongPlatform,
    "a credit_account": TWICE,
    "a job": TOO_SMALL,
    "a session": TOO_SMALL,
    "a payee": TOO_SMALL,
    "a token account": ILLEGAL_OWNER,
    "nobody's address": UNINITIALIZED,
    "a rule": TOO_SMALL,
}
# Written, it is loaded in another way; the admin's other platform is its own to change.
PLATFORM_OF_ADMIN: Reasons = {ANY: TOO_SMALL, "another": NotTheAdmin, "one of another mint": None}
CREDIT_ACCOUNT: Reasons = {
    ANY: WrongVault,
    "another platform's": WrongPlatform,
    "one not opened": TOO_SMALL,
    "a platform": INVALID_DATA,
    "a job": TOO_SMALL,
    "a session": INVALID_DATA,
    "a payee": TOO_SMALL,
    "a rule": TOO_SMALL,
    "a token account": TOO_SMALL,
    "nobody's address": TOO_SMALL,
}
CREDIT_ACCOUNT_OF_JOB: Reasons = CREDIT_ACCOUNT | {
    ANY: WrongCreditAccount,
    "a job": TWICE,
    "a layout of version 2": WrongCreditAccount,
    "a layout of version 0": WrongCreditAccount,
}
JOB: Reasons = {
    ANY: WrongCreditAccount,
    # Each job of the account may be ended, as long as it has the same rent payer.
    "another of the same account": None,
    "the same account's": None,
    "a payee": TOO_SMALL,
    "a rule": TOO_SMALL,
    "a platform": INVALID_DATA,
    "a session": INVALID_DATA,
    "a credit_account": TWICE,
    "a token account": TOO_SMALL,
    "nobody's address": TOO_SMALL,
}
SESSION: Reasons = JOB | {"a job": TOO_SMALL}
CREDIT_ACCOUNT_OF_SESSION: Reasons = CREDIT_ACCOUNT_OF_JOB | {"a job": TOO_SMALL, "a session": TWICE}
# The address of a job or session does not follow from another account.
OTHER_ADDRESS: Reasons = CREDIT_ACCOUNT | dict.fromkeys(("another namespace's", "another wallet's"), UnusableJobId)
TOKENS: Reasons = {"the mint": TOO_SMALL, "a credit account": TWICE, "nobody's address": TOO_SMALL}
TOKENS_READ: Reasons = {
    "the mint": INVALID_DATA,
    "a credit account": ILLEGAL_OWNER,
    "nobody's address": ILLEGAL_OWNER,
}
OTHER_MINT: Reasons = {
    "the wallet's account of another mint": WrongMint,
    "an account of another mint of the credit account": WrongMint,
}
VAULT: Reasons = TOKENS | {ANY: WrongVault}
DESTINATION: Reasons = TOKENS | OTHER_MINT | {ANY: WrongDestinationOwner}
# A treasury that is owed nothing is not read.
TREASURY_BY_ADDRESS: Reasons = {
    ANY: WrongTreasury,
    "a copy that the System program owns": WrongTreasury,
    "a copy that another program owns": WrongTreasury,
    "a copy that Token-2022 owns": WrongTreasury,
    "one not initialized": WrongTreasury,
}
TREASURY_OF_JOB: Reasons = TREASURY_BY_ADDRESS | {
    "the wallet's vault": TWICE,
    "a credit account": TWICE,
    f"{SAME}rent_payer": WrongTreasury,
}
# The same with the payee's account, which may be anything by the time of the settlement.
BY_ADDRESS_ALONE: Reasons = dict.fromkeys(TREASURY_BY_ADDRESS, MissingPayee)
# And with the promotion account, which may be frozen by then.
PROMOTION_BY_ADDRESS: Reasons = dict.fromkeys(TREASURY_BY_ADDRESS, WrongPromotion)
PROMOTION_TWICE: Reasons = {"the platform's promotion account": TWICE}
# This account is another one on this stage than the wallet's, whose accounts stand elsewhere in the other calls.
OF_SOMEBODY_ELSE: Reasons = {"a credit account": ILLEGAL_OWNER}

TWICE_IN_A_CLOSE = ("wallet", "destination", "treasury", "promotion", "rent_payer", "vault_rent_payer", "vault")
PAYEE_OF_ADMIN: Reasons = {
    ANY: TOO_SMALL,
    "another platform's": WrongPlatform,
    "a platform": INVALID_DATA,
    "a credit_account": INVALID_DATA,
    "a job": INVALID_DATA,
    "a session": INVALID_DATA,
    "a rule": INVALID_DATA,
}
PAYEE_OF_LOCK: Reasons = {
    ANY: UNINITIALIZED,
    "another platform's": WrongPayee,
    "a platform": INVALID_DATA,
    "a credit_account": TWICE,
    "a job": INVALID_DATA,
    "a session": INVALID_DATA,
    "a rule": INVALID_DATA,
    "a token account": ILLEGAL_OWNER,
}
PAYEE_OF_SETTLE: Reasons = BY_ADDRESS_ALONE | {
    ANY: MissingPayee,
    "the wallet's vault": TWICE,
    "a credit account": TWICE,
    f"{SAME}rent_payer": MissingPayee,
    f"{SAME}treasury": MissingPayee,
}
RENT_PAYER_TWICE: Reasons = {f"{SAME}payee": WrongRentPayer, f"{SAME}treasury": WrongRentPayer}
