use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    events::{emit, SessionRefunded},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, Platform, Session},
};

/// Touches no token account: nothing that happens to a vault, a treasury or a mint can hold it up.
#[event_cpi]
#[derive(Accounts)]
pub struct RefundSession {
    /// The operator at any time; anybody once the deadline has passed.
    pub authority: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that the session was locked from.
    #[account(mut, address = session.credit_account @ EscrowError::WrongCreditAccount)]
    pub credit_account: Loaded<CreditAccount>,
    /// The session that ends.
    #[account(mut)]
    pub session: Loaded<Session>,
    /// Gets the session's rent back.
    #[account(mut, unsafe(dup), address = session.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
}

impl RefundSession {
    pub fn handler(ctx: &mut Context<RefundSession>) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        ctx.accounts.session.require_known_version()?;
        let now = now();
        let timed_out = now >= ctx.accounts.session.deadline;
        let by_operator = ctx.accounts.platform.is_operator(ctx.accounts.authority.address());
        require!(timed_out || by_operator, EscrowError::DeadlineNotPassed);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        let returned = credit_account.end(&mut ctx.accounts.session.claim())?;
        credit_account.fold(ctx.accounts.session.address(), &ctx.accounts.session);
        credit_account.invariant()?;

        let credit_account = &ctx.accounts.credit_account;
        let session = &ctx.accounts.session;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            SessionRefunded {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                session: *session.address(),
                authority: *ctx.accounts.authority.address(),
                id: session.id,
                count: session.count,
                settled: session.settled,
                at: now,
                returned,
                before,
                after: credit_account.balances(),
                head: session.head,
                session_heads: credit_account.session_heads,
                timed_out: timed_out as u8,
                reserved: [0; 7],
            },
        );
        ctx.accounts.session.close(*ctx.accounts.rent_payer.account())
    }
}
