use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, CreditsGranted},
    loaded::Loaded,
    shared::{now, same},
    state::{CreditAccount, PlanCycle, Platform},
    token,
};

/// What to give.
pub struct GrantTerms {
    pub grant_id: u64,
    pub credits: u64,
    pub expires_at: i64,
    pub reason: u16,
    pub plan: Option<PlanCycle>,
}

/// In an event: a grant that is for no plan.
const NO_PLAN: PlanCycle = PlanCycle { slot: u8::MAX, cycle: 0 };

/// Promotional or subscription credits: backed by the signer's own tokens, spent first, never withdrawable.
#[event_cpi]
#[derive(Accounts)]
pub struct Grant {
    /// The platform's operator or its granter, who pays for the credits.
    pub operator: Signer,
    /// Token account of the mint that the signer owns.
    #[account(mut)]
    pub source: Loaded<TokenAccount>,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that gets the credits.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl Grant {
    pub fn handler(ctx: &mut Context<Grant>, terms: &GrantTerms) -> Result<()> {
        let GrantTerms { grant_id, credits, expires_at, reason, plan } = *terms;
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        require!(platform.may_grant(ctx.accounts.operator.address()), EscrowError::NotOperatorOrGranter);
        require!(credits != 0, EscrowError::AmountIsZero);
        require!(same(ctx.accounts.source.mint(), &platform.mint), EscrowError::WrongMint);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        // Ahead of whatever may have changed since: a repeat is told that it is one.
        match &plan {
            Some(plan) => {
                // An account that is opened again remembers no cycles: what was meant for the one before must not land in it.
                require!(grant_id == credit_account.starts_at(), EscrowError::OtherOpening);
                credit_account.plans.accept(plan)?;
            }
            None => credit_account.grant_ids.accept(grant_id)?,
        }
        let now = now();
        require!(expires_at > now, EscrowError::InvalidExpiry);
        let before = credit_account.balances();
        require!(credits <= credit_account.room()?, EscrowError::AmountTooLarge);
        let base_units = credit_account.worth(credits)?;
        require!(ctx.accounts.source.amount() >= base_units, EscrowError::InsufficientFunds);
        credit_account.add_lot(credits, expires_at)?;

        token::pay_in(
            ctx.accounts.source.account(),
            ctx.accounts.vault.account(),
            ctx.accounts.operator.account(),
            base_units,
        );

        let credit_account = &ctx.accounts.credit_account;
        credit_account.invariant_with_vault(ctx.accounts.vault.amount())?;
        let plan = plan.unwrap_or(NO_PLAN);
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            CreditsGranted {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                operator: *ctx.accounts.operator.address(),
                id: grant_id,
                credits,
                base_units,
                expires_at,
                at: now,
                before,
                after: credit_account.balances(),
                reason,
                plan_slot: plan.slot,
                reserved: [0],
                plan_cycle: plan.cycle,
            },
        );
        Ok(())
    }
}
