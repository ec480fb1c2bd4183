use anchor_lang::{pinocchio::cpi::Seed, prelude::*};
use anchor_spl::token::{TokenAccount, ID as TOKEN_PROGRAM_ID};

use crate::{
    constants::{PLATFORM_SEED, TIERS, VERSION},
    create::create,
    errors::EscrowError,
    events::{emit, PlatformCreated},
    loaded::Loaded,
    shared::{bump_of, now, same},
    state::{Platform, Tier, TierArgs},
};

/// Where a mint has its decimals.
const MINT_DECIMALS: usize = 44;

/// What a platform is created with. Amounts are credits, times are seconds.
#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct CreatePlatformArgs {
    /// `[a-z0-9-]{1,32}`, padded with zeros.
    pub name: [u8; 32],
    /// May change the settings.
    pub admin: Address,
    /// May lock, settle and refund; all zeros: nobody.
    pub operator: Address,
    /// Base units of the mint that one credit is worth; fixed.
    pub base_units_per_credit: u64,
    /// Seconds between the announcement of a change that could hurt a wallet and its effect; fixed.
    pub notice_seconds: u64,
    /// Seconds from the registration of a payee until it may be named in a lock; fixed.
    pub payee_notice_seconds: u64,
    pub min_purchase: u64,
    pub max_job_seconds: u64,
    /// Share of a payee's earnings that goes to the treasury, in basis points.
    pub fee_bps: u64,
    /// At most eight.
    pub tiers: Vec<TierArgs>,
}

#[event_cpi]
#[derive(Accounts)]
pub struct CreatePlatform {
    /// Pays the rent; a part of the platform's address.
    #[account(mut)]
    pub creator: Signer,
    /// The platform's address; made here.
    #[account(mut)]
    pub platform: UncheckedAccount,
    /// The mint that credits are bought with, of the classic Token program.
    pub mint: UncheckedAccount,
    /// Token account of the mint that earnings go to.
    pub treasury: Loaded<TokenAccount>,
    /// Makes the new account.
    pub system_program: Program<System>,
}

impl CreatePlatform {
    pub fn handler(ctx: &mut Context<CreatePlatform>, args: &CreatePlatformArgs) -> Result<()> {
        let mint = ctx.accounts.mint.account();
        let is_classic_mint = mint.owned_by(&TOKEN_PROGRAM_ID) && mint.data_len() == anchor_spl::token::Mint::LEN;
        require!(is_classic_mint, EscrowError::UnsupportedTokenProgram);
        let decimals = mint.try_borrow()?[MINT_DECIMALS];
        let treasury_mint = ctx.accounts.treasury.mint();
        require!(same(treasury_mint, mint.address()), EscrowError::WrongMint);
        require!(args.tiers.len() <= TIERS, EscrowError::NoSuchTierSlot);

        let creator = *ctx.accounts.creator.address();
        let seeds: [&[u8]; 3] = [PLATFORM_SEED, creator.as_ref(), &args.name];
        let bump = [bump_of(&seeds)];
        let seeds = [Seed::from(seeds[0]), Seed::from(seeds[1]), Seed::from(seeds[2]), Seed::from(&bump)];
        let mut platform: Account<Platform> =
            create(ctx.accounts.creator.account(), ctx.accounts.platform.account(), &seeds)?;
        platform.version = VERSION;
        platform.bump = bump[0];
        platform.creator = creator;
        platform.name = args.name;
        platform.admin = args.admin;
        platform.operator = args.operator;
        platform.treasury = *ctx.accounts.treasury.address();
        platform.mint = *mint.address();
        platform.token_program = TOKEN_PROGRAM_ID;
        platform.decimals = decimals;
        platform.base_units_per_credit = args.base_units_per_credit;
        platform.notice_seconds = args.notice_seconds;
        platform.payee_notice_seconds = args.payee_notice_seconds;
        platform.min_purchase = args.min_purchase;
        platform.max_job_seconds = args.max_job_seconds;
        platform.fee_bps = args.fee_bps;
        for (slot, tier) in platform.tiers.iter_mut().zip(&args.tiers) {
            *slot = Tier::from(*tier);
        }
        platform.invariant()?;

        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            PlatformCreated {
                platform: *platform.address(),
                creator: platform.creator,
                admin: platform.admin,
                operator: platform.operator,
                treasury: platform.treasury,
                mint: platform.mint,
                token_program: platform.token_program,
                name: platform.name,
                base_units_per_credit: platform.base_units_per_credit,
                notice_seconds: platform.notice_seconds,
                payee_notice_seconds: platform.payee_notice_seconds,
                min_purchase: platform.min_purchase,
                max_job_seconds: platform.max_job_seconds,
                fee_bps: platform.fee_bps,
                at: now(),
                tiers: platform.tiers,
                decimals,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}
