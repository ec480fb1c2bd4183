use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, JobSettled},
    state::{CreditAccount, Job, Platform, Split},
    token,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Settle {
    pub operator: Signer,
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Account<Platform>,
    #[account(mut, address = job.credit_account @ EscrowError::WrongCreditAccount)]
    pub credit_account: Account<CreditAccount>,
    #[account(mut)]
    pub job: Account<Job>,
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Account<TokenAccount>,
    #[account(mut, address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: Account<TokenAccount>,
    /// Gets the job's rent back when it ends.
    #[account(mut, unsafe(dup), address = job.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    pub token_program: Program<Token>,
}

impl Settle {
    pub fn handler(ctx: &mut Context<Settle>, amount: u64, is_final: bool) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        require!(ctx.accounts.platform.is_operator(ctx.accounts.operator.address()), EscrowError::NotTheOperator);
        let job = &mut *ctx.accounts.job;
        job.require_known_version()?;
        let now = Clock::get()?.unix_timestamp;
        require!(now < job.deadline, EscrowError::DeadlinePassed);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        // Cumulative: a figure that is repeated or came late charges nothing.
        let charged = job.cost_of(amount)?.saturating_sub(job.settled);
        let spent = credit_account.spend(&mut job.held, charged)?;
        job.settled += charged;
        let returned = if is_final { credit_account.give_back(&mut job.held) } else { Split::NOTHING };
        if is_final {
            let back = job.credits - job.settled;
            if job.by_operator == 1 {
                credit_account.limits.give_back(back, job.limit_period);
            }
            credit_account.open_jobs -= 1;
        } else {
            job.invariant()?;
        }
        let (id, settled) = (job.id, job.settled);

        let base_units = credit_account.worth(charged)?;
        if base_units > 0 {
            token::pay_out(
                ctx.accounts.vault.cpi_handle_mut().into(),
                ctx.accounts.treasury.cpi_handle_mut().into(),
                &ctx.accounts.credit_account,
                base_units,
            );
        }

        let credit_account = &ctx.accounts.credit_account;
        credit_account.invariant_with_vault(ctx.accounts.vault.amount())?;
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
                charged,
                settled,
                treasury_base_units: base_units,
                payee_base_units: 0,
                at: now,
                spent,
                returned,
                before,
                after: credit_account.balances(),
                is_final: is_final as u8,
                reserved: [0; 7],
            },
        );
        if is_final {
            ctx.accounts.job.close(*ctx.accounts.rent_payer.account())?;
        }
        Ok(())
    }
}
