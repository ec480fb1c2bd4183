//! Every refusal has an error of its own; its message says what to do. Codes are stable: add at the end only.

use anchor_lang::prelude::*;

#[error_code]
pub enum EscrowError {
    // Amounts
    #[msg("The amount is 0: give at least 1")]
    AmountIsZero,
    #[msg("The amount is above 4,294,967,295, the most that an account or a job can hold: use a smaller one")]
    AmountTooLarge,
    #[msg("The purchase is below the platform's minimum: buy at least min_purchase credits")]
    BelowMinimumPurchase,
    #[msg("Not enough available credits: buy more, or wait until open jobs end")]
    InsufficientCredits,
    #[msg("Not enough of the mint in the paying token account: fund it and try again")]
    InsufficientFunds,

    // Who may
    #[msg("Only the wallet that this credit account belongs to may do this: sign with it")]
    NotTheWallet,
    #[msg("Only the platform's operator may do this: sign with the operator's key")]
    NotTheOperator,
    #[msg("Only the wallet or the platform's operator may lock credits: sign with one of them")]
    NotWalletOrOperator,
    #[msg("Only the platform's admin may do this: sign with the admin's key")]
    NotTheAdmin,
    #[msg("Only the proposed admin may accept: ask the admin to propose this key first")]
    NotTheProposedAdmin,

    // Accounts that do not belong together
    #[msg("This account belongs to another platform: pass the platform that it was opened on")]
    WrongPlatform,
    #[msg("This job belongs to another credit account: pass the account that it was locked from")]
    WrongCreditAccount,
    #[msg("This is not the vault of the credit account: pass the associated token account of its address")]
    WrongVault,
    #[msg("This is not the platform's treasury: read the treasury from the platform and pass that")]
    WrongTreasury,
    #[msg("The token account holds another mint: use one of the platform's mint")]
    WrongMint,
    #[msg("Credits are paid out to their own wallet only: use a token account that the wallet owns")]
    WrongDestinationOwner,
    #[msg("The rent goes back to who paid it: pass the rent payer that is stored in the account")]
    WrongRentPayer,
    #[msg("The mint or token account is not of the classic Token program: Token-2022 is not supported")]
    UnsupportedTokenProgram,
    #[msg(
        "The vault is not a fresh, unfrozen token account of the credit account: create its associated token account"
    )]
    UnusableVault,

    // Platform settings
    #[msg("A platform's name is 1 to 32 characters of a-z, 0-9 and '-', padded with zeros")]
    InvalidName,
    #[msg("A credit is worth at least 1 and at most 4,294,967,295 base units of the mint")]
    InvalidCreditPrice,
    #[msg("The notice period is 1 second to 90 days")]
    InvalidNotice,
    #[msg("The minimum purchase is 1 to 4,294,967,295 credits")]
    InvalidMinimumPurchase,
    #[msg("The longest job is 1 second to 7 days")]
    InvalidJobDuration,
    #[msg("The fee is at most 3,000 basis points")]
    FeeTooHigh,
    #[msg("There is no such tier slot: tiers are numbered 0 to 7")]
    NoSuchTierSlot,
    #[msg("The tier is not valid: amounts at most 4,294,967,295, and it needs a name and a flat price or a rate")]
    InvalidTier,
    #[msg("The platform is paused: purchases and locks wait until the admin resumes it")]
    Paused,

    // Locks and jobs
    #[msg("The platform has no such tier: read its tiers and choose one of them")]
    UnknownTier,
    #[msg("The job would cost more than max_credits: the price may have changed, read it again")]
    AboveMaxCredits,
    #[msg("The job's time is 0 or above the platform's longest job: choose fewer seconds")]
    InvalidDuration,
    #[msg("This id was used before, by a job or a grant: each happens at most once, take the next id")]
    JobIdUsed,
    #[msg("This id is older than the last 128: take one above the highest")]
    JobIdTooOld,
    #[msg("This id is more than 128 above the highest: take the next one")]
    JobIdTooFarAhead,
    #[msg("The wallet's limit per job is lower than this price: ask the wallet to raise it, or let the wallet lock")]
    AboveLimitPerJob,
    #[msg("The wallet's limit for this period is used up: wait for the next period, or ask the wallet to raise it")]
    AboveLimitPerPeriod,
    #[msg("The limits are not valid: a period of 1 second to 366 days, amounts at most 4,294,967,295, per job within per period")]
    InvalidLimits,
    #[msg("The settlement is above what was locked: settle at most the lock")]
    AboveLock,
    #[msg("The job's deadline has passed: it can only be refunded now")]
    DeadlinePassed,
    #[msg("The job's deadline has not passed: until then only the operator may refund it")]
    DeadlineNotPassed,

    // Sequence and closing
    #[msg("This sequence number was used, or is not the next: read the account and use sequence + 1; a repeat changes nothing")]
    WrongSequence,
    #[msg("The account has open jobs: wait until they end, or refund those whose deadline has passed")]
    OpenJobs,
    #[msg("The account was opened or used within this second: close it a moment later")]
    ClosedTooSoon,
    #[msg("There is nothing to withdraw")]
    NothingToWithdraw,

    // Changes, payees, grants, deposits
    #[msg("No announced change is due: wait until its notice period is over")]
    NothingDue,
    #[msg("The payee is not registered on this platform: ask the admin to register it")]
    WrongPayee,
    #[msg("The job has a payee: pass the token account that is stored in the job")]
    MissingPayee,
    #[msg("The expiry has passed already: choose a later one")]
    InvalidExpiry,
    #[msg("The account has eight lots with other expiries: use one of theirs, or wait until one is used up")]
    LotsFull,
    #[msg("No lot has expired credits that are free")]
    NothingToExpire,
    #[msg("The vault holds nothing beyond its credits that is worth a whole credit")]
    NothingToSync,
    #[msg("Less than the minimum purchase: only the wallet itself turns so small a deposit into credits")]
    DepositTooSmall,
    #[msg("Only token accounts of the credit account that are not its vault are recovered")]
    NotRecoverable,

    // What must never happen
    #[msg("An invariant of the account does not hold: nothing was changed, report this to the program's maintainers")]
    InvariantViolated,
    #[msg("The account has a layout that this program does not know: use the release that wrote it")]
    UnknownVersion,

    // Added later, at the end, so that the codes above stay
    #[msg(
        "The announced change was not applied within 30 days of its notice period and has lapsed: announce it again"
    )]
    AnnouncementLapsed,
}
