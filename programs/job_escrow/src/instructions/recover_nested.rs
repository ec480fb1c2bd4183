use anchor_lang::{pinocchio::instruction::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};
use anchor_spl::{associated_token::ID as ASSOCIATED_TOKEN_PROGRAM_ID, token::TokenAccount};

use crate::{
    constants::CREDIT_SEED,
    errors::EscrowError,
    events::{emit, TokensRecovered},
    loaded::Loaded,
    shared::{now, same},
    state::CreditAccount,
};

/// The instruction of the associated token program.
const RECOVER_NESTED: u8 = 2;

/// Tokens that were sent to the vault's own associated token account: back to one of the credit account.
///
/// Of the platform's mint they reach the vault, and are a deposit; of any other mint `recover` takes them from there.
#[event_cpi]
#[derive(Accounts)]
pub struct RecoverNested {
    /// The wallet that the credit account belongs to.
    pub wallet: Signer,
    /// The wallet's credit account.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault, which owns `nested`.
    #[account(address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// The mint of the vault.
    pub vault_mint: UncheckedAccount,
    /// Associated token account of the vault.
    #[account(mut)]
    pub nested: Loaded<TokenAccount>,
    /// The mint of `nested`.
    pub nested_mint: UncheckedAccount,
    /// Associated token account of the credit account for `nested_mint`; the vault itself where that is its mint.
    #[account(mut, unsafe(dup))]
    pub destination: UncheckedAccount,
    /// The associated token program, which alone can move them.
    #[account(address = ASSOCIATED_TOKEN_PROGRAM_ID)]
    pub associated_token_program: UncheckedAccount,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl RecoverNested {
    pub fn handler(ctx: &mut Context<RecoverNested>) -> Result<()> {
        let credit_account = &ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        credit_account.require_wallet(ctx.accounts.wallet.address())?;
        let nested = &ctx.accounts.nested;
        let is_nested = same(nested.owner(), &credit_account.vault);
        require!(is_nested, EscrowError::NotRecoverable);
        let (base_units, lamports) = (nested.amount(), nested.account().lamports());
        let (source, mint) = (*nested.address(), *nested.mint());

        recover(&mut ctx.accounts);

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            TokensRecovered {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                mint,
                source,
                destination: *ctx.accounts.destination.address(),
                base_units,
                lamports,
                at: now(),
            },
        );
        Ok(())
    }
}

/// Let the associated token program empty and close the vault's own associated token account.
#[inline(always)]
fn recover(accounts: &mut RecoverNested) {
    let owner = &accounts.credit_account;
    let bump = [owner.bump];
    let (platform, wallet, namespace) = (owner.platform, owner.wallet, owner.namespace);
    let seeds: [&[u8]; 5] = [CREDIT_SEED, platform.as_ref(), wallet.as_ref(), &namespace, &bump];
    let nested: CpiHandle = accounts.nested.cpi_handle_mut().into();
    let nested_mint = accounts.nested_mint.cpi_handle();
    let destination: CpiHandle = accounts.destination.cpi_handle_mut().into();
    let vault = accounts.vault.cpi_handle();
    let vault_mint = accounts.vault_mint.cpi_handle();
    let signer: CpiHandle = accounts.credit_account.cpi_handle_mut().into();
    let token_program = accounts.token_program.cpi_handle();
    let metas = [
        InstructionAccount::writable(nested.address()),
        InstructionAccount::readonly(nested_mint.address()),
        InstructionAccount::writable(destination.address()),
        InstructionAccount::readonly(vault.address()),
        InstructionAccount::readonly(vault_mint.address()),
        InstructionAccount::writable_signer(signer.address()),
        InstructionAccount::readonly(token_program.address()),
    ];
    let handles = [nested, nested_mint, destination, vault, vault_mint, signer, token_program];
    unchecked_invoke_signed_fixed(&ASSOCIATED_TOKEN_PROGRAM_ID, &[RECOVER_NESTED], &metas, &handles, &[&seeds]);
}
