"""Why the instructions of automatic top-up refuse each wrong account; a part of `wrong_account_reasons`."""

from job_escrow.codec import (
    NotTheWallet,
    TopUpSourceNotTheWallets,
    WrongDelegate,
    WrongPlatform,
    WrongPromotion,
    WrongTopUpRule,
    WrongTopUpSource,
)

from program_harness.wrong_account_rows import (
    ANY,
    BY_ADDRESS_ALONE,
    CREDIT_ACCOUNT,
    INVALID_DATA,
    OF_SOMEBODY_ELSE,
    OTHER_MINT,
    PAYER,
    PLATFORM,
    PRIVILEGE,
    PROMOTION_TWICE,
    TOKENS,
    TOKENS_READ,
    TOO_SMALL,
    TWICE,
    VAULT,
    Reasons,
)

# Another account than the one that most calls are of, so that none of its accounts stands twice.
_PLATFORM: Reasons = PLATFORM | {"a credit_account": TOO_SMALL}
_CREDIT_ACCOUNT: Reasons = CREDIT_ACCOUNT | {
    ANY: WrongTopUpRule,
    "another platform's": WrongTopUpRule,
    "a layout of version 2": WrongTopUpRule,
    "a layout of version 0": WrongTopUpRule,
}
_RULE: Reasons = {
    ANY: TOO_SMALL,
    "the wallet's": WrongTopUpRule,
    "another namespace's": WrongTopUpRule,
    "another platform's": WrongTopUpRule,
    "a platform": INVALID_DATA,
    "a credit_account": INVALID_DATA,
    "a job": INVALID_DATA,
    "a session": INVALID_DATA,
}
# It may be anything by then, and is taken by its address.
_SOURCE: Reasons = dict.fromkeys(BY_ADDRESS_ALONE, WrongTopUpSource)

PARTICULAR_OF_TOP_UPS: dict[tuple[str, str], Reasons] = {
    ("set_top_up", "wallet"): {"a stranger": NotTheWallet},
    # Anybody may pay the rent.
    ("set_top_up", "payer"): PAYER | {"a stranger": None},
    ("set_top_up", "platform"): PLATFORM,
    # The address of a rule follows from the account.
    ("set_top_up", "credit_account"): CREDIT_ACCOUNT
    | {"another namespace's": PRIVILEGE, "another wallet's": NotTheWallet, "a token account": TWICE},
    ("set_top_up", "source"): TOKENS_READ | OTHER_MINT | {ANY: TopUpSourceNotTheWallets, "a credit account": TWICE},
    ("set_top_up", "rule"): {ANY: PRIVILEGE, "a credit_account": TWICE, "a token account": TWICE},
    ("remove_top_up", "wallet"): {"a stranger": NotTheWallet},
    ("remove_top_up", "credit_account"): _CREDIT_ACCOUNT,
    ("remove_top_up", "rule"): _RULE,
    ("top_up", "platform"): _PLATFORM,
    ("top_up", "credit_account"): _CREDIT_ACCOUNT | {"another platform's": WrongPlatform},
    ("top_up", "vault"): VAULT | OF_SOMEBODY_ELSE,
    ("top_up", "rule"): _RULE,
    ("top_up", "source"): _SOURCE,
    ("top_up", "delegate"): {ANY: WrongDelegate},
    ("top_up with promotion", "platform"): _PLATFORM | {"a rule": TWICE},
    ("top_up with promotion", "credit_account"): _CREDIT_ACCOUNT
    | {"another platform's": WrongPlatform, "a rule": TWICE},
    ("top_up with promotion", "vault"): VAULT | OF_SOMEBODY_ELSE | PROMOTION_TWICE,
    ("top_up with promotion", "source"): _SOURCE | PROMOTION_TWICE,
    ("top_up with promotion", "promotion"): TOKENS | OF_SOMEBODY_ELSE | {ANY: WrongPromotion},
}
