use anchor_lang::{pinocchio::cpi::Seed, prelude::*};

use crate::{
    constants::{JOB_BUMP, SESSION_SEED, VERSION, WALLET_ID_BIT},
    create::create,
    errors::EscrowError,
    events::{emit, SessionOpened},
    loaded::Loaded,
    locking::earner,
    shared::{now, same},
    state::{CreditAccount, Payee, Platform, Session},
};

/// What to lock for a session.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct OpenSessionArgs {
    /// Unused so far by the operator's jobs and sessions, with an address at bump 255; at most 256 above the highest one
    /// used.
    pub id: u64,
    /// What all of its requests may cost together.
    pub credits: u64,
    /// How long the credits stay locked at most.
    pub seconds: u64,
}

#[event_cpi]
#[derive(Accounts)]
pub struct OpenSession {
    /// The platform's operator, within the wallet's limits.
    pub operator: Signer,
    /// Pays the session's rent, and gets it back when the session ends.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that the session is paid from.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// Who earns what paid credits bring, if not the treasury: only a payee that the admin registered.
    pub payee: Option<Loaded<Payee>>,
    /// The session's address; made here.
    #[account(mut)]
    pub session: UncheckedAccount,
    /// Makes the new account.
    pub system_program: Program<System>,
}

impl OpenSession {
    pub fn handler(ctx: &mut Context<OpenSession>, args: &OpenSessionArgs) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_running()?;
        require!(platform.is_operator(ctx.accounts.operator.address()), EscrowError::NotTheOperator);
        let now = now();
        let deadline = platform.deadline(args.seconds, now)?;
        require!(args.credits != 0, EscrowError::AmountIsZero);
        require!(args.id >> WALLET_ID_BIT == 0, EscrowError::JobIdOfTheOther);
        let earner = earner(platform, &ctx.accounts.payee, now)?;

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        credit_account.job_ids.accept(args.id)?;
        let limit_period = credit_account.limits.use_up_session(args.credits, now)?;
        let held = credit_account.take(args.credits, now)?;
        credit_account.open_jobs += 1;
        credit_account.invariant()?;

        let mut session = create_session(&ctx.accounts, args.id)?;
        session.version = VERSION;
        session.compatible_from = VERSION;
        session.credit_account = *ctx.accounts.credit_account.address();
        session.id = args.id;
        session.payee = earner.payee;
        session.payee_token_account = earner.token_account;
        session.rent_payer = *ctx.accounts.payer.address();
        session.credits = args.credits;
        session.held = held;
        session.fee_bps = earner.fee_bps;
        session.opened_at = now;
        session.deadline = deadline;
        session.start(ctx.accounts.session.address(), &ctx.accounts.platform.tiers);
        session.claim().invariant()?;

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            SessionOpened {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                session: *session.address(),
                authority: *ctx.accounts.operator.address(),
                payee: session.payee,
                payee_token_account: session.payee_token_account,
                rent_payer: session.rent_payer,
                id: args.id,
                credits: args.credits,
                fee_bps: session.fee_bps,
                deadline,
                limit_period,
                at: now,
                held,
                tiers: session.tiers,
                before,
                after: credit_account.balances(),
                head: session.head,
            },
        );
        Ok(())
    }
}

fn create_session(accounts: &OpenSession, id: u64) -> Result<Account<Session>> {
    let credit_account = accounts.credit_account.address();
    let address = Session::address_of(credit_account, id);
    require!(same(accounts.session.address(), &address), EscrowError::UnusableJobId);
    let (id, bump) = (id.to_le_bytes(), [JOB_BUMP]);
    let seeds = [Seed::from(SESSION_SEED), Seed::from(credit_account.as_ref()), Seed::from(&id), Seed::from(&bump)];
    create(accounts.payer.account(), accounts.session.account(), &seeds)
}
