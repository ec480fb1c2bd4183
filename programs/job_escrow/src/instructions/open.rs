use anchor_lang::{cpi::rent_exempt_lamports, pinocchio::cpi::Seed, prelude::*, verify_program_address};
use anchor_spl::token::{TokenAccount, ID as TOKEN_PROGRAM_ID};

use crate::{
    constants::{CREDIT_SEED, EPOCH_SHIFT, VERSION},
    create::create,
    errors::EscrowError,
    events::{emit, AccountOpened},
    loaded::Loaded,
    shared::{bump_of, now, same},
    state::{wallet_start, CreditAccount, IdWindow, JobIdWindow, LimitsArgs, Platform},
};

#[event_cpi]
#[derive(Accounts)]
pub struct Open {
    /// The wallet that the credits will belong to.
    pub wallet: Signer,
    /// Pays the rent, and gets back at the close what it has paid.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The platform that the credits are to be spent on.
    pub platform: Loaded<Platform>,
    /// The credit account's address; made here.
    #[account(mut)]
    pub credit_account: UncheckedAccount,
    /// Associated token account of the credit account, made before in the same transaction.
    pub vault: Loaded<TokenAccount>,
    /// Makes the new account.
    pub system_program: Program<System>,
}

impl Open {
    pub fn handler(ctx: &mut Context<Open>, namespace: [u8; 16], limits: &LimitsArgs, vault_bump: u8) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        require_fresh_vault(&ctx.accounts, vault_bump)?;

        let wallet = *ctx.accounts.wallet.address();
        let seeds: [&[u8]; 4] = [CREDIT_SEED, platform.address().as_ref(), wallet.as_ref(), &namespace];
        let bump = [bump_of(&seeds)];
        let seeds =
            [Seed::from(seeds[0]), Seed::from(seeds[1]), Seed::from(seeds[2]), Seed::from(seeds[3]), Seed::from(&bump)];
        let sent_ahead = ctx.accounts.credit_account.account().lamports();
        let mut credit_account: Account<CreditAccount> =
            create(ctx.accounts.payer.account(), ctx.accounts.credit_account.account(), &seeds)?;

        let now = now();
        let starts_at = (now as u64) << EPOCH_SHIFT;
        credit_account.version = VERSION;
        credit_account.compatible_from = VERSION;
        credit_account.bump = bump[0];
        credit_account.platform = *platform.address();
        credit_account.wallet = wallet;
        credit_account.namespace = namespace;
        credit_account.vault = *ctx.accounts.vault.address();
        credit_account.base_units_per_credit = platform.base_units_per_credit;
        credit_account.opened_at = now;
        credit_account.sequence = starts_at;
        credit_account.job_ids = JobIdWindow::starting_at(starts_at);
        credit_account.wallet_job_ids = IdWindow::starting_at(wallet_start(starts_at));
        credit_account.grant_ids = IdWindow::starting_at(starts_at);
        credit_account.limits.set(limits)?;
        credit_account.rent_payer = *ctx.accounts.payer.address();
        credit_account.vault_rent_payer = *ctx.accounts.payer.address();
        let rent = rent_exempt_lamports(<Account<CreditAccount> as Space>::INIT_SPACE)?;
        credit_account.rent_lamports = rent.saturating_sub(sent_ahead);
        // A vault that was made for this opening is empty: whoever sent tokens ahead has paid for it, and not the payer.
        let vault_amount = ctx.accounts.vault.amount();
        if vault_amount == 0 {
            credit_account.vault_rent_lamports = rent_exempt_lamports(<TokenAccount as Space>::INIT_SPACE)?;
        }
        credit_account.invariant_with_vault(vault_amount)?;

        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            AccountOpened {
                platform: *ctx.accounts.platform.address(),
                wallet,
                credit_account: *ctx.accounts.credit_account.address(),
                vault: *ctx.accounts.vault.address(),
                rent_payer: *ctx.accounts.payer.address(),
                namespace,
                base_units_per_credit: credit_account.base_units_per_credit,
                starts_at,
                credits_per_job: limits.credits_per_job,
                credits_per_session: limits.credits_per_session,
                credits_per_period: limits.credits_per_period,
                period_seconds: limits.period_seconds,
                rent_lamports: credit_account.rent_lamports,
                vault_rent_lamports: credit_account.vault_rent_lamports,
                at: now,
                quoted_allowed: limits.quoted_allowed as u8,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}

/// The vault is the associated token account, and nobody else holds any right over it.
///
/// A bump that is not the canonical one gives an address at which the associated token program never makes an account.
fn require_fresh_vault(accounts: &Open, vault_bump: u8) -> Result<()> {
    let vault = &accounts.vault;
    let credit_account = accounts.credit_account.address();
    require!(same(vault.mint(), &accounts.platform.mint), EscrowError::WrongMint);
    let bump = [vault_bump];
    let seeds: [&[u8]; 4] =
        [credit_account.as_ref(), TOKEN_PROGRAM_ID.as_ref(), accounts.platform.mint.as_ref(), &bump];
    verify_program_address(&seeds, &anchor_spl::associated_token::ID, vault.address())
        .map_err(|_| EscrowError::WrongVault)?;
    let usable = same(vault.owner(), credit_account)
        && !vault.has_delegate()
        && !vault.has_close_authority()
        && !vault.is_frozen();
    require!(usable, EscrowError::UnusableVault);
    Ok(())
}
