use anchor_lang::{pinocchio::cpi::Seed, prelude::*};

use crate::{
    constants::{JOB_SEED, MAX_CREDITS, VERSION},
    create::create,
    errors::EscrowError,
    events::{emit, JobLocked},
    loaded::Loaded,
    pricing,
    shared::{now, same},
    state::{CreditAccount, Job, Payee, Platform, Tier},
};

const NO_TIER: u8 = u8::MAX;

/// What to lock. `job_bump` spares the program a search; see docs/adr/0006-numbers.md for one that is not canonical.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct LockArgs {
    /// Unused so far and at most 128 above the highest one used.
    pub id: u64,
    pub job_bump: u8,
    /// Index of a tier of the platform; none: a quoted job.
    pub tier: Option<u8>,
    /// Most units that the job may use, or the quoted credits.
    pub amount: u64,
    /// Refused where the price is above this; it may have changed since it was read.
    pub max_credits: u64,
    /// How long the credits stay locked at most.
    pub seconds: u64,
}

#[event_cpi]
#[derive(Accounts)]
pub struct Lock {
    /// The wallet, or the operator within the wallet's limits.
    pub authority: Signer,
    /// Pays the job's rent, and gets it back when the job ends.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that the job is paid from.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// Who earns what paid credits bring, if not the treasury: only a payee that the admin registered.
    pub payee: Option<Loaded<Payee>>,
    /// The job's address; made here.
    #[account(mut)]
    pub job: UncheckedAccount,
    /// Makes the new account.
    pub system_program: Program<System>,
}

impl Lock {
    pub fn handler(ctx: &mut Context<Lock>, args: &LockArgs) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_running()?;
        require!(args.seconds >= 1 && args.seconds <= platform.max_job_seconds, EscrowError::InvalidDuration);
        require!(args.amount != 0, EscrowError::AmountIsZero);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let authority = ctx.accounts.authority.address();
        let by_wallet = same(&credit_account.wallet, authority);
        require!(by_wallet || platform.is_operator(authority), EscrowError::NotWalletOrOperator);

        if let Some(payee) = &ctx.accounts.payee {
            payee.require_known_version()?;
            let registered = same(&payee.platform, platform.address());
            require!(registered, EscrowError::WrongPayee);
        }
        let (tier, credits) = match args.tier {
            Some(index) => {
                let tier = *platform.tier(index)?;
                (tier, pricing::cost(&tier, args.amount)?)
            }
            None => (Tier::EMPTY, args.amount),
        };
        require!(credits <= MAX_CREDITS, EscrowError::AmountTooLarge);
        require!(credits != 0, EscrowError::AmountIsZero);
        require!(credits <= args.max_credits, EscrowError::AboveMaxCredits);

        let now = now();
        let before = credit_account.balances();
        credit_account.job_ids.accept(args.id)?;
        let limit_period = if by_wallet { 0 } else { credit_account.limits.use_up(credits, now)? };
        let held = credit_account.take(credits, now)?;
        credit_account.open_jobs += 1;
        credit_account.invariant()?;

        let mut job = create_job(&ctx.accounts, args)?;
        job.version = VERSION;
        job.bump = args.job_bump;
        job.by_operator = !by_wallet as u8;
        job.quoted = args.tier.is_none() as u8;
        job.tier_index = args.tier.unwrap_or(NO_TIER);
        job.credit_account = *ctx.accounts.credit_account.address();
        job.id = args.id;
        if let Some(payee) = &ctx.accounts.payee {
            job.payee = payee.owner;
            job.payee_token_account = payee.token_account;
        }
        job.rent_payer = *ctx.accounts.payer.address();
        job.tier = tier;
        job.max_units = if args.tier.is_some() { args.amount } else { 0 };
        job.credits = credits;
        job.held = held;
        job.fee_bps = ctx.accounts.platform.fee_bps;
        job.locked_at = now;
        job.deadline = now.saturating_add(args.seconds as i64);
        job.limit_period = limit_period;
        job.invariant()?;

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            JobLocked {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                job: *job.address(),
                authority: *ctx.accounts.authority.address(),
                payee: job.payee,
                payee_token_account: job.payee_token_account,
                rent_payer: job.rent_payer,
                id: job.id,
                credits,
                max_units: job.max_units,
                fee_bps: job.fee_bps,
                deadline: job.deadline,
                limit_period,
                at: now,
                held,
                tier,
                before,
                after: credit_account.balances(),
                by_operator: job.by_operator,
                quoted: job.quoted,
                tier_index: job.tier_index,
                reserved: [0; 5],
            },
        );
        Ok(())
    }
}

fn create_job(accounts: &Lock, args: &LockArgs) -> Result<Account<Job>> {
    let id = args.id.to_le_bytes();
    let bump = [args.job_bump];
    let credit_account = accounts.credit_account.address();
    let seeds = [Seed::from(JOB_SEED), Seed::from(credit_account.as_ref()), Seed::from(&id), Seed::from(&bump)];
    create(accounts.payer.account(), accounts.job.account(), &seeds)
}
