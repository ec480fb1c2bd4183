//! The instructions of the token programs that this program calls.
//!
//! Written out because the general helpers allocate and check again what is checked here, for 2,500 compute units. The
//! target has no calls with more than five arguments, and two words for a slice count as two. The runtime checks that
//! what is passed as writable is.

use anchor_lang::{pinocchio::instruction::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};
use anchor_spl::{
    associated_token::ID as ASSOCIATED_TOKEN_PROGRAM_ID, token::TokenAccount, token::ID as TOKEN_PROGRAM_ID,
};

use crate::{constants::CREDIT_SEED, instructions::RecoverNested, loaded::Loaded, shared::same, state::CreditAccount};

const TRANSFER: u8 = 3;
const CLOSE_ACCOUNT: u8 = 9;
const RECOVER_NESTED: u8 = 2;

/// Move `amount` base units out of a token account whose owner signed the transaction.
#[inline(never)]
pub fn pay_in(from: &AccountView, to: &AccountView, owner: &AccountView, amount: u64) {
    let data = transfer_data(amount);
    let (from, to, owner) = (CpiHandle::readonly(from), CpiHandle::readonly(to), CpiHandle::readonly(owner));
    let accounts = [
        InstructionAccount::writable(from.address()),
        InstructionAccount::writable(to.address()),
        InstructionAccount::readonly_signer(owner.address()),
    ];
    unchecked_invoke_signed_fixed(&TOKEN_PROGRAM_ID, &data, &accounts, &[from, to, owner], &[]);
}

/// Move `amount` base units out of a token account that the credit account owns.
pub fn pay_out(from: &AccountView, to: &AccountView, owner: &Loaded<CreditAccount>, amount: u64) {
    as_credit_account(from, to, owner, &transfer_data(amount));
}

/// Close an empty token account that the credit account owns; its lamports go to `to`.
pub fn close(account: &AccountView, to: &AccountView, owner: &Loaded<CreditAccount>) {
    as_credit_account(account, to, owner, &[CLOSE_ACCOUNT]);
}

/// Whether the credit account may close a token account of its own: another could have been named for that.
pub fn may_close(account: &TokenAccount, owner: &Address) -> bool {
    account.close_authority().is_none_or(|authority| same(authority, owner))
}

/// Whether an account is a token account of `mint` that still belongs to `owner` and is not frozen.
pub fn can_receive(view: &AccountView, mint: &Address, owner: &Address) -> bool {
    let Ok(account) = Loaded::<TokenAccount>::load(*view) else { return false };
    same(account.mint(), mint) && same(account.owner(), owner) && !account.is_frozen()
}

#[inline(never)]
fn as_credit_account(from: &AccountView, to: &AccountView, owner: &Loaded<CreditAccount>, data: &[u8]) {
    let (from, to, signer) = (CpiHandle::readonly(from), CpiHandle::readonly(to), owner.cpi_handle());
    let accounts = [
        InstructionAccount::writable(from.address()),
        InstructionAccount::writable(to.address()),
        InstructionAccount::readonly_signer(signer.address()),
    ];
    let bump = [owner.bump];
    let seeds: [&[u8]; 5] = [CREDIT_SEED, owner.platform.as_ref(), owner.wallet.as_ref(), &owner.namespace, &bump];
    unchecked_invoke_signed_fixed(&TOKEN_PROGRAM_ID, data, &accounts, &[from, to, signer], &[&seeds]);
}

#[inline(always)]
fn transfer_data(amount: u64) -> [u8; 9] {
    let mut data = [TRANSFER; 9];
    data[1..].copy_from_slice(&amount.to_le_bytes());
    data
}

/// Let the associated token program empty and close the vault's own associated token account.
#[inline(always)]
pub fn recover_nested(accounts: &mut RecoverNested) {
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
