use anchor_lang::{prelude::*, AnchorAccount};
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, CreditsToppedUp},
    loaded::Loaded,
    shared::{now_and_slot, same},
    state::{CreditAccount, PackPrice, Platform, TopUpRule},
    token,
};

/// Anybody may do it: the wallet's tokens become the wallet's credits, as the wallet has signed, and nothing else moves.
#[event_cpi]
#[derive(Accounts)]
pub struct TopUp {
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that gets the credits.
    #[account(mut, address = rule.credit_account @ EscrowError::WrongTopUpRule)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// The wallet's rule.
    #[account(mut)]
    pub rule: Loaded<TopUpRule>,
    /// The wallet's token account that the rule names. It may be gone, or somebody else's by now.
    #[account(mut, address = rule.source @ EscrowError::WrongTopUpSource)]
    pub source: UncheckedAccount,
    /// Whom the wallet lets spend from the source: for this platform alone.
    #[account(address = rule.delegate @ EscrowError::WrongDelegate)]
    pub delegate: UncheckedAccount,
    /// The platform's promotion account; needed only where the rule's pack has a bonus.
    #[account(mut)]
    pub promotion: Option<Loaded<TokenAccount>>,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl TopUp {
    pub fn handler(ctx: &mut Context<TopUp>) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_running()?;
        ctx.accounts.rule.require_known_version()?;
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        credit_account.require_top_up()?;

        let (now, slot) = now_and_slot();
        let rule = &mut *ctx.accounts.rule;
        rule.use_up(now, slot)?;
        let before = credit_account.balances();
        // What has been sent into the vault is the wallet's, and counts.
        let synced = credit_account.sync(ctx.accounts.vault.amount())?;
        require!(credit_account.left(now) < rule.threshold, EscrowError::TopUpNotDue);
        let pack = rule.buys(platform)?;
        let PackPrice { base_units, promotion_base_units } = credit_account.add_pack(&pack, now)?;
        // The price is fixed for ever; what is paid and counted in the cap is what the wallet has signed.
        require!(base_units == rule.base_units, EscrowError::TopUpPriceDiffers);
        require_source(ctx.accounts.source.account(), rule, credit_account, &platform.mint)?;

        let accounts = &ctx.accounts;
        token::pay_by_rule(
            &accounts.rule,
            accounts.source.account(),
            accounts.vault.account(),
            accounts.delegate.account(),
            &accounts.credit_account,
        );
        if promotion_base_units > 0 {
            let promotion = accounts.promotion.as_ref().ok_or(EscrowError::WrongPromotion)?;
            require!(same(promotion.address(), &platform.promotion), EscrowError::WrongPromotion);
            require!(promotion.amount() >= promotion_base_units, EscrowError::PromotionTooLow);
            token::pay_promotion(promotion.account(), accounts.vault.account(), platform, promotion_base_units);
        }

        let (credit_account, rule) = (&accounts.credit_account, &accounts.rule);
        credit_account.invariant_with_vault(accounts.vault.amount())?;
        emit(
            &accounts.event_authority,
            ctx.bumps.event_authority,
            CreditsToppedUp {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                source: rule.source,
                credits: pack.credits,
                base_units,
                bonus_credits: pack.bonus_credits,
                promotion_base_units,
                synced,
                period_started_at: rule.period_started_at,
                used_base_units: rule.used_base_units,
                slot,
                at: now,
                before,
                after: credit_account.balances(),
                pack: rule.pack,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}

/// The source is the wallet's and can pay all of it: nothing is bought in part.
#[inline(never)]
fn require_source(view: &AccountView, rule: &TopUpRule, account: &CreditAccount, mint: &Address) -> Result<()> {
    let source = Loaded::<TokenAccount>::load(*view).or(Err(EscrowError::TopUpSourceClosed))?;
    // Where one account was closed, another can have been made.
    require!(same(source.mint(), mint), EscrowError::WrongMint);
    require!(same(source.owner(), &account.wallet), EscrowError::TopUpSourceNotTheWallets);
    require!(!source.is_frozen(), EscrowError::TopUpSourceFrozen);
    let approved = source.delegate().is_some_and(|delegate| same(delegate, &rule.delegate));
    require!(approved, EscrowError::TopUpNotApproved);
    require!(source.delegated_amount() >= rule.base_units, EscrowError::TopUpAllowanceTooLow);
    require!(source.amount() >= rule.base_units, EscrowError::InsufficientFunds);
    Ok(())
}
