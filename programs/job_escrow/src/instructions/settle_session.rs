use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    charging::{charge, Parties},
    constants::TIERS,
    errors::EscrowError,
    events::{emit, SessionSettled},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, Platform, Session, TierTotals},
};

/// What a session has used so far, and the receipts that say so.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct SettleSessionArgs {
    /// Receipts that the session has: those of this settlement follow them.
    pub from_count: u64,
    /// Receipts with those of this settlement; `from_count` again where nothing is new.
    pub count: u64,
    /// Commits to the receipts from `from_count` to `count`; the program keeps it in the head and reads none of it.
    pub root: [u8; 32],
    /// All that the session has used since it was opened, for each tier.
    pub totals: [TierTotals; TIERS],
    /// Whether the session ends, and the rest goes back.
    pub is_final: bool,
}

#[event_cpi]
#[derive(Accounts)]
pub struct SettleSession {
    /// The platform's operator.
    pub operator: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that the session was locked from.
    #[account(mut, address = session.credit_account @ EscrowError::WrongCreditAccount)]
    pub credit_account: Loaded<CreditAccount>,
    /// The session that is settled; it ends where this is final.
    #[account(mut)]
    pub session: Loaded<Session>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// Looked at only where it is owed something. May be the payee's account too.
    #[account(mut, unsafe(dup), address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: UncheckedAccount,
    /// The payee's token account that is stored in the session; none where the session has no payee.
    #[account(mut, unsafe(dup))]
    pub payee: Option<UncheckedAccount>,
    /// Gets the session's rent back when it ends.
    #[account(mut, unsafe(dup), address = session.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl SettleSession {
    pub fn handler(ctx: &mut Context<SettleSession>, args: &SettleSessionArgs) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        require!(ctx.accounts.platform.is_operator(ctx.accounts.operator.address()), EscrowError::NotTheOperator);
        let session = &mut *ctx.accounts.session;
        session.require_known_version()?;
        let now = now();
        require!(now < session.deadline, EscrowError::DeadlinePassed);

        ctx.accounts.credit_account.require_known_version()?;
        let before = ctx.accounts.credit_account.balances();
        let cost = session.count(args.from_count, args.count, &args.totals)?;
        let accounts = &mut ctx.accounts;
        let mut parties = Parties {
            credit_account: &mut accounts.credit_account,
            vault: &accounts.vault,
            treasury: &accounts.treasury,
            payee: &accounts.payee,
        };
        let charged = charge(&mut parties, &mut accounts.session.claim(), cost, args.is_final)?;
        if args.count > args.from_count {
            accounts.session.advance_head(&args.root);
        }
        if args.is_final {
            accounts.credit_account.fold(accounts.session.address(), &accounts.session);
        }

        let credit_account = &ctx.accounts.credit_account;
        let session = &ctx.accounts.session;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            SessionSettled {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                session: *session.address(),
                id: session.id,
                from_count: args.from_count,
                count: args.count,
                charged: charged.credits,
                settled: charged.settled,
                treasury_base_units: charged.treasury_base_units,
                payee_base_units: charged.payee_base_units,
                promotion_base_units: charged.promotion_base_units,
                at: now,
                spent: charged.spent,
                returned: charged.returned,
                before,
                after: credit_account.balances(),
                totals: args.totals,
                root: args.root,
                head: session.head,
                session_heads: credit_account.session_heads,
                is_final: args.is_final as u8,
                payee_unpayable: charged.payee_unpayable as u8,
                reserved: [0; 6],
            },
        );
        if args.is_final {
            ctx.accounts.session.close(*ctx.accounts.rent_payer.account())?;
        }
        Ok(())
    }
}
