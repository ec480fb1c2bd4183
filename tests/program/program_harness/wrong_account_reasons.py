"""Why each instruction refuses each wrong account: the table that test_wrong_accounts holds the program to.

A reason is looked up from the particular to the general: for this mistake with this account of this instruction
(PARTICULAR), for this mistake anywhere (GENERAL), for any mistake with this account (ANY), for any with accounts of
this name (BY_NAME). None says that it is no mistake there, and why is said beside it.
"""

from job_escrow.codec import (
    DeadlineNotPassed,
    InsufficientFunds,
    MissingPayee,
    NoStandbyOperator,
    NothingDue,
    NotOperatorOrGranter,
    NotRecoverable,
    NotTheAdmin,
    NotTheOperator,
    NotTheProposedAdmin,
    NotTheWallet,
    NotWalletOrOperator,
    PayeeNotSuspended,
    UnknownVersion,
    UnsupportedTokenProgram,
    UnusableJobId,
    UnusablePromotion,
    WrongCreditAccount,
    WrongDestinationOwner,
    WrongMint,
    WrongPayee,
    WrongPlatform,
    WrongPromotion,
    WrongRentPayer,
    WrongSequence,
    WrongTreasury,
    WrongVault,
)

from program_harness.reasons import Framework, Reason, Runtime, Token

ANY = "any"
_SAME = "the same as "

_TOO_SMALL = Runtime.ACCOUNT_DATA_TOO_SMALL
_ILLEGAL_OWNER = Runtime.ILLEGAL_OWNER
_INVALID_DATA = Runtime.INVALID_ACCOUNT_DATA
_UNINITIALIZED = Runtime.UNINITIALIZED_ACCOUNT
_PRIVILEGE = Runtime.PRIVILEGE_ESCALATION
_TWICE = Framework.DUPLICATE_MUTABLE

Reasons = dict[str, Reason | None]

GENERAL: dict[str, Reason] = {
    "has not signed": Runtime.MISSING_SIGNATURE,
    "read-only": Framework.MUTABLE,
    "a copy that the System program owns": _ILLEGAL_OWNER,
    "a copy that another program owns": _ILLEGAL_OWNER,
    "a copy that Token-2022 owns": _ILLEGAL_OWNER,
    "a layout of version 2": UnknownVersion,
    "a layout of version 0": UnknownVersion,
    "without a discriminator": _INVALID_DATA,
    "with a closed one's discriminator": _INVALID_DATA,
    "one byte short": _TOO_SMALL,
    "empty": _TOO_SMALL,
    "one not initialized": _UNINITIALIZED,
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
_PAYER: Reasons = {"read-only": Runtime.MISSING_SIGNATURE}

# The copies are at other addresses, so that the address is what is refused first.
_PLATFORM: Reasons = {
    ANY: WrongPlatform,
    "a layout of version 2": WrongPlatform,
    "a layout of version 0": WrongPlatform,
    "a credit_account": _TWICE,
    "a job": _TOO_SMALL,
    "a session": _TOO_SMALL,
    "a payee": _TOO_SMALL,
    "a token account": _ILLEGAL_OWNER,
    "nobody's address": _UNINITIALIZED,
}
# Written, it is loaded in another way; the admin's other platform is its own to change.
_PLATFORM_OF_ADMIN: Reasons = {ANY: _TOO_SMALL, "another": NotTheAdmin, "one of another mint": None}
_CREDIT_ACCOUNT: Reasons = {
    ANY: WrongVault,
    "another platform's": WrongPlatform,
    "one not opened": _TOO_SMALL,
    "a platform": _INVALID_DATA,
    "a job": _TOO_SMALL,
    "a session": _INVALID_DATA,
    "a payee": _TOO_SMALL,
    "a token account": _TOO_SMALL,
    "nobody's address": _TOO_SMALL,
}
_CREDIT_ACCOUNT_OF_JOB: Reasons = _CREDIT_ACCOUNT | {
    ANY: WrongCreditAccount,
    "a job": _TWICE,
    "a layout of version 2": WrongCreditAccount,
    "a layout of version 0": WrongCreditAccount,
}
_JOB: Reasons = {
    ANY: WrongCreditAccount,
    # Each job of the account may be ended, as long as it has the same rent payer.
    "another of the same account": None,
    "the same account's": None,
    "a payee": _TOO_SMALL,
    "a platform": _INVALID_DATA,
    "a session": _INVALID_DATA,
    "a credit_account": _TWICE,
    "a token account": _TOO_SMALL,
    "nobody's address": _TOO_SMALL,
}
_SESSION: Reasons = _JOB | {"a job": _TOO_SMALL}
_CREDIT_ACCOUNT_OF_SESSION: Reasons = _CREDIT_ACCOUNT_OF_JOB | {"a job": _TOO_SMALL, "a session": _TWICE}
# The address of a job or session does not follow from another account.
_OTHER_ADDRESS: Reasons = _CREDIT_ACCOUNT | dict.fromkeys(("another namespace's", "another wallet's"), UnusableJobId)
_TOKENS: Reasons = {"the mint": _TOO_SMALL, "a credit account": _TWICE, "nobody's address": _TOO_SMALL}
_TOKENS_READ: Reasons = {
    "the mint": _INVALID_DATA,
    "a credit account": _ILLEGAL_OWNER,
    "nobody's address": _ILLEGAL_OWNER,
}
_OTHER_MINT: Reasons = {
    "the wallet's account of another mint": WrongMint,
    "an account of another mint of the credit account": WrongMint,
}
_VAULT: Reasons = _TOKENS | {ANY: WrongVault}
_DESTINATION: Reasons = _TOKENS | _OTHER_MINT | {ANY: WrongDestinationOwner}
# A treasury that is owed nothing is not read.
_TREASURY_BY_ADDRESS: Reasons = {
    ANY: WrongTreasury,
    "a copy that the System program owns": WrongTreasury,
    "a copy that another program owns": WrongTreasury,
    "a copy that Token-2022 owns": WrongTreasury,
    "one not initialized": WrongTreasury,
}
_TREASURY_OF_JOB: Reasons = _TREASURY_BY_ADDRESS | {
    "the wallet's vault": _TWICE,
    "a credit account": _TWICE,
    f"{_SAME}rent_payer": WrongTreasury,
}
# The same with the payee's account, which may be anything by the time of the settlement.
_BY_ADDRESS_ALONE: Reasons = dict.fromkeys(_TREASURY_BY_ADDRESS, MissingPayee)
# And with the promotion account, which may be frozen by then.
_PROMOTION_BY_ADDRESS: Reasons = dict.fromkeys(_TREASURY_BY_ADDRESS, WrongPromotion)
_PROMOTION_TWICE: Reasons = {"the platform's promotion account": _TWICE}
# This account is another one on this stage than the wallet's, whose accounts stand elsewhere in the other calls.
_OF_SOMEBODY_ELSE: Reasons = {"a credit account": _ILLEGAL_OWNER}

_TWICE_IN_A_CLOSE = ("wallet", "destination", "treasury", "promotion", "rent_payer", "vault_rent_payer", "vault")
_PAYEE_OF_ADMIN: Reasons = {
    ANY: _TOO_SMALL,
    "another platform's": WrongPlatform,
    "a platform": _INVALID_DATA,
    "a credit_account": _INVALID_DATA,
    "a job": _INVALID_DATA,
    "a session": _INVALID_DATA,
}
_PAYEE_OF_LOCK: Reasons = {
    ANY: _UNINITIALIZED,
    "another platform's": WrongPayee,
    "a platform": _INVALID_DATA,
    "a credit_account": _TWICE,
    "a job": _INVALID_DATA,
    "a session": _INVALID_DATA,
    "a token account": _ILLEGAL_OWNER,
}
_PAYEE_OF_SETTLE: Reasons = _BY_ADDRESS_ALONE | {
    ANY: MissingPayee,
    "the wallet's vault": _TWICE,
    "a credit account": _TWICE,
    f"{_SAME}rent_payer": MissingPayee,
    f"{_SAME}treasury": MissingPayee,
}
_RENT_PAYER_TWICE: Reasons = {f"{_SAME}payee": WrongRentPayer, f"{_SAME}treasury": WrongRentPayer}

PARTICULAR: dict[tuple[str, str], Reasons] = {
    ("create_platform", "creator"): _PAYER | {"a stranger": _PRIVILEGE},
    ("create_platform", "platform"): {ANY: _PRIVILEGE},
    ("create_platform", "mint"): {ANY: UnsupportedTokenProgram, "another": WrongMint},
    # Earnings may go to any token account of the mint: it is the admin who loses by a wrong one.
    ("create_platform", "treasury"): _TOKENS_READ | _OTHER_MINT | {ANY: None},
    ("open", "wallet"): {"a stranger": _PRIVILEGE},
    # Anybody may pay the rent.
    ("open", "payer"): _PAYER | {"a stranger": None},
    ("open", "platform"): _PLATFORM
    | {
        "another": _PRIVILEGE,
        "one of another mint": WrongMint,
        "a credit_account": _TOO_SMALL,
        "a layout of version 2": UnknownVersion,
        "a layout of version 0": UnknownVersion,
    },
    ("open", "credit_account"): {ANY: WrongVault},
    ("open", "vault"): _TOKENS_READ | _OTHER_MINT | {ANY: WrongVault},
    ("set_limits", "wallet"): {"a stranger": NotTheWallet},
    ("set_limits", "credit_account"): _CREDIT_ACCOUNT
    # The wallet may set the limits of all its accounts.
    | {"another namespace's": None, "another platform's": None, "another wallet's": NotTheWallet},
    # A stranger may pay, but not with the wallet's sequence number.
    ("purchase", "payer"): {"a stranger": WrongSequence},
    ("purchase", "source"): _TOKENS
    | _OTHER_MINT
    | {
        ANY: Token.OWNER_MISMATCH,
        "the wallet's vault": _TWICE,
    },
    # The wallet's own token account is the source here.
    ("purchase", "platform"): _PLATFORM | {"a token account": _TWICE},
    ("purchase", "credit_account"): _CREDIT_ACCOUNT | {"a token account": _TWICE},
    ("purchase", "vault"): _VAULT,
    ("purchase_pack", "payer"): {"a stranger": WrongSequence},
    ("purchase_pack", "source"): _TOKENS
    | _OTHER_MINT
    | _PROMOTION_TWICE
    | {
        ANY: Token.OWNER_MISMATCH,
        "the wallet's vault": _TWICE,
        # What is there is looked at before who owns it.
        "another token account of the credit account": InsufficientFunds,
    },
    ("purchase_pack", "platform"): _PLATFORM | {"a token account": _TWICE},
    ("purchase_pack", "promotion"): _TOKENS | {ANY: WrongPromotion, "the wallet's vault": _TWICE},
    ("purchase_pack", "credit_account"): _CREDIT_ACCOUNT | {"a token account": _TWICE},
    ("purchase_pack", "vault"): _VAULT | _PROMOTION_TWICE,
    ("lock", "authority"): {"a stranger": NotWalletOrOperator},
    # Anybody may pay the rent.
    ("lock", "payer"): _PAYER | {"a stranger": None},
    ("lock", "platform"): _PLATFORM,
    ("lock", "credit_account"): _OTHER_ADDRESS,
    ("lock", "job"): {ANY: UnusableJobId, "a credit_account": _TWICE},
    ("lock with a payee", "credit_account"): _OTHER_ADDRESS | {"a payee": _TWICE},
    ("lock with a payee", "payee"): _PAYEE_OF_LOCK,
    ("lock with a payee", "job"): {ANY: UnusableJobId, "a credit_account": _TWICE, "a payee": _TWICE},
    ("settle", "operator"): {"a stranger": NotTheOperator},
    ("settle", "platform"): _PLATFORM | {"a job": _TWICE},
    ("settle", "credit_account"): _CREDIT_ACCOUNT_OF_JOB,
    ("settle", "job"): _JOB,
    ("settle", "vault"): _VAULT | {"the platform's treasury": _TWICE},
    # A payee may be the treasury, so that this one may stand twice.
    ("settle", "treasury"): _TREASURY_OF_JOB,
    ("settle", "rent_payer"): {f"{_SAME}treasury": WrongRentPayer},
    ("settle with a payee", "platform"): _PLATFORM,
    ("settle with a payee", "treasury"): _TREASURY_OF_JOB | {f"{_SAME}payee": WrongTreasury},
    ("settle with a payee", "vault"): _VAULT | {"the platform's treasury": _TWICE, "the payee's token account": _TWICE},
    ("settle with a payee", "payee"): _PAYEE_OF_SETTLE,
    ("settle with a payee", "rent_payer"): _RENT_PAYER_TWICE,
    ("settle with a payee", "credit_account"): _CREDIT_ACCOUNT_OF_JOB | {"a job": _TOO_SMALL},
    ("refund", "authority"): {"a stranger": DeadlineNotPassed},
    ("refund", "platform"): _PLATFORM | {"a job": _TWICE},
    ("refund", "credit_account"): _CREDIT_ACCOUNT_OF_JOB,
    ("refund", "job"): _JOB,
    ("open_session", "operator"): {"a stranger": NotTheOperator},
    ("open_session", "payer"): _PAYER | {"a stranger": None},
    ("open_session", "platform"): _PLATFORM,
    ("open_session", "credit_account"): _OTHER_ADDRESS,
    ("open_session", "session"): {ANY: UnusableJobId, "a credit_account": _TWICE},
    ("open_session with a payee", "credit_account"): _OTHER_ADDRESS | {"a payee": _TWICE},
    ("open_session with a payee", "payee"): _PAYEE_OF_LOCK,
    ("open_session with a payee", "session"): {ANY: UnusableJobId, "a credit_account": _TWICE, "a payee": _TWICE},
    ("settle_session", "operator"): {"a stranger": NotTheOperator},
    ("settle_session", "platform"): _PLATFORM | {"a session": _TWICE},
    ("settle_session", "credit_account"): _CREDIT_ACCOUNT_OF_SESSION,
    ("settle_session", "session"): _SESSION | {"another of the same account": None},
    ("settle_session", "vault"): _VAULT | {"the platform's treasury": _TWICE},
    ("settle_session", "treasury"): _TREASURY_OF_JOB,
    ("settle_session", "rent_payer"): {f"{_SAME}treasury": WrongRentPayer},
    ("settle_session with a payee", "platform"): _PLATFORM,
    ("settle_session with a payee", "treasury"): _TREASURY_OF_JOB | {f"{_SAME}payee": WrongTreasury},
    ("settle_session with a payee", "vault"): _VAULT
    | {"the platform's treasury": _TWICE, "the payee's token account": _TWICE},
    ("settle_session with a payee", "payee"): _PAYEE_OF_SETTLE,
    ("settle_session with a payee", "rent_payer"): _RENT_PAYER_TWICE,
    ("settle_session with a payee", "credit_account"): _CREDIT_ACCOUNT_OF_SESSION | {"a session": _INVALID_DATA},
    ("refund_session", "authority"): {"a stranger": DeadlineNotPassed},
    ("refund_session", "platform"): _PLATFORM | {"a session": _TWICE},
    ("refund_session", "credit_account"): _CREDIT_ACCOUNT_OF_SESSION,
    ("refund_session", "session"): _SESSION,
    ("withdraw", "wallet"): {"a stranger": NotTheWallet},
    ("withdraw", "credit_account"): _CREDIT_ACCOUNT | {"another platform's": WrongVault, "a token account": _TWICE},
    ("withdraw", "vault"): _VAULT,
    ("withdraw", "destination"): _DESTINATION | {"the wallet's vault": _TWICE},
    ("close", "wallet"): {"a stranger": NotTheWallet},
    ("close", "platform"): _PLATFORM | {"a credit_account": _TOO_SMALL},
    ("close", "credit_account"): _CREDIT_ACCOUNT,
    # A treasury that is owed nothing may be the vault.
    ("close", "vault"): _VAULT
    | _OF_SOMEBODY_ELSE
    | {f"{_SAME}{other}": _TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{_SAME}{other}": WrongVault for other in ("destination", "treasury")},
    # The wallet may own the treasury and be paid there, so that these two may be one account.
    ("close", "destination"): _DESTINATION
    | _OF_SOMEBODY_ELSE
    | {f"{_SAME}{other}": _TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{_SAME}{other}": WrongDestinationOwner for other in ("treasury", "vault")},
    ("close", "treasury"): _TREASURY_BY_ADDRESS
    | {
        f"{_SAME}{other}": WrongTreasury
        for other in ("wallet", "destination", "rent_payer", "vault_rent_payer", "vault")
    },
    ("close", "rent_payer"): {f"{_SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "vault")},
    ("close", "vault_rent_payer"): {
        f"{_SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "vault")
    },
    ("close with promotion", "vault"): _VAULT
    | _OF_SOMEBODY_ELSE
    | {f"{_SAME}{other}": _TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{_SAME}{other}": WrongVault for other in ("destination", "treasury", "promotion")},
    ("close with promotion", "destination"): _DESTINATION
    | _OF_SOMEBODY_ELSE
    | {f"{_SAME}{other}": _TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{_SAME}{other}": WrongDestinationOwner for other in ("treasury", "promotion", "vault")},
    ("close with promotion", "treasury"): _TREASURY_BY_ADDRESS
    | {f"{_SAME}{other}": WrongTreasury for other in _TWICE_IN_A_CLOSE if other != "treasury"},
    ("close with promotion", "promotion"): _PROMOTION_BY_ADDRESS
    | {f"{_SAME}{other}": WrongPromotion for other in _TWICE_IN_A_CLOSE if other != "promotion"},
    ("close with promotion", "rent_payer"): {
        f"{_SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "promotion", "vault")
    },
    ("close with promotion", "vault_rent_payer"): {
        f"{_SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "promotion", "vault")
    },
    ("update_platform", "admin"): {"a stranger": NotTheAdmin},
    ("update_platform", "platform"): _PLATFORM_OF_ADMIN,
    ("update_platform with a treasury", "platform"): _PLATFORM_OF_ADMIN | {"one of another mint": WrongMint},
    # As at the creation of the platform.
    ("update_platform with a treasury", "treasury"): _TOKENS_READ | _OTHER_MINT | {ANY: None},
    ("update_platform with promotion", "platform"): _PLATFORM_OF_ADMIN | {"one of another mint": WrongMint},
    ("update_platform with promotion", "promotion"): _TOKENS_READ | _OTHER_MINT | {ANY: UnusablePromotion},
    ("set_pack", "admin"): {"a stranger": NotTheAdmin},
    ("set_pack", "platform"): _PLATFORM_OF_ADMIN,
    ("withdraw_promotion", "admin"): {"a stranger": NotTheAdmin},
    ("withdraw_promotion", "platform"): _PLATFORM
    | {
        ANY: _TOO_SMALL,
        "another": WrongPromotion,
        "one of another mint": WrongPromotion,
        "a credit_account": _TOO_SMALL,
        "a layout of version 2": UnknownVersion,
        "a layout of version 0": UnknownVersion,
    },
    ("withdraw_promotion", "promotion"): _TOKENS
    | _OF_SOMEBODY_ELSE
    | {ANY: WrongPromotion, "the platform's treasury": _TWICE},
    ("withdraw_promotion", "treasury"): _TOKENS | _OF_SOMEBODY_ELSE | _PROMOTION_TWICE | {ANY: WrongTreasury},
    ("switch_operator", "admin"): {"a stranger": NotTheAdmin},
    ("switch_operator", "platform"): _PLATFORM_OF_ADMIN | {"one of another mint": NoStandbyOperator},
    ("set_tier", "admin"): {"a stranger": NotTheAdmin},
    ("set_tier", "platform"): _PLATFORM_OF_ADMIN,
    ("apply_changes", "platform"): {ANY: _TOO_SMALL, "another": NothingDue, "one of another mint": NothingDue},
    ("propose_admin", "admin"): {"a stranger": NotTheAdmin},
    ("propose_admin", "platform"): _PLATFORM_OF_ADMIN,
    ("accept_admin", "new_admin"): {"a stranger": NotTheProposedAdmin},
    ("accept_admin", "platform"): {
        ANY: _TOO_SMALL,
        "another": NotTheProposedAdmin,
        "one of another mint": NotTheProposedAdmin,
    },
    ("register_payee", "admin"): _PAYER | {"a stranger": NotTheAdmin},
    ("register_payee", "platform"): _PLATFORM
    | {
        ANY: _TOO_SMALL,
        "a credit_account": _TOO_SMALL,
        "a layout of version 2": UnknownVersion,
        "a layout of version 0": UnknownVersion,
        "another": NotTheAdmin,
        "one of another mint": WrongMint,
    },
    # The address follows from the owner of the token account.
    ("register_payee", "payee"): {ANY: _PRIVILEGE},
    ("register_payee", "token_account"): _TOKENS_READ | _OTHER_MINT | {ANY: _PRIVILEGE},
    ("unregister_payee", "admin"): {"a stranger": NotTheAdmin},
    ("unregister_payee", "platform"): _PLATFORM | {"a credit_account": _TOO_SMALL},
    ("update_payee", "admin"): {"a stranger": NotTheAdmin},
    ("update_payee", "platform"): _PLATFORM | {"a credit_account": _TOO_SMALL, "a payee": _TWICE},
    ("update_payee", "payee"): _PAYEE_OF_ADMIN,
    ("unregister_payee", "payee"): _PAYEE_OF_ADMIN | {"the registered one": PayeeNotSuspended},
    ("grant", "operator"): {"a stranger": NotOperatorOrGranter},
    ("grant", "source"): _TOKENS | _OTHER_MINT | {ANY: Token.OWNER_MISMATCH, "the wallet's vault": _TWICE},
    ("grant", "platform"): _PLATFORM,
    ("grant", "credit_account"): _CREDIT_ACCOUNT,
    ("grant", "vault"): _VAULT,
    ("expire_lots", "platform"): _PLATFORM,
    ("expire_lots", "credit_account"): _CREDIT_ACCOUNT,
    ("expire_lots", "vault"): _VAULT | {"the platform's treasury": _TWICE},
    ("expire_lots", "treasury"): _TREASURY_BY_ADDRESS | {"the wallet's vault": _TWICE, "a credit account": _TWICE},
    ("sweep_promotion", "platform"): _PLATFORM | {"a credit_account": _TOO_SMALL},
    ("sweep_promotion", "credit_account"): _CREDIT_ACCOUNT,
    ("sweep_promotion", "vault"): _VAULT | _OF_SOMEBODY_ELSE | _PROMOTION_TWICE | {"the platform's treasury": _TWICE},
    ("sweep_promotion", "promotion"): _PROMOTION_BY_ADDRESS | {f"{_SAME}treasury": WrongPromotion},
    ("sweep_promotion", "treasury"): _TREASURY_BY_ADDRESS | {f"{_SAME}promotion": WrongTreasury},
    # From the minimum purchase on, anybody may.
    ("sync_deposits", "authority"): {"a stranger": None},
    ("sync_deposits", "platform"): _PLATFORM,
    ("sync_deposits", "credit_account"): _CREDIT_ACCOUNT,
    ("sync_deposits", "vault"): _TOKENS_READ | {ANY: WrongVault, "a credit account": _TWICE},
    ("recover", "wallet"): _PAYER | {"a stranger": NotTheWallet},
    ("recover", "credit_account"): _CREDIT_ACCOUNT
    | {
        ANY: NotRecoverable,
        "another platform's": NotRecoverable,
        "another wallet's": NotTheWallet,
        "one not opened": _UNINITIALIZED,
        "nobody's address": _UNINITIALIZED,
        "a token account": _TWICE,
    },
    ("recover", "source"): _TOKENS
    | {ANY: NotRecoverable, "an account of another mint of the credit account": WrongMint},
    ("recover", "destination"): _DESTINATION | {"another token account of the credit account": _TWICE},
    ("recover_nested", "wallet"): {"a stranger": NotTheWallet},
    ("recover_nested", "credit_account"): _CREDIT_ACCOUNT | {"another platform's": WrongVault},
    ("recover_nested", "vault"): _TOKENS_READ | {ANY: WrongVault, "a credit account": _TWICE},
    ("recover_nested", "vault_mint"): {ANY: Runtime.INVALID_SEEDS},
    ("recover_nested", "nested"): _TOKENS | {ANY: NotRecoverable, "the wallet's vault": _TWICE, "the mint": _TWICE},
    ("recover_nested", "nested_mint"): {ANY: Runtime.INVALID_SEEDS},
    # The associated token program derives the address.
    ("recover_nested", "destination"): dict.fromkeys(_TREASURY_BY_ADDRESS, Runtime.INVALID_SEEDS)
    | {"a credit account": _TWICE},
    ("recover_nested", "associated_token_program"): {"no program": Framework.ADDRESS},
}


def expected(call: str, account: str, mistake: str) -> Reason | None:
    """The reason for a mistake; None where it is none. Raises KeyError where the tables do not say.

    `call` is the name of an instruction, or of one "with" something, which has rows of its own where it differs.
    """
    instruction = call.split(" with ")[0]
    particular = PARTICULAR.get((call, account), PARTICULAR.get((instruction, account), {}))
    if mistake in particular:
        return particular[mistake]
    if mistake.startswith(_SAME):
        return _TWICE
    if mistake in GENERAL and not (account == "program" and mistake != "missing"):
        return GENERAL[mistake]
    return particular[ANY] if ANY in particular else BY_NAME[account]
