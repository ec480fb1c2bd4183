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
    #[msg("This id was used before: each job and each grant happens at most once, take the next id")]
    JobIdUsed,
    #[msg("This id is older than those that the account remembers (256 of the operator's jobs, 128 of others): take one above the highest")]
    JobIdTooOld,
    #[msg("This id is too far above the highest (256 for the operator's jobs, 128 for others): take the next one")]
    JobIdTooFarAhead,
    #[msg("The wallet's limit per job is lower than this price: ask the wallet to raise it, or let the wallet lock")]
    AboveLimitPerJob,
    #[msg("The wallet's limit for this period is used up: wait for the next period, or ask the wallet to raise it")]
    AboveLimitPerPeriod,
    #[msg("The limits are not valid: a period of 1 second to 366 days, amounts at most 4,294,967,295, per job and per session within per period")]
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
    #[msg("So few units are free on this tier: run the job without a lock")]
    NothingToLock,
    #[msg("There is no such pack slot: packs are numbered 0 to 3")]
    NoSuchPackSlot,
    #[msg("The pack is not valid: at least 1 credit, with its bonus at most 4,294,967,295")]
    InvalidPack,
    #[msg("The platform does not offer this pack: read its packs and choose one of them")]
    PackNotOffered,
    #[msg("The pack costs something else, or gives less bonus, than you expect: read the platform's packs again")]
    PackChanged,
    #[msg("This is not the platform's promotion account: read the promotion account from the platform and pass that")]
    WrongPromotion,
    #[msg("A promotion account is a token account that the platform owns and nobody else has a right over")]
    UnusablePromotion,
    #[msg("The platform's promotion account cannot pay this pack's bonus: buy without the pack, or ask the platform")]
    PromotionTooLow,
    #[msg("The account owes the promotion account nothing")]
    NothingToSweep,
    #[msg("The wallet's limits allow the operator no quoted jobs: lock by a tier, or ask the wallet to allow them")]
    QuotedNotAllowed,
    #[msg("This is not the one address of a job or session with this id, or the id has none at bump 255: derive it, and where there is none take the next id")]
    UnusableJobId,
    #[msg("Ids of the wallet's own jobs have bit 52 set, those of the operator's have not: take the next id of whoever locks")]
    JobIdOfTheOther,
    #[msg("The payee is not usable yet: lock once its usable_from is there, or without a payee")]
    PayeeNotUsableYet,
    #[msg("The payee is suspended: lock for another or none, or ask the admin to resume it")]
    PayeeSuspended,
    #[msg("Only a suspended payee is removed: suspend it first")]
    PayeeNotSuspended,
    #[msg("A payee's own share is 7,000 to 10,000 basis points, or 0 for what the platform's fee leaves")]
    InvalidShare,
    #[msg("The treasury cannot take what stands behind granted credits: withdraw the rest, and close once it can")]
    TreasuryCannotReceive,
    #[msg("The platform has no standby operator: name one first, and let its notice period pass")]
    NoStandbyOperator,
    #[msg("Only the platform's operator or its granter may grant: sign with one of them")]
    NotOperatorOrGranter,
    #[msg(
        "The wallet's limits allow the operator no sessions: lock each job by itself, or ask the wallet to allow them"
    )]
    SessionsNotAllowed,
    #[msg("The wallet's limit per session is lower than this: open a smaller session, or ask the wallet to raise it")]
    AboveLimitPerSession,
    #[msg("A session's totals never fall: give all that it has used since it was opened")]
    TotalsFell,
    #[msg(
        "These totals have no price on the session's tiers: read how a session is priced, and count its requests again"
    )]
    InvalidTotals,
    #[msg("The receipts do not follow those that the session has: read its count and settle from there")]
    WrongReceiptCount,
    #[msg("The totals rise without a receipt: count a receipt for each request")]
    MissingReceipts,

    // Automatic top-up
    #[msg("The account has a top-up rule already: remove that first, in the same transaction if you like")]
    TopUpRuleExists,
    #[msg("The rule is not valid: at least 1 credit, a threshold and a pack that exist, a cap of at least one top-up, a period of 1 second to 366 days")]
    InvalidTopUpRule,
    #[msg("These credits do not cost that: read the platform's price again")]
    TopUpPriceDiffers,
    #[msg("This rule belongs to another credit account: pass the account that it was set for")]
    WrongTopUpRule,
    #[msg("The account has no top-up rule in force: a withdrawal ends it, and only the wallet sets one again")]
    TopUpEnded,
    #[msg("The top-up rule has expired: only the wallet sets one again")]
    TopUpExpired,
    #[msg("The wallet's limits allow the operator nothing, so that nothing is bought: ask the wallet to raise them")]
    TopUpWithoutLimits,
    #[msg("The account has credits enough: top up once fewer than the rule's threshold are left")]
    TopUpNotDue,
    #[msg("The rule's cap for this period is used up: wait for the next period, or ask the wallet to raise it")]
    AboveTopUpCap,
    #[msg("There was a top-up in this slot: one at a time")]
    TopUpTwiceInASlot,
    #[msg("This is not the token account that the rule names: pass the rule's source")]
    WrongTopUpSource,
    #[msg("The source does not belong to the wallet: only a token account of its own pays for its top-ups")]
    TopUpSourceNotTheWallets,
    #[msg("The source is closed, or no token account: ask the wallet to open it again, or to name another")]
    TopUpSourceClosed,
    #[msg("The source is frozen: ask the wallet to name another")]
    TopUpSourceFrozen,
    #[msg("This is not the delegate of this platform and wallet: pass the one that the rule names")]
    WrongDelegate,
    #[msg("The source has another delegate than this platform's, or none: ask the wallet to approve it")]
    TopUpNotApproved,
    #[msg("The wallet has approved less than one top-up costs: ask it to approve more")]
    TopUpAllowanceTooLow,
    #[msg("The account has a top-up rule: remove that first, so that its rent goes back")]
    TopUpRuleLeft,

    // Plans
    #[msg("There is no such plan slot: plans are numbered 0 to 3")]
    NoSuchPlanSlot,
    #[msg("This cycle of the plan was granted before: each is granted once, and a repeat changes nothing")]
    PlanCycleGranted,
    #[msg(
        "This cycle is older than the 64 that the account remembers of the plan: grant it without a plan, if it is due"
    )]
    PlanCycleTooOld,
    #[msg("The account was closed and opened again since: read it, and see whether the cycle is due on the new one")]
    OtherOpening,
}
