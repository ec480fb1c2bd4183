//! One event for every movement of money or rights, with balances before and after, so that events alone rebuild
//! every account. They are emitted by self-CPI: logs are cut at 10 KB and can be flooded, inner instructions cannot.

use anchor_lang::{event::EVENT_IX_TAG, pinocchio::instruction::InstructionAccount, prelude::*};
use anchor_lang::{unchecked_invoke_signed_fixed, Discriminator};

use crate::loaded::Loaded;
use crate::shared::now;
use crate::state::{Balances, PendingChanges, Platform, Split, Tier};

/// An event as the data of a self-call: Anchor's tag, the event's discriminator, its fields.
#[repr(C)]
struct Tagged<E> {
    tag: u64,
    discriminator: u64,
    event: E,
}

/// Emit an event as `emit_cpi!` does, byte for byte, from the stack: the macro's way through the heap costs 1,000 bytes
/// of program and 400 compute units each.
#[inline(always)]
pub fn emit<E: Event + bytemuck::Pod>(authority: &UncheckedAccount, bump: u8, event: E) {
    const { assert!(core::mem::size_of::<Tagged<E>>() == 16 + core::mem::size_of::<E>(), "padding in an event") };
    let mut discriminator = [0u8; 8];
    discriminator.copy_from_slice(<E as Discriminator>::DISCRIMINATOR);
    let tagged = Tagged { tag: EVENT_IX_TAG, discriminator: u64::from_le_bytes(discriminator), event };
    // SAFETY: `Tagged` is repr(C) of two words and an `#[event(bytemuck)]` struct, which is asserted at compile time to
    // be repr(C) without padding, and whose alignment is at most a word's: every byte is initialized.
    let data =
        unsafe { core::slice::from_raw_parts((&raw const tagged).cast::<u8>(), core::mem::size_of::<Tagged<E>>()) };
    call_self(authority, bump, data);
}

/// What was done to a platform.
#[repr(u8)]
pub enum ChangeKind {
    Update = 0,
    Tier = 1,
    Apply = 2,
    ProposeAdmin = 3,
    AcceptAdmin = 4,
}

/// Emit the state of a platform after a change.
#[inline(never)]
pub fn emit_platform_changed(
    authority: &UncheckedAccount,
    bump: u8,
    platform: &Loaded<Platform>,
    change: ChangeKind,
) -> Result<()> {
    let event = PlatformChanged {
        platform: *platform.address(),
        admin: platform.admin,
        pending_admin: platform.pending_admin,
        operator: platform.operator,
        treasury: platform.treasury,
        min_purchase: platform.min_purchase,
        max_job_seconds: platform.max_job_seconds,
        fee_bps: platform.fee_bps,
        at: now(),
        tiers: platform.tiers,
        pending: platform.pending,
        paused: platform.paused,
        change: change as u8,
        reserved: [0; 6],
    };
    emit(authority, bump, event);
    Ok(())
}

#[inline(never)]
fn call_self(authority: &UncheckedAccount, bump: u8, data: &[u8]) {
    let authority = authority.cpi_handle();
    let accounts = [InstructionAccount::readonly_signer(authority.address())];
    let bump = [bump];
    let seeds: [&[u8]; 2] = [b"__event_authority", &bump];
    unchecked_invoke_signed_fixed(&crate::ID, data, &accounts, &[authority], &[&seeds]);
}

/// A credit system, as it was created.
#[event(bytemuck)]
pub struct PlatformCreated {
    pub platform: Address,
    pub creator: Address,
    pub admin: Address,
    pub operator: Address,
    /// Token account of the mint.
    pub treasury: Address,
    pub mint: Address,
    /// Padded with zeros.
    pub name: [u8; 32],
    /// Base units of the mint.
    pub base_units_per_credit: u64,
    pub notice_seconds: u64,
    pub min_purchase: u64,
    pub max_job_seconds: u64,
    /// Basis points.
    pub fee_bps: u64,
    /// Unix seconds; so it is in every event.
    pub at: i64,
    /// Prices; a tier without a name is not offered.
    pub tiers: [Tier; 8],
}

/// All that can change of a platform, after any change.
#[event(bytemuck)]
pub struct PlatformChanged {
    pub platform: Address,
    pub admin: Address,
    /// All zeros: nobody.
    pub pending_admin: Address,
    /// All zeros: nobody.
    pub operator: Address,
    pub treasury: Address,
    pub min_purchase: u64,
    pub max_job_seconds: u64,
    /// Basis points.
    pub fee_bps: u64,
    pub at: i64,
    pub tiers: [Tier; 8],
    /// What is announced and waits for its notice period.
    pub pending: PendingChanges,
    /// 1: purchases and locks are stopped.
    pub paused: u8,
    /// What was done: 0 update, 1 tier, 2 apply, 3 admin proposed, 4 admin accepted.
    pub change: u8,
    pub reserved: [u8; 6],
}

/// Somebody besides the treasury may earn from jobs.
#[event(bytemuck)]
pub struct PayeeRegistered {
    pub platform: Address,
    /// The registration, an account of the program.
    pub payee: Address,
    /// Who earns.
    pub owner: Address,
    /// The owner's, which earnings go to.
    pub token_account: Address,
    pub rent_payer: Address,
    pub at: i64,
}

/// Somebody earns from no further jobs.
#[event(bytemuck)]
pub struct PayeeUnregistered {
    pub platform: Address,
    /// The registration, which is gone.
    pub payee: Address,
    /// Who earned.
    pub owner: Address,
    pub at: i64,
}

/// A credit account, as it was opened.
#[event(bytemuck)]
pub struct AccountOpened {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub vault: Address,
    pub rent_payer: Address,
    pub namespace: [u8; 16],
    /// Base units of the mint.
    pub base_units_per_credit: u64,
    /// Where job ids and sequence numbers of the account start.
    pub starts_at: u64,
    /// The limits on the operator; all zeros: only the wallet locks.
    pub credits_per_job: u64,
    pub credits_per_period: u64,
    pub period_seconds: u64,
    /// What the rent payer gets back at the close: what it paid for the account.
    pub rent_lamports: u64,
    /// The same of the vault; 0 where that held tokens already, and so was somebody else's gift.
    pub vault_rent_lamports: u64,
    pub at: i64,
}

/// The wallet changed what the operator may lock; all zeros: only the wallet locks.
#[event(bytemuck)]
pub struct LimitsSet {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub credits_per_job: u64,
    pub credits_per_period: u64,
    pub period_seconds: u64,
    pub at: i64,
}

/// Credits were paid for, straight into the vault.
#[event(bytemuck)]
pub struct CreditsPurchased {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    /// Who paid; not always the wallet.
    pub payer: Address,
    pub credits: u64,
    /// What they cost, in base units of the mint.
    pub base_units: u64,
    /// Sequence number that was used up; 0 where somebody else paid.
    pub sequence: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

/// Paid for by the operator; spent first and never withdrawable.
#[event(bytemuck)]
pub struct CreditsGranted {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub operator: Address,
    /// Used up in the account's window of job ids.
    pub id: u64,
    pub credits: u64,
    /// What the operator paid for them, in base units of the mint.
    pub base_units: u64,
    /// Unix seconds; 2^63 - 1: never.
    pub expires_at: i64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

#[event(bytemuck)]
pub struct LotsExpired {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub credits: u64,
    /// What went to the treasury.
    pub base_units: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

/// Plain transfers into the vault became paid credits.
#[event(bytemuck)]
pub struct DepositsSynced {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    /// Who signed; not always the wallet.
    pub authority: Address,
    pub credits: u64,
    /// What they are worth, in base units of the mint.
    pub base_units: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

/// Tokens that were no credits went where the wallet can reach them.
#[event(bytemuck)]
pub struct TokensRecovered {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub mint: Address,
    pub source: Address,
    pub destination: Address,
    pub base_units: u64,
    /// What the token account held that was closed, 0 where it was not: to the wallet, or from the vault's own token
    /// account to the credit account, whose close gives it to the wallet.
    pub lamports: u64,
    pub at: i64,
}

/// Credits were locked for a job, with all its terms.
#[event(bytemuck)]
pub struct JobLocked {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub job: Address,
    /// Who signed: the wallet or the operator.
    pub authority: Address,
    /// Who earns what paid credits bring; all zeros: the treasury.
    pub payee: Address,
    pub payee_token_account: Address,
    pub rent_payer: Address,
    pub id: u64,
    /// Credits locked in all.
    pub credits: u64,
    /// Units that they cover; 0 where the job is quoted.
    pub max_units: u64,
    /// Basis points.
    pub fee_bps: u64,
    /// Unix seconds from which it is only refunded.
    pub deadline: i64,
    /// When the period of the wallet's limits began that it counts in; 0 where the wallet locked.
    pub limit_period: i64,
    pub at: i64,
    /// Where the credits came from.
    pub held: Split,
    /// Terms of the tier; all zeros where the job is quoted.
    pub tier: Tier,
    pub before: Balances,
    pub after: Balances,
    /// 1: locked by the operator; 0: by the wallet.
    pub by_operator: u8,
    /// 1: priced by quoted credits; 0: by the tier.
    pub quoted: u8,
    /// Which tier it was; 255 where the job is quoted.
    pub tier_index: u8,
    pub reserved: [u8; 5],
}

/// The operator reported what a job has cost so far, and was paid for it.
#[event(bytemuck)]
pub struct JobSettled {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub job: Address,
    pub id: u64,
    /// Units, or quoted credits, that the operator reported as used so far.
    pub amount: u64,
    /// Credits charged by this settlement, and by all of this job so far.
    pub charged: u64,
    pub settled: u64,
    /// Base units that went to the treasury and to the payee.
    pub treasury_base_units: u64,
    pub payee_base_units: u64,
    pub at: i64,
    /// Where the charged credits came from.
    pub spent: Split,
    /// What went back where it came from; nothing before the end.
    pub returned: Split,
    pub before: Balances,
    pub after: Balances,
    /// 1: the job has ended.
    pub is_final: u8,
    /// 1: the payee's token account could not be paid, so that its share went to the treasury.
    pub payee_unpayable: u8,
    pub reserved: [u8; 6],
}

/// A job ended, and all that it still held went back.
#[event(bytemuck)]
pub struct JobRefunded {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub job: Address,
    /// Who signed: the operator, or once the deadline had passed anybody.
    pub authority: Address,
    pub id: u64,
    /// Credits charged before by settlements of this job.
    pub settled: u64,
    pub at: i64,
    /// What went back where it came from.
    pub returned: Split,
    pub before: Balances,
    pub after: Balances,
    /// 1: the deadline had passed.
    pub timed_out: u8,
    pub reserved: [u8; 7],
}

/// Credits were paid out to their wallet.
#[event(bytemuck)]
pub struct CreditsWithdrawn {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub destination: Address,
    pub credits: u64,
    /// Credits that plain transfers into the vault had become before they were withdrawn.
    pub synced: u64,
    /// All that was paid out: the credits' worth and, with all, what was left below one credit.
    pub base_units: u64,
    /// Sequence number that was used up.
    pub sequence: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

/// A credit account was emptied and removed.
#[event(bytemuck)]
pub struct AccountClosed {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub destination: Address,
    /// Paid credits and surplus, to the wallet.
    pub wallet_base_units: u64,
    /// What stood behind lots and promised bonus, to the treasury.
    pub treasury_base_units: u64,
    /// What the account and its vault held beyond their rents; to the wallet.
    pub wallet_lamports: u64,
    pub at: i64,
    pub before: Balances,
}
