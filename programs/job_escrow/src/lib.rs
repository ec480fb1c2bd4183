//! Prepaid credits for AI jobs, held in escrow.
//!
//! A wallet's credits live in an account derived from its address, the USDC behind them in that account's own vault.
//! An operator locks the price of a job, settles what it cost and gives the rest back; what times out goes back
//! without anyone's permission. `docs/invariants.md` lists what always holds and where it is enforced.

use anchor_lang::prelude::*;

pub mod constants;
mod create;
pub mod errors;
pub mod events;
pub mod instructions;
mod loaded;
#[cfg(target_arch = "bpf")]
mod mem;
pub mod pricing;
#[cfg(not(feature = "no-entrypoint"))]
mod security;
mod shared;
pub mod state;
mod token;

use instructions::*;
use state::{LimitsArgs, TierArgs};

declare_id!("JobqFjK1w6b9u1qg8x3K2HdSuMoV1abpzfjc3eYpALp");

#[program]
pub mod job_escrow {
    use super::*;

    /// Create a credit system: its mint and credit price for ever, its keys and prices to be changed with notice.
    pub fn create_platform(ctx: &mut Context<CreatePlatform>, args: CreatePlatformArgs) -> Result<()> {
        CreatePlatform::handler(ctx, &args)
    }

    /// Change settings: what could hurt a wallet waits for the notice period, the rest is at once.
    pub fn update_platform(ctx: &mut Context<UpdatePlatform>, args: UpdatePlatformArgs) -> Result<()> {
        UpdatePlatform::handler(ctx, &args)
    }

    /// Set, or with none remove, a tier: cheaper is at once, anything else waits for the notice period.
    pub fn set_tier(ctx: &mut Context<SetTier>, index: u8, tier: Option<TierArgs>) -> Result<()> {
        SetTier::handler(ctx, index, tier)
    }

    /// Put announced changes into effect once their notice period is over, and before they lapse 30 days later.
    pub fn apply_changes(ctx: &mut Context<ApplyChanges>) -> Result<()> {
        ApplyChanges::handler(ctx)
    }

    /// Name the key that may become admin by accepting.
    pub fn propose_admin(ctx: &mut Context<ProposeAdmin>, new_admin: Address) -> Result<()> {
        ProposeAdmin::handler(ctx, new_admin)
    }

    /// Become admin, as proposed.
    pub fn accept_admin(ctx: &mut Context<AcceptAdmin>) -> Result<()> {
        AcceptAdmin::handler(ctx)
    }

    /// Let somebody besides the treasury earn from jobs.
    pub fn register_payee(ctx: &mut Context<RegisterPayee>) -> Result<()> {
        RegisterPayee::handler(ctx)
    }

    /// Let a payee earn from no further jobs.
    pub fn unregister_payee(ctx: &mut Context<UnregisterPayee>) -> Result<()> {
        UnregisterPayee::handler(ctx)
    }

    /// Open a wallet's credit account in a namespace, and set the limits of the operator.
    pub fn open(ctx: &mut Context<Open>, namespace: [u8; 16], limits: LimitsArgs, vault_bump: u8) -> Result<()> {
        Open::handler(ctx, namespace, &limits, vault_bump)
    }

    /// Change what the operator may lock.
    pub fn set_limits(ctx: &mut Context<SetLimits>, limits: LimitsArgs) -> Result<()> {
        SetLimits::handler(ctx, &limits)
    }

    /// Buy credits: the mint's tokens go from the payer straight into the vault.
    pub fn purchase(ctx: &mut Context<Purchase>, credits: u64, sequence: u64) -> Result<()> {
        Purchase::handler(ctx, credits, sequence)
    }

    /// Give promotional or subscription credits, which the operator pays for; `grant_id` is used up like a job's.
    pub fn grant(ctx: &mut Context<Grant>, grant_id: u64, credits: u64, expires_at: i64) -> Result<()> {
        Grant::handler(ctx, grant_id, credits, expires_at)
    }

    /// Take expired lots away; what stood behind them goes to the treasury.
    pub fn expire_lots(ctx: &mut Context<ExpireLots>) -> Result<()> {
        ExpireLots::handler(ctx)
    }

    /// Turn plain transfers into the vault into credits.
    pub fn sync_deposits(ctx: &mut Context<SyncDeposits>) -> Result<()> {
        SyncDeposits::handler(ctx)
    }

    /// Pay out tokens that are not behind any credit: of another mint, or in another account than the vault.
    pub fn recover(ctx: &mut Context<Recover>) -> Result<()> {
        Recover::handler(ctx)
    }

    /// Bring tokens back that were sent to the vault's own associated token account.
    pub fn recover_nested(ctx: &mut Context<RecoverNested>) -> Result<()> {
        RecoverNested::handler(ctx)
    }

    /// Lock the price of a job before it runs.
    pub fn lock(ctx: &mut Context<Lock>, args: LockArgs) -> Result<()> {
        Lock::handler(ctx, &args)
    }

    /// Charge what a job has cost so far; when final, give the rest back and end it.
    pub fn settle(ctx: &mut Context<Settle>, amount: u64, is_final: bool) -> Result<()> {
        Settle::handler(ctx, amount, is_final)
    }

    /// Give back all that a job still holds, and end it.
    pub fn refund(ctx: &mut Context<Refund>) -> Result<()> {
        Refund::handler(ctx)
    }

    /// Pay unspent credits out to their wallet.
    pub fn withdraw(ctx: &mut Context<Withdraw>, credits: Option<u64>, sequence: u64) -> Result<()> {
        Withdraw::handler(ctx, credits, sequence)
    }

    /// Pay everything out and remove the account; the rent goes back to who paid it, any SOL beyond it to the wallet.
    pub fn close(ctx: &mut Context<Close>) -> Result<()> {
        Close::handler(ctx)
    }
}
