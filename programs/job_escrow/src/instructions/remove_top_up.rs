use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    events::{emit, TopUpRemoved},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, TopUpRule},
};

/// Needs nobody but the wallet, and no number: a rule is ended at any time.
#[event_cpi]
#[derive(Accounts)]
pub struct RemoveTopUp {
    /// The wallet that the credit account belongs to.
    pub wallet: Signer,
    /// The credit account that the rule was set for.
    #[account(mut, address = rule.credit_account @ EscrowError::WrongTopUpRule)]
    pub credit_account: Loaded<CreditAccount>,
    /// The rule that is removed.
    #[account(mut)]
    pub rule: Loaded<TopUpRule>,
    /// Gets the rule's rent back.
    #[account(mut, unsafe(dup), address = rule.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
}

impl RemoveTopUp {
    pub fn handler(ctx: &mut Context<RemoveTopUp>) -> Result<()> {
        ctx.accounts.rule.require_known_version()?;
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        credit_account.require_wallet(ctx.accounts.wallet.address())?;
        // A rule that was signed before and held back never lands after this.
        let sequence = credit_account.advance_sequence()?;
        credit_account.forget_top_up();
        credit_account.invariant()?;

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            TopUpRemoved {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                rule: *ctx.accounts.rule.address(),
                sequence,
                at: now(),
            },
        );
        ctx.accounts.rule.close(*ctx.accounts.rent_payer.account())
    }
}
