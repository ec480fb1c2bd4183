use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    events::{emit, JobRefunded},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, Job, Platform},
};

/// Touches no token account: nothing that happens to a vault, a treasury or a mint can hold it up.
#[event_cpi]
#[derive(Accounts)]
pub struct Refund {
    /// The operator at any time; anybody once the deadline has passed.
    pub authority: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that the job was locked from.
    #[account(mut, address = job.credit_account @ EscrowError::WrongCreditAccount)]
    pub credit_account: Loaded<CreditAccount>,
    /// The job that ends.
    #[account(mut)]
    pub job: Loaded<Job>,
    /// Gets the job's rent back.
    #[account(mut, unsafe(dup), address = job.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
}

impl Refund {
    pub fn handler(ctx: &mut Context<Refund>) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        let job = &mut *ctx.accounts.job;
        job.require_known_version()?;
        let now = now();
        let timed_out = now >= job.deadline;
        let by_operator = ctx.accounts.platform.is_operator(ctx.accounts.authority.address());
        require!(timed_out || by_operator, EscrowError::DeadlineNotPassed);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        let returned = credit_account.end(&mut job.claim())?;
        credit_account.invariant()?;
        let (id, settled) = (job.id, job.settled);

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            JobRefunded {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                job: *ctx.accounts.job.address(),
                authority: *ctx.accounts.authority.address(),
                id,
                settled,
                at: now,
                returned,
                before,
                after: credit_account.balances(),
                timed_out: timed_out as u8,
                reserved: [0; 7],
            },
        );
        ctx.accounts.job.close(*ctx.accounts.rent_payer.account())
    }
}
