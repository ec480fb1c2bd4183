use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, JobSettled},
    loaded::Loaded,
    pricing,
    shared::{now, same},
    state::{CreditAccount, Job, Platform, Split},
    token,
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
    /// May be the payee's account too.
    #[account(mut, unsafe(dup), address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: Loaded<TokenAccount>,
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
    pub fn handler(ctx: &mut Context<Settle>, amount: u64, is_final: bool) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        require!(ctx.accounts.platform.is_operator(ctx.accounts.operator.address()), EscrowError::NotTheOperator);
        let job = &mut *ctx.accounts.job;
        job.require_known_version()?;
        let now = now();
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
        let share = payee_share(&mut ctx.accounts, spent.paid)?;
        pay(&mut ctx.accounts, base_units - share.base_units, share.base_units);

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
                treasury_base_units: base_units - share.base_units,
                payee_base_units: share.base_units,
                at: now,
                spent,
                returned,
                before,
                after: credit_account.balances(),
                is_final: is_final as u8,
                payee_unpayable: share.unpayable as u8,
                reserved: [0; 6],
            },
        );
        if is_final {
            ctx.accounts.job.close(*ctx.accounts.rent_payer.account())?;
        }
        Ok(())
    }
}

/// What a payee earns from one settlement.
struct PayeeShare {
    base_units: u64,
    /// It is due, but the payee's token account cannot take it: settling must go on, so the treasury gets it.
    unpayable: bool,
}

/// The payee's part of the paid credits that were spent, less the fee; what lots paid for is the treasury's.
fn payee_share(accounts: &mut Settle, paid: u64) -> Result<PayeeShare> {
    let job = &mut *accounts.job;
    let mut share = PayeeShare { base_units: 0, unpayable: false };
    if job.payee_token_account == Address::new_from_array([0; 32]) {
        return Ok(share);
    }
    let payee = accounts.payee.as_ref().ok_or(EscrowError::MissingPayee)?;
    require!(same(payee.address(), &job.payee_token_account), EscrowError::MissingPayee);
    // A treasury that is the payee's own account gets all of it in one transfer.
    if same(payee.address(), accounts.treasury.address()) {
        return Ok(share);
    }
    // The fee is rounded down once for the whole job, however many settlements it takes.
    let before = accounts.credit_account.worth(job.payee_credits)?;
    job.payee_credits += paid;
    let after = accounts.credit_account.worth(job.payee_credits)?;
    let due = (after - pricing::fee(after, job.fee_bps)) - (before - pricing::fee(before, job.fee_bps));
    share.unpayable = due > 0 && !token::can_receive(payee.account(), accounts.vault.mint(), &job.payee);
    if !share.unpayable {
        share.base_units = due;
    }
    Ok(share)
}

fn pay(accounts: &mut Settle, to_treasury: u64, to_payee: u64) {
    if to_treasury > 0 {
        token::pay_out(accounts.vault.account(), accounts.treasury.account(), &accounts.credit_account, to_treasury);
    }
    if let (Some(payee), true) = (&mut accounts.payee, to_payee > 0) {
        token::pay_out(accounts.vault.account(), payee.account(), &accounts.credit_account, to_payee);
    }
}
