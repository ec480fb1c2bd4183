use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    charging::{charge, Parties},
    errors::EscrowError,
    events::{emit, JobSettled},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, Job, Platform},
};

#[event_cpi]
#[derive(Accounts)]
pub struct Settle {
    /// The platform's operator.
    pub operator: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that the job was locked from.
    #[account(mut, address = job.credit_account @ EscrowError::WrongCreditAccount)]
    pub credit_account: Loaded<CreditAccount>,
    /// The job that is settled; it ends where this is final.
    #[account(mut)]
    pub job: Loaded<Job>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// Looked at only where it is owed something. May be the payee's account too.
    #[account(mut, unsafe(dup), address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: UncheckedAccount,
    /// The payee's token account that is stored in the job; none where the job has no payee.
    #[account(mut, unsafe(dup))]
    pub payee: Option<UncheckedAccount>,
    /// Gets the job's rent back when it ends.
    #[account(mut, unsafe(dup), address = job.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl Settle {
    pub fn handler(ctx: &mut Context<Settle>, amount: u64, is_final: bool, proof: &Option<[u8; 32]>) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        require!(ctx.accounts.platform.is_operator(ctx.accounts.operator.address()), EscrowError::NotTheOperator);
        let job = &*ctx.accounts.job;
        job.require_known_version()?;
        let now = now();
        require!(now < job.deadline, EscrowError::DeadlinePassed);

        ctx.accounts.credit_account.require_known_version()?;
        let before = ctx.accounts.credit_account.balances();
        let (id, cost) = (job.id, job.cost_of(amount)?);
        let accounts = &mut ctx.accounts;
        let mut parties = Parties {
            credit_account: &mut accounts.credit_account,
            vault: &accounts.vault,
            treasury: &accounts.treasury,
            payee: &accounts.payee,
        };
        let charged = charge(&mut parties, &mut accounts.job.claim(), cost, is_final)?;

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            JobSettled {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                job: *ctx.accounts.job.address(),
                id,
                amount,
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
                // `unwrap_or_default` costs 180 compute units more.
                proof: match proof {
                    Some(proof) => *proof,
                    None => [0; 32],
                },
                is_final: is_final as u8,
                payee_unpayable: charged.payee_unpayable as u8,
                reserved: [0; 6],
            },
        );
        if is_final {
            ctx.accounts.job.close(*ctx.accounts.rent_payer.account())?;
        }
        Ok(())
    }
}
