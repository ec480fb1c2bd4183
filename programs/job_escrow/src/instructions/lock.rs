use anchor_lang::{pinocchio::cpi::Seed, prelude::*};

use crate::{
    constants::{JOB_BUMP, JOB_SEED, MAX_CREDITS, VERSION, WALLET_ID_BIT},
    create::create,
    errors::EscrowError,
    events::{emit, JobLocked},
    loaded::Loaded,
    locking::earner,
    pricing,
    shared::{now, same},
    state::{CreditAccount, Job, Payee, Platform, Tier},
};

const NO_TIER: u8 = u8::MAX;

/// What to lock.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct LockArgs {
    /// Unused so far, with an address at bump 255, and bit 52 set where the wallet locks; at most 256 (the wallet: 128)
    /// above the highest one used.
    pub id: u64,
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
        let now = now();
        let deadline = platform.deadline(args.seconds, now)?;
        require!(args.amount != 0, EscrowError::AmountIsZero);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let authority = ctx.accounts.authority.address();
        let is_wallet = same(&credit_account.wallet, authority);
        let is_operator = platform.is_operator(authority);
        require!(is_wallet || is_operator, EscrowError::NotWalletOrOperator);
        // The id says as whom, for one key may be both.
        let side = args.id >> WALLET_ID_BIT;
        let by_wallet = side == 1;
        let own = if by_wallet { is_wallet } else { is_operator && side == 0 };
        require!(own, EscrowError::JobIdOfTheOther);

        let earner = earner(platform, &ctx.accounts.payee, now)?;
        let (tier, credits) = match args.tier {
            Some(index) => {
                let tier = *platform.tier(index)?;
                (tier, pricing::cost(&tier, args.amount)?)
            }
            None => (Tier::EMPTY, args.amount),
        };
        require!(credits <= MAX_CREDITS, EscrowError::AmountTooLarge);
        require!(credits != 0, EscrowError::NothingToLock);
        require!(credits <= args.max_credits, EscrowError::AboveMaxCredits);

        let before = credit_account.balances();
        if by_wallet {
            credit_account.wallet_job_ids.accept(args.id)?;
        } else {
            credit_account.job_ids.accept(args.id)?;
        }
        let limit_period =
            if by_wallet { 0 } else { credit_account.limits.use_up(credits, args.tier.is_none(), now)? };
        let held = credit_account.take(credits, now)?;
        credit_account.open_jobs += 1;
        credit_account.invariant()?;

        let mut job = create_job(&ctx.accounts, args)?;
        job.version = VERSION;
        job.compatible_from = VERSION;
        job.by_operator = !by_wallet as u8;
        job.quoted = args.tier.is_none() as u8;
        job.tier_index = args.tier.unwrap_or(NO_TIER);
        job.credit_account = *ctx.accounts.credit_account.address();
        job.id = args.id;
        job.payee = earner.payee;
        job.payee_token_account = earner.token_account;
        job.rent_payer = *ctx.accounts.payer.address();
        job.tier = tier;
        job.max_units = if args.tier.is_some() { args.amount } else { 0 };
        job.credits = credits;
        job.held = held;
        job.fee_bps = earner.fee_bps;
        job.locked_at = now;
        job.deadline = deadline;
        job.claim().invariant()?;

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
    let bump = [JOB_BUMP];
    let credit_account = accounts.credit_account.address();
    require!(same(accounts.job.address(), &Job::address_of(credit_account, args.id)), EscrowError::UnusableJobId);
    let seeds = [Seed::from(JOB_SEED), Seed::from(credit_account.as_ref()), Seed::from(&id), Seed::from(&bump)];
    create(accounts.payer.account(), accounts.job.account(), &seeds)
}
