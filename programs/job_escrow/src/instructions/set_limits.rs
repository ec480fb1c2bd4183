use anchor_lang::prelude::*;

use crate::{
    events::{emit, LimitsSet},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, LimitsArgs},
};

#[event_cpi]
#[derive(Accounts)]
pub struct SetLimits {
    /// The wallet that the credit account belongs to.
    pub wallet: Signer,
    /// The credit account that changes.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
}

impl SetLimits {
    pub fn handler(ctx: &mut Context<SetLimits>, limits: &LimitsArgs, sequence: u64) -> Result<()> {
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        credit_account.require_wallet(ctx.accounts.wallet.address())?;

        // More needs the next number, so that it never lands after a later "nothing"; less is never held up by one.
        let needs_none = sequence == 0 && credit_account.limits.is_lowered_by(limits);
        let sequence =
            if needs_none { credit_account.advance_sequence()? } else { credit_account.use_sequence(sequence)? };
        credit_account.limits.set(limits)?;
        credit_account.invariant()?;

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            LimitsSet {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                credits_per_job: limits.credits_per_job,
                credits_per_session: limits.credits_per_session,
                credits_per_period: limits.credits_per_period,
                period_seconds: limits.period_seconds,
                sequence,
                at: now(),
                quoted_allowed: limits.quoted_allowed as u8,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}
