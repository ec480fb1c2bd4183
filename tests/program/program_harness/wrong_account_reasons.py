"""Why each instruction refuses each wrong account: the table that test_wrong_accounts holds the program to.

A reason is looked up from the particular to the general: for this mistake with this account of this instruction
(PARTICULAR), for this mistake anywhere (GENERAL), for any mistake with this account (ANY), for any with accounts of
this name (BY_NAME). None says that it is no mistake there, and why is said beside it.
"""

from job_escrow.codec import (
    DeadlineNotPassed,
    InsufficientFunds,
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
    WrongDestinationOwner,
    WrongMint,
    WrongPromotion,
    WrongRentPayer,
    WrongSequence,
    WrongTreasury,
    WrongVault,
)

from program_harness.reasons import Framework, Reason, Runtime, Token
from program_harness.wrong_account_reasons_of_top_ups import PARTICULAR_OF_TOP_UPS
from program_harness.wrong_account_rows import (
    ANY,
    BY_NAME,
    CREDIT_ACCOUNT,
    CREDIT_ACCOUNT_OF_JOB,
    CREDIT_ACCOUNT_OF_SESSION,
    DESTINATION,
    GENERAL,
    INVALID_DATA,
    JOB,
    OF_SOMEBODY_ELSE,
    OTHER_ADDRESS,
    OTHER_MINT,
    PAYEE_OF_ADMIN,
    PAYEE_OF_LOCK,
    PAYEE_OF_SETTLE,
    PAYER,
    PLATFORM,
    PLATFORM_OF_ADMIN,
    PRIVILEGE,
    PROMOTION_BY_ADDRESS,
    PROMOTION_TWICE,
    RENT_PAYER_TWICE,
    SAME,
    SESSION,
    TOKENS,
    TOKENS_READ,
    TOO_SMALL,
    TREASURY_BY_ADDRESS,
    TREASURY_OF_JOB,
    TWICE,
    TWICE_IN_A_CLOSE,
    UNINITIALIZED,
    VAULT,
    Reasons,
)

PARTICULAR: dict[tuple[str, str], Reasons] = {
    ("create_platform", "creator"): PAYER | {"a stranger": PRIVILEGE},
    ("create_platform", "platform"): {ANY: PRIVILEGE},
    ("create_platform", "mint"): {ANY: UnsupportedTokenProgram, "another": WrongMint},
    # Earnings may go to any token account of the mint: it is the admin who loses by a wrong one.
    ("create_platform", "treasury"): TOKENS_READ | OTHER_MINT | {ANY: None},
    ("open", "wallet"): {"a stranger": PRIVILEGE},
    # Anybody may pay the rent.
    ("open", "payer"): PAYER | {"a stranger": None},
    ("open", "platform"): PLATFORM
    | {
        "another": PRIVILEGE,
        "one of another mint": WrongMint,
        "a credit_account": TOO_SMALL,
        "a layout of version 2": UnknownVersion,
        "a layout of version 0": UnknownVersion,
    },
    ("open", "credit_account"): {ANY: WrongVault},
    ("open", "vault"): TOKENS_READ | OTHER_MINT | {ANY: WrongVault},
    ("set_limits", "wallet"): {"a stranger": NotTheWallet},
    ("set_limits", "credit_account"): CREDIT_ACCOUNT
    # The wallet may set the limits of all its accounts.
    | {"another namespace's": None, "another platform's": None, "another wallet's": NotTheWallet},
    # A stranger may pay, but not with the wallet's sequence number.
    ("purchase", "payer"): {"a stranger": WrongSequence},
    ("purchase", "source"): TOKENS
    | OTHER_MINT
    | {
        ANY: Token.OWNER_MISMATCH,
        "the wallet's vault": TWICE,
    },
    # The wallet's own token account is the source here.
    ("purchase", "platform"): PLATFORM | {"a token account": TWICE},
    ("purchase", "credit_account"): CREDIT_ACCOUNT | {"a token account": TWICE},
    ("purchase", "vault"): VAULT,
    ("purchase_pack", "payer"): {"a stranger": WrongSequence},
    ("purchase_pack", "source"): TOKENS
    | OTHER_MINT
    | PROMOTION_TWICE
    | {
        ANY: Token.OWNER_MISMATCH,
        "the wallet's vault": TWICE,
        # What is there is looked at before who owns it.
        "another token account of the credit account": InsufficientFunds,
    },
    ("purchase_pack", "platform"): PLATFORM | {"a token account": TWICE},
    ("purchase_pack", "promotion"): TOKENS | {ANY: WrongPromotion, "the wallet's vault": TWICE},
    ("purchase_pack", "credit_account"): CREDIT_ACCOUNT | {"a token account": TWICE},
    ("purchase_pack", "vault"): VAULT | PROMOTION_TWICE,
    ("lock", "authority"): {"a stranger": NotWalletOrOperator},
    # Anybody may pay the rent.
    ("lock", "payer"): PAYER | {"a stranger": None},
    ("lock", "platform"): PLATFORM,
    ("lock", "credit_account"): OTHER_ADDRESS,
    ("lock", "job"): {ANY: UnusableJobId, "a credit_account": TWICE},
    ("lock with a payee", "credit_account"): OTHER_ADDRESS | {"a payee": TWICE},
    ("lock with a payee", "payee"): PAYEE_OF_LOCK,
    ("lock with a payee", "job"): {ANY: UnusableJobId, "a credit_account": TWICE, "a payee": TWICE},
    ("settle", "operator"): {"a stranger": NotTheOperator},
    ("settle", "platform"): PLATFORM | {"a job": TWICE},
    ("settle", "credit_account"): CREDIT_ACCOUNT_OF_JOB,
    ("settle", "job"): JOB,
    ("settle", "vault"): VAULT | {"the platform's treasury": TWICE},
    # A payee may be the treasury, so that this one may stand twice.
    ("settle", "treasury"): TREASURY_OF_JOB,
    ("settle", "rent_payer"): {f"{SAME}treasury": WrongRentPayer},
    ("settle with a payee", "platform"): PLATFORM,
    ("settle with a payee", "treasury"): TREASURY_OF_JOB | {f"{SAME}payee": WrongTreasury},
    ("settle with a payee", "vault"): VAULT | {"the platform's treasury": TWICE, "the payee's token account": TWICE},
    ("settle with a payee", "payee"): PAYEE_OF_SETTLE,
    ("settle with a payee", "rent_payer"): RENT_PAYER_TWICE,
    ("settle with a payee", "credit_account"): CREDIT_ACCOUNT_OF_JOB | {"a job": TOO_SMALL},
    ("refund", "authority"): {"a stranger": DeadlineNotPassed},
    ("refund", "platform"): PLATFORM | {"a job": TWICE},
    ("refund", "credit_account"): CREDIT_ACCOUNT_OF_JOB,
    ("refund", "job"): JOB,
    ("open_session", "operator"): {"a stranger": NotTheOperator},
    ("open_session", "payer"): PAYER | {"a stranger": None},
    ("open_session", "platform"): PLATFORM,
    ("open_session", "credit_account"): OTHER_ADDRESS,
    ("open_session", "session"): {ANY: UnusableJobId, "a credit_account": TWICE},
    ("open_session with a payee", "credit_account"): OTHER_ADDRESS | {"a payee": TWICE},
    ("open_session with a payee", "payee"): PAYEE_OF_LOCK,
    ("open_session with a payee", "session"): {ANY: UnusableJobId, "a credit_account": TWICE, "a payee": TWICE},
    ("settle_session", "operator"): {"a stranger": NotTheOperator},
    ("settle_session", "platform"): PLATFORM | {"a session": TWICE},
    ("settle_session", "credit_account"): CREDIT_ACCOUNT_OF_SESSION,
    ("settle_session", "session"): SESSION | {"another of the same account": None},
    ("settle_session", "vault"): VAULT | {"the platform's treasury": TWICE},
    ("settle_session", "treasury"): TREASURY_OF_JOB,
    ("settle_session", "rent_payer"): {f"{SAME}treasury": WrongRentPayer},
    ("settle_session with a payee", "platform"): PLATFORM,
    ("settle_session with a payee", "treasury"): TREASURY_OF_JOB | {f"{SAME}payee": WrongTreasury},
    ("settle_session with a payee", "vault"): VAULT
    | {"the platform's treasury": TWICE, "the payee's token account": TWICE},
    ("settle_session with a payee", "payee"): PAYEE_OF_SETTLE,
    ("settle_session with a payee", "rent_payer"): RENT_PAYER_TWICE,
    ("settle_session with a payee", "credit_account"): CREDIT_ACCOUNT_OF_SESSION | {"a session": INVALID_DATA},
    ("refund_session", "authority"): {"a stranger": DeadlineNotPassed},
    ("refund_session", "platform"): PLATFORM | {"a session": TWICE},
    ("refund_session", "credit_account"): CREDIT_ACCOUNT_OF_SESSION,
    ("refund_session", "session"): SESSION,
    ("withdraw", "wallet"): {"a stranger": NotTheWallet},
    ("withdraw", "credit_account"): CREDIT_ACCOUNT | {"another platform's": WrongVault, "a token account": TWICE},
    ("withdraw", "vault"): VAULT,
    ("withdraw", "destination"): DESTINATION | {"the wallet's vault": TWICE},
    ("close", "wallet"): {"a stranger": NotTheWallet},
    ("close", "platform"): PLATFORM | {"a credit_account": TOO_SMALL},
    ("close", "credit_account"): CREDIT_ACCOUNT,
    # A treasury that is owed nothing may be the vault.
    ("close", "vault"): VAULT
    | OF_SOMEBODY_ELSE
    | {f"{SAME}{other}": TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{SAME}{other}": WrongVault for other in ("destination", "treasury")},
    # The wallet may own the treasury and be paid there, so that these two may be one account.
    ("close", "destination"): DESTINATION
    | OF_SOMEBODY_ELSE
    | {f"{SAME}{other}": TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{SAME}{other}": WrongDestinationOwner for other in ("treasury", "vault")},
    ("close", "treasury"): TREASURY_BY_ADDRESS
    | {
        f"{SAME}{other}": WrongTreasury
        for other in ("wallet", "destination", "rent_payer", "vault_rent_payer", "vault")
    },
    ("close", "rent_payer"): {f"{SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "vault")},
    ("close", "vault_rent_payer"): {f"{SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "vault")},
    ("close with promotion", "vault"): VAULT
    | OF_SOMEBODY_ELSE
    | {f"{SAME}{other}": TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{SAME}{other}": WrongVault for other in ("destination", "treasury", "promotion")},
    ("close with promotion", "destination"): DESTINATION
    | OF_SOMEBODY_ELSE
    | {f"{SAME}{other}": TOO_SMALL for other in ("wallet", "rent_payer", "vault_rent_payer")}
    | {f"{SAME}{other}": WrongDestinationOwner for other in ("treasury", "promotion", "vault")},
    ("close with promotion", "treasury"): TREASURY_BY_ADDRESS
    | {f"{SAME}{other}": WrongTreasury for other in TWICE_IN_A_CLOSE if other != "treasury"},
    ("close with promotion", "promotion"): PROMOTION_BY_ADDRESS
    | {f"{SAME}{other}": WrongPromotion for other in TWICE_IN_A_CLOSE if other != "promotion"},
    ("close with promotion", "rent_payer"): {
        f"{SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "promotion", "vault")
    },
    ("close with promotion", "vault_rent_payer"): {
        f"{SAME}{other}": WrongRentPayer for other in ("destination", "treasury", "promotion", "vault")
    },
    ("update_platform", "admin"): {"a stranger": NotTheAdmin},
    ("update_platform", "platform"): PLATFORM_OF_ADMIN,
    ("update_platform with a treasury", "platform"): PLATFORM_OF_ADMIN | {"one of another mint": WrongMint},
    # As at the creation of the platform.
    ("update_platform with a treasury", "treasury"): TOKENS_READ | OTHER_MINT | {ANY: None},
    ("update_platform with promotion", "platform"): PLATFORM_OF_ADMIN | {"one of another mint": WrongMint},
    ("update_platform with promotion", "promotion"): TOKENS_READ | OTHER_MINT | {ANY: UnusablePromotion},
    ("set_pack", "admin"): {"a stranger": NotTheAdmin},
    ("set_pack", "platform"): PLATFORM_OF_ADMIN,
    ("withdraw_promotion", "admin"): {"a stranger": NotTheAdmin},
    ("withdraw_promotion", "platform"): PLATFORM
    | {
        ANY: TOO_SMALL,
        "another": WrongPromotion,
        "one of another mint": WrongPromotion,
        "a credit_account": TOO_SMALL,
        "a layout of version 2": UnknownVersion,
        "a layout of version 0": UnknownVersion,
    },
    ("withdraw_promotion", "promotion"): TOKENS
    | OF_SOMEBODY_ELSE
    | {ANY: WrongPromotion, "the platform's treasury": TWICE},
    ("withdraw_promotion", "treasury"): TOKENS | OF_SOMEBODY_ELSE | PROMOTION_TWICE | {ANY: WrongTreasury},
    ("switch_operator", "admin"): {"a stranger": NotTheAdmin},
    ("switch_operator", "platform"): PLATFORM_OF_ADMIN | {"one of another mint": NoStandbyOperator},
    ("set_tier", "admin"): {"a stranger": NotTheAdmin},
    ("set_tier", "platform"): PLATFORM_OF_ADMIN,
    ("apply_changes", "platform"): {ANY: TOO_SMALL, "another": NothingDue, "one of another mint": NothingDue},
    ("propose_admin", "admin"): {"a stranger": NotTheAdmin},
    ("propose_admin", "platform"): PLATFORM_OF_ADMIN,
    ("accept_admin", "new_admin"): {"a stranger": NotTheProposedAdmin},
    ("accept_admin", "platform"): {
        ANY: TOO_SMALL,
        "another": NotTheProposedAdmin,
        "one of another mint": NotTheProposedAdmin,
    },
    ("register_payee", "admin"): PAYER | {"a stranger": NotTheAdmin},
    ("register_payee", "platform"): PLATFORM
    | {
        ANY: TOO_SMALL,
        "a credit_account": TOO_SMALL,
        "a layout of version 2": UnknownVersion,
        "a layout of version 0": UnknownVersion,
        "another": NotTheAdmin,
        "one of another mint": WrongMint,
    },
    # The address follows from the owner of the token account.
    ("register_payee", "payee"): {ANY: PRIVILEGE},
    ("register_payee", "token_account"): TOKENS_READ | OTHER_MINT | {ANY: PRIVILEGE},
    ("unregister_payee", "admin"): {"a stranger": NotTheAdmin},
    ("unregister_payee", "platform"): PLATFORM | {"a credit_account": TOO_SMALL},
    ("update_payee", "admin"): {"a stranger": NotTheAdmin},
    ("update_payee", "platform"): PLATFORM | {"a credit_account": TOO_SMALL, "a payee": TWICE},
    ("update_payee", "payee"): PAYEE_OF_ADMIN,
    ("unregister_payee", "payee"): PAYEE_OF_ADMIN | {"the registered one": PayeeNotSuspended},
    ("grant", "operator"): {"a stranger": NotOperatorOrGranter},
    ("grant", "source"): TOKENS | OTHER_MINT | {ANY: Token.OWNER_MISMATCH, "the wallet's vault": TWICE},
    ("grant", "platform"): PLATFORM,
    ("grant", "credit_account"): CREDIT_ACCOUNT,
    ("grant", "vault"): VAULT,
    ("expire_lots", "platform"): PLATFORM,
    ("expire_lots", "credit_account"): CREDIT_ACCOUNT,
    ("expire_lots", "vault"): VAULT | {"the platform's treasury": TWICE},
    ("expire_lots", "treasury"): TREASURY_BY_ADDRESS | {"the wallet's vault": TWICE, "a credit account": TWICE},
    ("sweep_promotion", "platform"): PLATFORM | {"a credit_account": TOO_SMALL},
    ("sweep_promotion", "credit_account"): CREDIT_ACCOUNT,
    ("sweep_promotion", "vault"): VAULT | OF_SOMEBODY_ELSE | PROMOTION_TWICE | {"the platform's treasury": TWICE},
    ("sweep_promotion", "promotion"): PROMOTION_BY_ADDRESS | {f"{SAME}treasury": WrongPromotion},
    ("sweep_promotion", "treasury"): TREASURY_BY_ADDRESS | {f"{SAME}promotion": WrongTreasury},
    # From the minimum purchase on, anybody may.
    ("sync_deposits", "authority"): {"a stranger": None},
    ("sync_deposits", "platform"): PLATFORM,
    ("sync_deposits", "credit_account"): CREDIT_ACCOUNT,
    ("sync_deposits", "vault"): TOKENS_READ | {ANY: WrongVault, "a credit account": TWICE},
    ("recover", "wallet"): PAYER | {"a stranger": NotTheWallet},
    ("recover", "credit_account"): CREDIT_ACCOUNT
    | {
        ANY: NotRecoverable,
        "another platform's": NotRecoverable,
        "another wallet's": NotTheWallet,
        "one not opened": UNINITIALIZED,
        "nobody's address": UNINITIALIZED,
        "a token account": TWICE,
    },
    ("recover", "source"): TOKENS
    | {ANY: NotRecoverable, "an account of another mint of the credit account": WrongMint},
    ("recover", "destination"): DESTINATION | {"another token account of the credit account": TWICE},
    ("recover_nested", "wallet"): {"a stranger": NotTheWallet},
    ("recover_nested", "credit_account"): CREDIT_ACCOUNT | {"another platform's": WrongVault},
    ("recover_nested", "vault"): TOKENS_READ | {ANY: WrongVault, "a credit account": TWICE},
    ("recover_nested", "vault_mint"): {ANY: Runtime.INVALID_SEEDS},
    ("recover_nested", "nested"): TOKENS | {ANY: NotRecoverable, "the wallet's vault": TWICE, "the mint": TWICE},
    ("recover_nested", "nested_mint"): {ANY: Runtime.INVALID_SEEDS},
    # The associated token program derives the address.
    ("recover_nested", "destination"): dict.fromkeys(TREASURY_BY_ADDRESS, Runtime.INVALID_SEEDS)
    | {"a credit account": TWICE},
    ("recover_nested", "associated_token_program"): {"no program": Framework.ADDRESS},
    **PARTICULAR_OF_TOP_UPS,
}


def expected(call: str, account: str, mistake: str) -> Reason | None:
    """The reason for a mistake; None where it is none. Raises KeyError where the tables do not say.

    `call` is the name of an instruction, or of one "with" something, which has rows of its own where it differs.
    """
    instruction = call.split(" with ")[0]
    particular = PARTICULAR.get((call, account), PARTICULAR.get((instruction, account), {}))
    if mistake in particular:
        return particular[mistake]
    if mistake.startswith(SAME):
        return TWICE
    if mistake in GENERAL and not (account == "program" and mistake != "missing"):
        return GENERAL[mistake]
    return particular[ANY] if ANY in particular else BY_NAME[account]
