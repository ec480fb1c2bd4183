use anchor_lang::{pinocchio::cpi::Seed, prelude::*};
use anchor_spl::token::TokenAccount;

use crate::{
    constants::{PAYEE_SEED, VERSION},
    create::create,
    errors::EscrowError,
    events::{emit, PayeeRegistered},
    loaded::Loaded,
    shared::{bump_of, now, same},
    state::{Payee, Platform},
};

#[event_cpi]
#[derive(Accounts)]
pub struct RegisterPayee {
    /// Pays the rent.
    #[account(mut)]
    pub admin: Signer,
    /// The platform that the payee may earn on.
    pub platform: Loaded<Platform>,
    /// The payee's address; made here.
    #[account(mut)]
    pub payee: UncheckedAccount,
    /// Token account of the mint; its owner is the payee.
    pub token_account: Loaded<TokenAccount>,
    /// Makes the new account.
    pub system_program: Program<System>,
}

impl RegisterPayee {
    pub fn handler(ctx: &mut Context<RegisterPayee>) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;
        let token_account = &ctx.accounts.token_account;
        require!(same(token_account.mint(), &platform.mint), EscrowError::WrongMint);

        let owner = *token_account.owner();
        let seeds: [&[u8]; 3] = [PAYEE_SEED, platform.address().as_ref(), owner.as_ref()];
        let bump = [bump_of(&seeds)];
        let seeds = [Seed::from(seeds[0]), Seed::from(seeds[1]), Seed::from(seeds[2]), Seed::from(&bump)];
        let mut payee: Account<Payee> = create(ctx.accounts.admin.account(), ctx.accounts.payee.account(), &seeds)?;
        payee.version = VERSION;
        payee.bump = bump[0];
        payee.platform = *platform.address();
        payee.owner = owner;
        payee.token_account = *token_account.address();
        payee.rent_payer = *ctx.accounts.admin.address();
        let now = now();
        payee.usable_from = now.saturating_add(platform.payee_notice_seconds as i64);

        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            PayeeRegistered {
                platform: payee.platform,
                payee: *payee.address(),
                owner,
                token_account: payee.token_account,
                rent_payer: payee.rent_payer,
                usable_from: payee.usable_from,
                at: now,
            },
        );
        Ok(())
    }
}
