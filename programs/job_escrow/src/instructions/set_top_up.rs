use anchor_lang::{find_program_address, pinocchio::cpi::Seed, prelude::*};
use anchor_spl::token::TokenAccount;

use crate::{
    constants::{DELEGATE_SEED, TOP_UP_SEED, VERSION},
    create::create,
    errors::EscrowError,
    events::{emit, TopUpSet},
    loaded::Loaded,
    shared::{bump_of, now, same},
    state::{CreditAccount, Platform, TopUpArgs, TopUpRule},
};

/// Names what may be spent, and for what; the wallet approves the delegate beside it, in the Token program.
#[event_cpi]
#[derive(Accounts)]
pub struct SetTopUp {
    /// The wallet that the credit account belongs to.
    pub wallet: Signer,
    /// Pays the rule's rent, and gets it back when the rule is removed.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that is to be topped up.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// Token account of the mint that the wallet owns, which pays.
    pub source: Loaded<TokenAccount>,
    /// The rule's address; made here.
    #[account(mut)]
    pub rule: UncheckedAccount,
    /// Makes the new account.
    pub system_program: Program<System>,
}

impl SetTopUp {
    pub fn handler(ctx: &mut Context<SetTopUp>, args: &TopUpArgs, sequence: u64) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let wallet = *ctx.accounts.wallet.address();
        credit_account.require_wallet(&wallet)?;
        let source = &ctx.accounts.source;
        require!(same(source.mint(), &platform.mint), EscrowError::WrongMint);
        // The vault is the credit account's, and so is refused with everybody else's.
        require!(same(source.owner(), &wallet), EscrowError::TopUpSourceNotTheWallets);
        let now = now();
        args.require_valid(credit_account, now)?;
        // By its number and not by 0: what was signed for an account never lands in the one that is opened after it.
        require!(sequence != 0, EscrowError::WrongSequence);
        let sequence = credit_account.use_sequence(sequence)?;
        credit_account.begin_top_up()?;
        credit_account.invariant()?;

        let delegate_seeds: [&[u8]; 3] = [DELEGATE_SEED, platform.address().as_ref(), wallet.as_ref()];
        let (delegate, delegate_bump) = find_program_address(&delegate_seeds, &crate::ID);
        let mut rule = create_rule(&ctx.accounts)?;
        rule.version = VERSION;
        rule.compatible_from = VERSION;
        rule.delegate_bump = delegate_bump;
        rule.pack = args.pack;
        rule.credit_account = *ctx.accounts.credit_account.address();
        rule.source = *ctx.accounts.source.address();
        rule.delegate = delegate;
        rule.rent_payer = *ctx.accounts.payer.address();
        rule.threshold = args.threshold;
        rule.credits = args.credits;
        rule.base_units = args.base_units;
        rule.bonus_credits = args.bonus_credits;
        rule.base_units_per_period = args.base_units_per_period;
        rule.period_seconds = args.period_seconds;
        rule.expires_at = args.expires_at;
        rule.sequence = sequence;

        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            TopUpSet {
                platform: *ctx.accounts.platform.address(),
                wallet,
                credit_account: rule.credit_account,
                rule: *rule.address(),
                source: rule.source,
                rent_payer: rule.rent_payer,
                threshold: rule.threshold,
                credits: rule.credits,
                base_units: rule.base_units,
                bonus_credits: rule.bonus_credits,
                base_units_per_period: rule.base_units_per_period,
                period_seconds: rule.period_seconds,
                expires_at: rule.expires_at,
                sequence,
                at: now,
                pack: rule.pack,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}

fn create_rule(accounts: &SetTopUp) -> Result<Account<TopUpRule>> {
    let seeds: [&[u8]; 2] = [TOP_UP_SEED, accounts.credit_account.address().as_ref()];
    let bump = [bump_of(&seeds)];
    let seeds = [Seed::from(seeds[0]), Seed::from(seeds[1]), Seed::from(&bump)];
    let mut rule: Account<TopUpRule> = create(accounts.payer.account(), accounts.rule.account(), &seeds)?;
    rule.bump = bump[0];
    Ok(rule)
}
