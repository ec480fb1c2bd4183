use anchor_lang::{cpi::rent_exempt_lamports, prelude::*};
use anchor_spl::token::TokenAccount;

use crate::{
    constants::EPOCH_SHIFT,
    errors::EscrowError,
    events::{emit, AccountClosed},
    loaded::Loaded,
    shared::{now, same},
    state::{CreditAccount, Platform, NO_RULE},
    token,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Close {
    /// Gets what the account and its vault hold beyond their rents.
    #[account(mut, unsafe(dup))]
    pub wallet: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that is removed.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault, which is emptied and removed.
    // A treasury that an admin made of it is not looked at where nothing is owed to it.
    #[account(mut, unsafe(dup), address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// Token account of the mint that the wallet owns; the treasury itself where the wallet owns that.
    #[account(mut, unsafe(dup))]
    pub destination: Loaded<TokenAccount>,
    /// Used only where lots are left, or promotion that its own account cannot get; any account otherwise.
    #[account(mut, unsafe(dup), address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: UncheckedAccount,
    /// The platform's promotion account; needed only where promotion has paid for credits and the platform has one.
    #[account(mut, unsafe(dup))]
    pub promotion: Option<UncheckedAccount>,
    /// Gets back what it paid for the credit account.
    #[account(mut, unsafe(dup), address = credit_account.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
    /// Gets back what it paid for the vault.
    #[account(mut, unsafe(dup), address = credit_account.vault_rent_payer @ EscrowError::WrongRentPayer)]
    pub vault_rent_payer: UncheckedAccount,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl Close {
    pub fn handler(ctx: &mut Context<Close>) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        let credit_account = &*ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        credit_account.require_wallet(ctx.accounts.wallet.address())?;
        require!(credit_account.open_jobs == 0, EscrowError::OpenJobs);
        require!(credit_account.top_up == NO_RULE, EscrowError::TopUpRuleLeft);
        // What a later program holds for the wallet is paid out by that program alone.
        let all_known = credit_account.liabilities == credit_account.known_liabilities();
        require!(all_known, EscrowError::UnknownVersion);
        let destination = &ctx.accounts.destination;
        require!(same(destination.mint(), ctx.accounts.vault.mint()), EscrowError::WrongMint);
        let owned_by_wallet = same(destination.owner(), ctx.accounts.wallet.address());
        require!(owned_by_wallet, EscrowError::WrongDestinationOwner);
        // An account that is opened again starts its ids at that second: all that were used here must lie below it.
        let now = now();
        let next_start = (now as u64) << EPOCH_SHIFT;
        require!(credit_account.numbers_are_below(next_start), EscrowError::ClosedTooSoon);

        let before = credit_account.balances();
        let vault_amount = ctx.accounts.vault.amount();
        let mut treasury_base_units = credit_account.worth(credit_account.granted_available)?;
        let mut promotion_base_units = credit_account.promotion_backing + credit_account.promotion_owed;
        let to_platform = treasury_base_units + promotion_base_units;
        let wallet_base_units = vault_amount.checked_sub(to_platform).ok_or(EscrowError::InvariantViolated)?;

        let (platform, wallet) = (credit_account.platform, credit_account.wallet);
        let accounts = &mut ctx.accounts;
        if promotion_base_units > 0 {
            match token::payable_promotion(&accounts.platform, accounts.promotion.as_ref())? {
                Some(promotion) => {
                    token::pay_out(accounts.vault.account(), promotion, &accounts.credit_account, promotion_base_units)
                }
                None => treasury_base_units += core::mem::take(&mut promotion_base_units),
            }
        }
        if treasury_base_units > 0 {
            // It never goes to the wallet, nor stays in the vault, where an account that is opened again would find it.
            let (treasury, mint) = (accounts.treasury.account(), accounts.vault.mint());
            let takes =
                same(treasury.address(), accounts.destination.address()) || token::can_receive(treasury, mint, None);
            require!(takes, EscrowError::TreasuryCannotReceive);
            token::pay_out(
                accounts.vault.account(),
                accounts.treasury.account(),
                &accounts.credit_account,
                treasury_base_units,
            );
        }
        if wallet_base_units > 0 {
            token::pay_out(
                accounts.vault.account(),
                accounts.destination.account(),
                &accounts.credit_account,
                wallet_base_units,
            );
        }
        token::close(accounts.vault.account(), accounts.credit_account.account(), &accounts.credit_account);
        let rents = Rents::of(
            &accounts.credit_account,
            accounts.wallet.account().lamports(),
            accounts.rent_payer.account().lamports(),
        )?;

        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            AccountClosed {
                platform,
                wallet,
                credit_account: *ctx.accounts.credit_account.address(),
                destination: *ctx.accounts.destination.address(),
                wallet_base_units,
                treasury_base_units,
                promotion_base_units,
                wallet_lamports: rents.left,
                at: now,
                before,
            },
        );
        let accounts = &mut ctx.accounts;
        pay_lamports(accounts.credit_account.account(), accounts.rent_payer.account(), rents.account);
        pay_lamports(accounts.credit_account.account(), accounts.vault_rent_payer.account(), rents.vault);
        accounts.credit_account.close(*accounts.wallet.account())
    }
}

/// The lamports of a credit account that holds its vault's, too, and whose they are.
struct Rents {
    account: u64,
    vault: u64,
    left: u64,
}

impl Rents {
    /// What is left is the wallet's, unless a wallet without SOL could not hold so little: else one lamport that anybody
    /// sends would hold its close up. So would a rent payer without SOL that has paid next to nothing, since somebody had
    /// sent nearly all of it ahead: that goes to the wallet.
    fn of(credit_account: &Loaded<CreditAccount>, wallet_lamports: u64, payer_lamports: u64) -> Result<Self> {
        let lamports = credit_account.account().lamports();
        let account = credit_account.rent_lamports.min(lamports);
        let vault = credit_account.vault_rent_lamports.min(lamports - account);
        let left = lamports - account - vault;
        let least = rent_exempt_lamports(0)?;
        if wallet_lamports.saturating_add(left) < least {
            return Ok(Self { account: account + left, vault, left: 0 });
        }
        if payer_lamports.saturating_add(account + vault) < least {
            return Ok(Self { account: 0, vault: 0, left: lamports });
        }
        Ok(Self { account, vault, left })
    }
}

/// Move lamports out of an account of this program; after the last call of another one, which would count them again.
#[inline(never)]
fn pay_lamports(from: &AccountView, to: &AccountView, lamports: u64) {
    let (mut from, mut to) = (*from, *to);
    from.set_lamports(from.lamports() - lamports);
    to.set_lamports(to.lamports() + lamports);
}
