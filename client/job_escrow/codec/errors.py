# Generated from the IDL by scripts/generate-client; do not edit.
# ruff: noqa: D404
"""The errors of the program, one class for each code."""

from job_escrow.codec._base import ProgramRefusal


class AmountIsZero(ProgramRefusal):
    """The amount is 0: give at least 1."""

    code = 6000
    name = "AmountIsZero"
    message = "The amount is 0: give at least 1"


class AmountTooLarge(ProgramRefusal):
    """The amount is above 4,294,967,295, the most that an account or a job can hold: use a smaller one."""

    code = 6001
    name = "AmountTooLarge"
    message = "The amount is above 4,294,967,295, the most that an account or a job can hold: use a smaller one"


class BelowMinimumPurchase(ProgramRefusal):
    """The purchase is below the platform's minimum: buy at least min_purchase credits."""

    code = 6002
    name = "BelowMinimumPurchase"
    message = "The purchase is below the platform's minimum: buy at least min_purchase credits"


class InsufficientCredits(ProgramRefusal):
    """Not enough available credits: buy more, or wait until open jobs end."""

    code = 6003
    name = "InsufficientCredits"
    message = "Not enough available credits: buy more, or wait until open jobs end"


class InsufficientFunds(ProgramRefusal):
    """Not enough of the mint in the paying token account: fund it and try again."""

    code = 6004
    name = "InsufficientFunds"
    message = "Not enough of the mint in the paying token account: fund it and try again"


class NotTheWallet(ProgramRefusal):
    """Only the wallet that this credit account belongs to may do this: sign with it."""

    code = 6005
    name = "NotTheWallet"
    message = "Only the wallet that this credit account belongs to may do this: sign with it"


class NotTheOperator(ProgramRefusal):
    """Only the platform's operator may do this: sign with the operator's key."""

    code = 6006
    name = "NotTheOperator"
    message = "Only the platform's operator may do this: sign with the operator's key"


class NotWalletOrOperator(ProgramRefusal):
    """Only the wallet or the platform's operator may lock credits: sign with one of them."""

    code = 6007
    name = "NotWalletOrOperator"
    message = "Only the wallet or the platform's operator may lock credits: sign with one of them"


class NotTheAdmin(ProgramRefusal):
    """Only the platform's admin may do this: sign with the admin's key."""

    code = 6008
    name = "NotTheAdmin"
    message = "Only the platform's admin may do this: sign with the admin's key"


class NotTheProposedAdmin(ProgramRefusal):
    """Only the proposed admin may accept: ask the admin to propose this key first."""

    code = 6009
    name = "NotTheProposedAdmin"
    message = "Only the proposed admin may accept: ask the admin to propose this key first"


class WrongPlatform(ProgramRefusal):
    """This account belongs to another platform: pass the platform that it was opened on."""

    code = 6010
    name = "WrongPlatform"
    message = "This account belongs to another platform: pass the platform that it was opened on"


class WrongCreditAccount(ProgramRefusal):
    """This job belongs to another credit account: pass the account that it was locked from."""

    code = 6011
    name = "WrongCreditAccount"
    message = "This job belongs to another credit account: pass the account that it was locked from"


class WrongVault(ProgramRefusal):
    """This is not the vault of the credit account: pass the associated token account of its address."""

    code = 6012
    name = "WrongVault"
    message = "This is not the vault of the credit account: pass the associated token account of its address"


class WrongTreasury(ProgramRefusal):
    """This is not the platform's treasury: read the treasury from the platform and pass that."""

    code = 6013
    name = "WrongTreasury"
    message = "This is not the platform's treasury: read the treasury from the platform and pass that"


class WrongMint(ProgramRefusal):
    """The token account holds another mint: use one of the platform's mint."""

    code = 6014
    name = "WrongMint"
    message = "The token account holds another mint: use one of the platform's mint"


class WrongDestinationOwner(ProgramRefusal):
    """Credits are paid out to their own wallet only: use a token account that the wallet owns."""

    code = 6015
    name = "WrongDestinationOwner"
    message = "Credits are paid out to their own wallet only: use a token account that the wallet owns"


class WrongRentPayer(ProgramRefusal):
    """The rent goes back to who paid it: pass the rent payer that is stored in the account."""

    code = 6016
    name = "WrongRentPayer"
    message = "The rent goes back to who paid it: pass the rent payer that is stored in the account"


class UnsupportedTokenProgram(ProgramRefusal):
    """The mint or token account is not of the classic Token program: Token-2022 is not supported."""

    code = 6017
    name = "UnsupportedTokenProgram"
    message = "The mint or token account is not of the classic Token program: Token-2022 is not supported"


class UnusableVault(ProgramRefusal):
    """The vault is not a fresh, unfrozen token account of the credit account: create its associated token account."""

    code = 6018
    name = "UnusableVault"
    message = (
        "The vault is not a fresh, unfrozen token account of the credit account: create its associated token account"
    )


class InvalidName(ProgramRefusal):
    """A platform's name is 1 to 32 characters of a-z, 0-9 and '-', padded with zeros."""

    code = 6019
    name = "InvalidName"
    message = "A platform's name is 1 to 32 characters of a-z, 0-9 and '-', padded with zeros"


class InvalidCreditPrice(ProgramRefusal):
    """A credit is worth at least 1 and at most 4,294,967,295 base units of the mint."""

    code = 6020
    name = "InvalidCreditPrice"
    message = "A credit is worth at least 1 and at most 4,294,967,295 base units of the mint"


class InvalidNotice(ProgramRefusal):
    """The notice period is 1 second to 90 days."""

    code = 6021
    name = "InvalidNotice"
    message = "The notice period is 1 second to 90 days"


class InvalidMinimumPurchase(ProgramRefusal):
    """The minimum purchase is 1 to 4,294,967,295 credits."""

    code = 6022
    name = "InvalidMinimumPurchase"
    message = "The minimum purchase is 1 to 4,294,967,295 credits"


class InvalidJobDuration(ProgramRefusal):
    """The longest job is 1 second to 7 days."""

    code = 6023
    name = "InvalidJobDuration"
    message = "The longest job is 1 second to 7 days"


class FeeTooHigh(ProgramRefusal):
    """The fee is at most 3,000 basis points."""

    code = 6024
    name = "FeeTooHigh"
    message = "The fee is at most 3,000 basis points"


class NoSuchTierSlot(ProgramRefusal):
    """There is no such tier slot: tiers are numbered 0 to 7."""

    code = 6025
    name = "NoSuchTierSlot"
    message = "There is no such tier slot: tiers are numbered 0 to 7"


class InvalidTier(ProgramRefusal):
    """The tier is not valid: amounts at most 4,294,967,295, and it needs a name and a flat price or a rate."""

    code = 6026
    name = "InvalidTier"
    message = "The tier is not valid: amounts at most 4,294,967,295, and it needs a name and a flat price or a rate"


class Paused(ProgramRefusal):
    """The platform is paused: purchases and locks wait until the admin resumes it."""

    code = 6027
    name = "Paused"
    message = "The platform is paused: purchases and locks wait until the admin resumes it"


class UnknownTier(ProgramRefusal):
    """The platform has no such tier: read its tiers and choose one of them."""

    code = 6028
    name = "UnknownTier"
    message = "The platform has no such tier: read its tiers and choose one of them"


class AboveMaxCredits(ProgramRefusal):
    """The job would cost more than max_credits: the price may have changed, read it again."""

    code = 6029
    name = "AboveMaxCredits"
    message = "The job would cost more than max_credits: the price may have changed, read it again"


class InvalidDuration(ProgramRefusal):
    """The job's time is 0 or above the platform's longest job: choose fewer seconds."""

    code = 6030
    name = "InvalidDuration"
    message = "The job's time is 0 or above the platform's longest job: choose fewer seconds"


class JobIdUsed(ProgramRefusal):
    """This id was used before: each job and each grant happens at most once, take the next id."""

    code = 6031
    name = "JobIdUsed"
    message = "This id was used before: each job and each grant happens at most once, take the next id"


class JobIdTooOld(ProgramRefusal):
    """This id is older than those that the account remembers (256 of the operator's jobs, 128 of others).

    Take one above the highest.
    """

    code = 6032
    name = "JobIdTooOld"
    message = (
        "This id is older than those that the account remembers (256 of the operator's jobs, 128 of others): "
        "take one above the highest"
    )


class JobIdTooFarAhead(ProgramRefusal):
    """This id is too far above the highest (256 for the operator's jobs, 128 for others): take the next one."""

    code = 6033
    name = "JobIdTooFarAhead"
    message = "This id is too far above the highest (256 for the operator's jobs, 128 for others): take the next one"


class AboveLimitPerJob(ProgramRefusal):
    """The wallet's limit per job is lower than this price: ask the wallet to raise it, or let the wallet lock."""

    code = 6034
    name = "AboveLimitPerJob"
    message = "The wallet's limit per job is lower than this price: ask the wallet to raise it, or let the wallet lock"


class AboveLimitPerPeriod(ProgramRefusal):
    """The wallet's limit for this period is used up: wait for the next period, or ask the wallet to raise it."""

    code = 6035
    name = "AboveLimitPerPeriod"
    message = "The wallet's limit for this period is used up: wait for the next period, or ask the wallet to raise it"


class InvalidLimits(ProgramRefusal):
    """The limits are not valid.

    A period of 1 second to 366 days, amounts at most 4,294,967,295, per job and per session within per period.
    """

    code = 6036
    name = "InvalidLimits"
    message = (
        "The limits are not valid: a period of 1 second to 366 days, amounts at most 4,294,967,295, per job "
        "and per session within per period"
    )


class AboveLock(ProgramRefusal):
    """The settlement is above what was locked: settle at most the lock."""

    code = 6037
    name = "AboveLock"
    message = "The settlement is above what was locked: settle at most the lock"


class DeadlinePassed(ProgramRefusal):
    """The job's deadline has passed: it can only be refunded now."""

    code = 6038
    name = "DeadlinePassed"
    message = "The job's deadline has passed: it can only be refunded now"


class DeadlineNotPassed(ProgramRefusal):
    """The job's deadline has not passed: until then only the operator may refund it."""

    code = 6039
    name = "DeadlineNotPassed"
    message = "The job's deadline has not passed: until then only the operator may refund it"


class WrongSequence(ProgramRefusal):
    """This sequence number was used, or is not the next: read the account and use sequence + 1.

    A repeat changes nothing.
    """

    code = 6040
    name = "WrongSequence"
    message = (
        "This sequence number was used, or is not the next: read the account and use sequence + 1; a repeat "
        "changes nothing"
    )


class OpenJobs(ProgramRefusal):
    """The account has open jobs: wait until they end, or refund those whose deadline has passed."""

    code = 6041
    name = "OpenJobs"
    message = "The account has open jobs: wait until they end, or refund those whose deadline has passed"


class ClosedTooSoon(ProgramRefusal):
    """The account was opened or used within this second: close it a moment later."""

    code = 6042
    name = "ClosedTooSoon"
    message = "The account was opened or used within this second: close it a moment later"


class NothingToWithdraw(ProgramRefusal):
    """There is nothing to withdraw."""

    code = 6043
    name = "NothingToWithdraw"
    message = "There is nothing to withdraw"


class NothingDue(ProgramRefusal):
    """No announced change is due: wait until its notice period is over."""

    code = 6044
    name = "NothingDue"
    message = "No announced change is due: wait until its notice period is over"


class WrongPayee(ProgramRefusal):
    """The payee is not registered on this platform: ask the admin to register it."""

    code = 6045
    name = "WrongPayee"
    message = "The payee is not registered on this platform: ask the admin to register it"


class MissingPayee(ProgramRefusal):
    """The job has a payee: pass the token account that is stored in the job."""

    code = 6046
    name = "MissingPayee"
    message = "The job has a payee: pass the token account that is stored in the job"


class InvalidExpiry(ProgramRefusal):
    """The expiry has passed already: choose a later one."""

    code = 6047
    name = "InvalidExpiry"
    message = "The expiry has passed already: choose a later one"


class LotsFull(ProgramRefusal):
    """The account has eight lots with other expiries: use one of theirs, or wait until one is used up."""

    code = 6048
    name = "LotsFull"
    message = "The account has eight lots with other expiries: use one of theirs, or wait until one is used up"


class NothingToExpire(ProgramRefusal):
    """No lot has expired credits that are free."""

    code = 6049
    name = "NothingToExpire"
    message = "No lot has expired credits that are free"


class NothingToSync(ProgramRefusal):
    """The vault holds nothing beyond its credits that is worth a whole credit."""

    code = 6050
    name = "NothingToSync"
    message = "The vault holds nothing beyond its credits that is worth a whole credit"


class DepositTooSmall(ProgramRefusal):
    """Less than the minimum purchase: only the wallet itself turns so small a deposit into credits."""

    code = 6051
    name = "DepositTooSmall"
    message = "Less than the minimum purchase: only the wallet itself turns so small a deposit into credits"


class NotRecoverable(ProgramRefusal):
    """Only token accounts of the credit account that are not its vault are recovered."""

    code = 6052
    name = "NotRecoverable"
    message = "Only token accounts of the credit account that are not its vault are recovered"


class InvariantViolated(ProgramRefusal):
    """An invariant of the account does not hold: nothing was changed, report this to the program's maintainers."""

    code = 6053
    name = "InvariantViolated"
    message = "An invariant of the account does not hold: nothing was changed, report this to the program's maintainers"


class UnknownVersion(ProgramRefusal):
    """The account has a layout that this program does not know: use the release that wrote it."""

    code = 6054
    name = "UnknownVersion"
    message = "The account has a layout that this program does not know: use the release that wrote it"


class AnnouncementLapsed(ProgramRefusal):
    """The announced change was not applied within 30 days of its notice period and has lapsed: announce it again."""

    code = 6055
    name = "AnnouncementLapsed"
    message = (
        "The announced change was not applied within 30 days of its notice period and has lapsed: announce it again"
    )


class NothingToLock(ProgramRefusal):
    """So few units are free on this tier: run the job without a lock."""

    code = 6056
    name = "NothingToLock"
    message = "So few units are free on this tier: run the job without a lock"


class NoSuchPackSlot(ProgramRefusal):
    """There is no such pack slot: packs are numbered 0 to 3."""

    code = 6057
    name = "NoSuchPackSlot"
    message = "There is no such pack slot: packs are numbered 0 to 3"


class InvalidPack(ProgramRefusal):
    """The pack is not valid: at least 1 credit, with its bonus at most 4,294,967,295."""

    code = 6058
    name = "InvalidPack"
    message = "The pack is not valid: at least 1 credit, with its bonus at most 4,294,967,295"


class PackNotOffered(ProgramRefusal):
    """The platform does not offer this pack: read its packs and choose one of them."""

    code = 6059
    name = "PackNotOffered"
    message = "The platform does not offer this pack: read its packs and choose one of them"


class PackChanged(ProgramRefusal):
    """The pack costs something else, or gives less bonus, than you expect: read the platform's packs again."""

    code = 6060
    name = "PackChanged"
    message = "The pack costs something else, or gives less bonus, than you expect: read the platform's packs again"


class WrongPromotion(ProgramRefusal):
    """This is not the platform's promotion account: read the promotion account from the platform and pass that."""

    code = 6061
    name = "WrongPromotion"
    message = "This is not the platform's promotion account: read the promotion account from the platform and pass that"


class UnusablePromotion(ProgramRefusal):
    """A promotion account is a token account that the platform owns and nobody else has a right over."""

    code = 6062
    name = "UnusablePromotion"
    message = "A promotion account is a token account that the platform owns and nobody else has a right over"


class PromotionTooLow(ProgramRefusal):
    """The platform's promotion account cannot pay this pack's bonus: buy without the pack, or ask the platform."""

    code = 6063
    name = "PromotionTooLow"
    message = "The platform's promotion account cannot pay this pack's bonus: buy without the pack, or ask the platform"


class NothingToSweep(ProgramRefusal):
    """The account owes the promotion account nothing."""

    code = 6064
    name = "NothingToSweep"
    message = "The account owes the promotion account nothing"


class QuotedNotAllowed(ProgramRefusal):
    """The wallet's limits allow the operator no quoted jobs: lock by a tier, or ask the wallet to allow them."""

    code = 6065
    name = "QuotedNotAllowed"
    message = "The wallet's limits allow the operator no quoted jobs: lock by a tier, or ask the wallet to allow them"


class UnusableJobId(ProgramRefusal):
    """This is not the one address of a job or session with this id, or the id has none at bump 255.

    Derive it, and where there is none take the next id.
    """

    code = 6066
    name = "UnusableJobId"
    message = (
        "This is not the one address of a job or session with this id, or the id has none at bump 255: derive"
        " it, and where there is none take the next id"
    )


class JobIdOfTheOther(ProgramRefusal):
    """Ids of the wallet's own jobs have bit 52 set, those of the operator's have not.

    Take the next id of whoever locks.
    """

    code = 6067
    name = "JobIdOfTheOther"
    message = (
        "Ids of the wallet's own jobs have bit 52 set, those of the operator's have not: take the next id of "
        "whoever locks"
    )


class PayeeNotUsableYet(ProgramRefusal):
    """The payee is not usable yet: lock once its usable_from is there, or without a payee."""

    code = 6068
    name = "PayeeNotUsableYet"
    message = "The payee is not usable yet: lock once its usable_from is there, or without a payee"


class PayeeSuspended(ProgramRefusal):
    """The payee is suspended: lock for another or none, or ask the admin to resume it."""

    code = 6069
    name = "PayeeSuspended"
    message = "The payee is suspended: lock for another or none, or ask the admin to resume it"


class PayeeNotSuspended(ProgramRefusal):
    """Only a suspended payee is removed: suspend it first."""

    code = 6070
    name = "PayeeNotSuspended"
    message = "Only a suspended payee is removed: suspend it first"


class InvalidShare(ProgramRefusal):
    """A payee's own share is 7,000 to 10,000 basis points, or 0 for what the platform's fee leaves."""

    code = 6071
    name = "InvalidShare"
    message = "A payee's own share is 7,000 to 10,000 basis points, or 0 for what the platform's fee leaves"


class TreasuryCannotReceive(ProgramRefusal):
    """The treasury cannot take what stands behind granted credits: withdraw the rest, and close once it can."""

    code = 6072
    name = "TreasuryCannotReceive"
    message = "The treasury cannot take what stands behind granted credits: withdraw the rest, and close once it can"


class NoStandbyOperator(ProgramRefusal):
    """The platform has no standby operator: name one first, and let its notice period pass."""

    code = 6073
    name = "NoStandbyOperator"
    message = "The platform has no standby operator: name one first, and let its notice period pass"


class NotOperatorOrGranter(ProgramRefusal):
    """Only the platform's operator or its granter may grant: sign with one of them."""

    code = 6074
    name = "NotOperatorOrGranter"
    message = "Only the platform's operator or its granter may grant: sign with one of them"


class SessionsNotAllowed(ProgramRefusal):
    """The wallet's limits allow the operator no sessions: lock each job by itself, or ask the wallet to allow them."""

    code = 6075
    name = "SessionsNotAllowed"
    message = (
        "The wallet's limits allow the operator no sessions: lock each job by itself, or ask the wallet to allow them"
    )


class AboveLimitPerSession(ProgramRefusal):
    """The wallet's limit per session is lower than this: open a smaller session, or ask the wallet to raise it."""

    code = 6076
    name = "AboveLimitPerSession"
    message = "The wallet's limit per session is lower than this: open a smaller session, or ask the wallet to raise it"


class TotalsFell(ProgramRefusal):
    """A session's totals never fall: give all that it has used since it was opened."""

    code = 6077
    name = "TotalsFell"
    message = "A session's totals never fall: give all that it has used since it was opened"


class InvalidTotals(ProgramRefusal):
    """These totals have no price on the session's tiers: read how a session is priced, and count its requests again."""

    code = 6078
    name = "InvalidTotals"
    message = (
        "These totals have no price on the session's tiers: read how a session is priced, and count its requests again"
    )


class WrongReceiptCount(ProgramRefusal):
    """The receipts do not follow those that the session has: read its count and settle from there."""

    code = 6079
    name = "WrongReceiptCount"
    message = "The receipts do not follow those that the session has: read its count and settle from there"


class MissingReceipts(ProgramRefusal):
    """The totals rise without a receipt: count a receipt for each request."""

    code = 6080
    name = "MissingReceipts"
    message = "The totals rise without a receipt: count a receipt for each request"


class TopUpRuleExists(ProgramRefusal):
    """The account has a top-up rule already: remove that first, in the same transaction if you like."""

    code = 6081
    name = "TopUpRuleExists"
    message = "The account has a top-up rule already: remove that first, in the same transaction if you like"


class InvalidTopUpRule(ProgramRefusal):
    """The rule is not valid.

    At least 1 credit, a threshold and a pack that exist, a cap of at least one top-up, a period of 1 second to 366
    days.
    """

    code = 6082
    name = "InvalidTopUpRule"
    message = (
        "The rule is not valid: at least 1 credit, a threshold and a pack that exist, a cap of at least one "
        "top-up, a period of 1 second to 366 days"
    )


class TopUpPriceDiffers(ProgramRefusal):
    """These credits do not cost that: read the platform's price again."""

    code = 6083
    name = "TopUpPriceDiffers"
    message = "These credits do not cost that: read the platform's price again"


class WrongTopUpRule(ProgramRefusal):
    """This rule belongs to another credit account: pass the account that it was set for."""

    code = 6084
    name = "WrongTopUpRule"
    message = "This rule belongs to another credit account: pass the account that it was set for"


class TopUpEnded(ProgramRefusal):
    """The account has no top-up rule in force: a withdrawal ends it, and only the wallet sets one again."""

    code = 6085
    name = "TopUpEnded"
    message = "The account has no top-up rule in force: a withdrawal ends it, and only the wallet sets one again"


class TopUpExpired(ProgramRefusal):
    """The top-up rule has expired: only the wallet sets one again."""

    code = 6086
    name = "TopUpExpired"
    message = "The top-up rule has expired: only the wallet sets one again"


class TopUpWithoutLimits(ProgramRefusal):
    """The wallet's limits allow the operator nothing, so that nothing is bought: ask the wallet to raise them."""

    code = 6087
    name = "TopUpWithoutLimits"
    message = "The wallet's limits allow the operator nothing, so that nothing is bought: ask the wallet to raise them"


class TopUpNotDue(ProgramRefusal):
    """The account has credits enough: top up once fewer than the rule's threshold are left."""

    code = 6088
    name = "TopUpNotDue"
    message = "The account has credits enough: top up once fewer than the rule's threshold are left"


class AboveTopUpCap(ProgramRefusal):
    """The rule's cap for this period is used up: wait for the next period, or ask the wallet to raise it."""

    code = 6089
    name = "AboveTopUpCap"
    message = "The rule's cap for this period is used up: wait for the next period, or ask the wallet to raise it"


class TopUpTwiceInASlot(ProgramRefusal):
    """There was a top-up in this slot: one at a time."""

    code = 6090
    name = "TopUpTwiceInASlot"
    message = "There was a top-up in this slot: one at a time"


class WrongTopUpSource(ProgramRefusal):
    """This is not the token account that the rule names: pass the rule's source."""

    code = 6091
    name = "WrongTopUpSource"
    message = "This is not the token account that the rule names: pass the rule's source"


class TopUpSourceNotTheWallets(ProgramRefusal):
    """The source does not belong to the wallet: only a token account of its own pays for its top-ups."""

    code = 6092
    name = "TopUpSourceNotTheWallets"
    message = "The source does not belong to the wallet: only a token account of its own pays for its top-ups"


class TopUpSourceClosed(ProgramRefusal):
    """The source is closed, or no token account: ask the wallet to open it again, or to name another."""

    code = 6093
    name = "TopUpSourceClosed"
    message = "The source is closed, or no token account: ask the wallet to open it again, or to name another"


class TopUpSourceFrozen(ProgramRefusal):
    """The source is frozen: ask the wallet to name another."""

    code = 6094
    name = "TopUpSourceFrozen"
    message = "The source is frozen: ask the wallet to name another"


class WrongDelegate(ProgramRefusal):
    """This is not the delegate of this platform and wallet: pass the one that the rule names."""

    code = 6095
    name = "WrongDelegate"
    message = "This is not the delegate of this platform and wallet: pass the one that the rule names"


class TopUpNotApproved(ProgramRefusal):
    """The source has another delegate than this platform's, or none: ask the wallet to approve it."""

    code = 6096
    name = "TopUpNotApproved"
    message = "The source has another delegate than this platform's, or none: ask the wallet to approve it"


class TopUpAllowanceTooLow(ProgramRefusal):
    """The wallet has approved less than one top-up costs: ask it to approve more."""

    code = 6097
    name = "TopUpAllowanceTooLow"
    message = "The wallet has approved less than one top-up costs: ask it to approve more"


class TopUpRuleLeft(ProgramRefusal):
    """The account has a top-up rule: remove that first, so that its rent goes back."""

    code = 6098
    name = "TopUpRuleLeft"
    message = "The account has a top-up rule: remove that first, so that its rent goes back"


class NoSuchPlanSlot(ProgramRefusal):
    """There is no such plan slot: plans are numbered 0 to 3."""

    code = 6099
    name = "NoSuchPlanSlot"
    message = "There is no such plan slot: plans are numbered 0 to 3"


class PlanCycleGranted(ProgramRefusal):
    """This cycle of the plan was granted before: each is granted once, and a repeat changes nothing."""

    code = 6100
    name = "PlanCycleGranted"
    message = "This cycle of the plan was granted before: each is granted once, and a repeat changes nothing"


class PlanCycleTooOld(ProgramRefusal):
    """This cycle is older than the 64 that the account remembers of the plan: grant it without a plan, if it is due."""

    code = 6101
    name = "PlanCycleTooOld"
    message = (
        "This cycle is older than the 64 that the account remembers of the plan: grant it without a plan, if it is due"
    )


class OtherOpening(ProgramRefusal):
    """The account was closed and opened again since: read it, and see whether the cycle is due on the new one."""

    code = 6102
    name = "OtherOpening"
    message = "The account was closed and opened again since: read it, and see whether the cycle is due on the new one"


REFUSALS: dict[int, type[ProgramRefusal]] = {
    6000: AmountIsZero,
    6001: AmountTooLarge,
    6002: BelowMinimumPurchase,
    6003: InsufficientCredits,
    6004: InsufficientFunds,
    6005: NotTheWallet,
    6006: NotTheOperator,
    6007: NotWalletOrOperator,
    6008: NotTheAdmin,
    6009: NotTheProposedAdmin,
    6010: WrongPlatform,
    6011: WrongCreditAccount,
    6012: WrongVault,
    6013: WrongTreasury,
    6014: WrongMint,
    6015: WrongDestinationOwner,
    6016: WrongRentPayer,
    6017: UnsupportedTokenProgram,
    6018: UnusableVault,
    6019: InvalidName,
    6020: InvalidCreditPrice,
    6021: InvalidNotice,
    6022: InvalidMinimumPurchase,
    6023: InvalidJobDuration,
    6024: FeeTooHigh,
    6025: NoSuchTierSlot,
    6026: InvalidTier,
    6027: Paused,
    6028: UnknownTier,
    6029: AboveMaxCredits,
    6030: InvalidDuration,
    6031: JobIdUsed,
    6032: JobIdTooOld,
    6033: JobIdTooFarAhead,
    6034: AboveLimitPerJob,
    6035: AboveLimitPerPeriod,
    6036: InvalidLimits,
    6037: AboveLock,
    6038: DeadlinePassed,
    6039: DeadlineNotPassed,
    6040: WrongSequence,
    6041: OpenJobs,
    6042: ClosedTooSoon,
    6043: NothingToWithdraw,
    6044: NothingDue,
    6045: WrongPayee,
    6046: MissingPayee,
    6047: InvalidExpiry,
    6048: LotsFull,
    6049: NothingToExpire,
    6050: NothingToSync,
    6051: DepositTooSmall,
    6052: NotRecoverable,
    6053: InvariantViolated,
    6054: UnknownVersion,
    6055: AnnouncementLapsed,
    6056: NothingToLock,
    6057: NoSuchPackSlot,
    6058: InvalidPack,
    6059: PackNotOffered,
    6060: PackChanged,
    6061: WrongPromotion,
    6062: UnusablePromotion,
    6063: PromotionTooLow,
    6064: NothingToSweep,
    6065: QuotedNotAllowed,
    6066: UnusableJobId,
    6067: JobIdOfTheOther,
    6068: PayeeNotUsableYet,
    6069: PayeeSuspended,
    6070: PayeeNotSuspended,
    6071: InvalidShare,
    6072: TreasuryCannotReceive,
    6073: NoStandbyOperator,
    6074: NotOperatorOrGranter,
    6075: SessionsNotAllowed,
    6076: AboveLimitPerSession,
    6077: TotalsFell,
    6078: InvalidTotals,
    6079: WrongReceiptCount,
    6080: MissingReceipts,
    6081: TopUpRuleExists,
    6082: InvalidTopUpRule,
    6083: TopUpPriceDiffers,
    6084: WrongTopUpRule,
    6085: TopUpEnded,
    6086: TopUpExpired,
    6087: TopUpWithoutLimits,
    6088: TopUpNotDue,
    6089: AboveTopUpCap,
    6090: TopUpTwiceInASlot,
    6091: WrongTopUpSource,
    6092: TopUpSourceNotTheWallets,
    6093: TopUpSourceClosed,
    6094: TopUpSourceFrozen,
    6095: WrongDelegate,
    6096: TopUpNotApproved,
    6097: TopUpAllowanceTooLow,
    6098: TopUpRuleLeft,
    6099: NoSuchPlanSlot,
    6100: PlanCycleGranted,
    6101: PlanCycleTooOld,
    6102: OtherOpening,
}
"""Class of each error by its code."""
