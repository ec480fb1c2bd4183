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
#[cfg(target_arch = "bpf")]
mod mem;
pub mod pricing;
pub mod state;
mod token;

use instructions::*;
use state::LimitsArgs;

declare_id!("JobqFjK1w6b9u1qg8x3K2HdSuMoV1abpzfjc3eYpALp");

#[program]
pub mod job_escrow {
    use super::*;

    /// Create a credit system: its mint and credit price for ever, its keys and prices to be changed with notice.
    pub fn create_platform(ctx: &mut Context<CreatePlatform>, args: CreatePlatformArgs) -> Result<()> {
        CreatePlatform::handler(ctx, &args)
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

    /// Pay everything out and remove the account; the rent goes back to who paid it.
    pub fn close(ctx: &mut Context<Close>) -> Result<()> {
        Close::handler(ctx)
    }
}
