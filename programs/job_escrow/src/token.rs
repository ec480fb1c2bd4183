//! The instructions of the Token program that this program calls.
//!
//! Written out because the general helpers allocate and check again what is checked here, for 2,500 compute units. The
//! target has no calls with more than five arguments, and two words for a slice count as two. The runtime checks that
//! what is passed as writable is.

use anchor_lang::{pinocchio::instruction::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};
use anchor_spl::token::{TokenAccount, ID as TOKEN_PROGRAM_ID};

use crate::{
    constants::{CREDIT_SEED, DELEGATE_SEED, PLATFORM_SEED},
    errors::EscrowError,
    loaded::Loaded,
    shared::same,
    state::{CreditAccount, Platform, TopUpRule},
};

const TRANSFER: u8 = 3;
const CLOSE_ACCOUNT: u8 = 9;

/// Move `amount` base units out of a token account whose owner signed the transaction.
#[inline(never)]
pub fn pay_in(from: &AccountView, to: &AccountView, owner: &AccountView, amount: u64) {
    let data = transfer_data(amount);
    let (from, to, owner) = (CpiHandle::readonly(from), CpiHandle::readonly(to), CpiHandle::readonly(owner));
    let accounts = accounts(&from, &to, &owner);
    unchecked_invoke_signed_fixed(&TOKEN_PROGRAM_ID, &data, &accounts, &[from, to, owner], &[]);
}

/// Move what a top-up costs out of a token account whose owner has approved the delegate of platform and wallet.
pub fn pay_by_rule(
    rule: &TopUpRule,
    from: &AccountView,
    to: &AccountView,
    delegate: &AccountView,
    credit_account: &CreditAccount,
) {
    let bump = [rule.delegate_bump];
    let seeds = [DELEGATE_SEED, credit_account.platform.as_ref(), credit_account.wallet.as_ref(), &bump];
    transfer(from, to, CpiHandle::readonly(delegate), &Transfer { amount: rule.base_units, seeds });
}

/// Move `amount` base units out of a token account that the credit account owns.
pub fn pay_out(from: &AccountView, to: &AccountView, owner: &Loaded<CreditAccount>, amount: u64) {
    as_credit_account(from, to, owner, &transfer_data(amount));
}

/// Move `amount` base units out of the promotion account, which the platform owns.
pub fn pay_promotion(from: &AccountView, to: &AccountView, platform: &Loaded<Platform>, amount: u64) {
    let bump = [platform.bump];
    let seeds = [PLATFORM_SEED, platform.creator.as_ref(), &platform.name, &bump];
    transfer(from, to, platform.cpi_handle(), &Transfer { amount, seeds });
}

/// Close an empty token account that the credit account owns; its lamports go to `to`.
pub fn close(account: &AccountView, to: &AccountView, owner: &Loaded<CreditAccount>) {
    as_credit_account(account, to, owner, &[CLOSE_ACCOUNT]);
}

/// Whether the credit account may close a token account of its own: another could have been named for that.
pub fn may_close(account: &TokenAccount, owner: &Address) -> bool {
    account.close_authority().is_none_or(|authority| same(authority, owner))
}

/// Whether an account is a token account of `mint` that is not frozen and, where that is given, still belongs to `owner`.
pub fn can_receive(view: &AccountView, mint: &Address, owner: Option<&Address>) -> bool {
    let Ok(account) = Loaded::<TokenAccount>::load(*view) else { return false };
    same(account.mint(), mint) && owner.is_none_or(|owner| same(account.owner(), owner)) && !account.is_frozen()
}

/// The promotion account, where the platform has one that can be paid; whoever calls must pass it.
#[inline(never)]
pub fn payable_promotion<'a>(
    platform: &Loaded<Platform>,
    passed: Option<&'a UncheckedAccount>,
) -> Result<Option<&'a AccountView>> {
    if platform.promotion == Address::new_from_array([0; 32]) {
        return Ok(None);
    }
    let promotion = passed.ok_or(EscrowError::WrongPromotion)?.account();
    require!(same(promotion.address(), &platform.promotion), EscrowError::WrongPromotion);
    Ok(can_receive(promotion, &platform.mint, Some(platform.address())).then_some(promotion))
}

#[inline(never)]
fn as_credit_account(from: &AccountView, to: &AccountView, owner: &Loaded<CreditAccount>, data: &[u8]) {
    let (from, to, signer) = (CpiHandle::readonly(from), CpiHandle::readonly(to), owner.cpi_handle());
    let accounts = accounts(&from, &to, &signer);
    let bump = [owner.bump];
    let seeds: [&[u8]; 5] = [CREDIT_SEED, owner.platform.as_ref(), owner.wallet.as_ref(), &owner.namespace, &bump];
    unchecked_invoke_signed_fixed(&TOKEN_PROGRAM_ID, data, &accounts, &[from, to, signer], &[&seeds]);
}

/// What a transfer by this program is besides its accounts: one word to pass.
struct Transfer<'a> {
    amount: u64,
    seeds: [&'a [u8]; 4],
}

#[inline(never)]
fn transfer(from: &AccountView, to: &AccountView, signer: CpiHandle, of: &Transfer) {
    let (from, to) = (CpiHandle::readonly(from), CpiHandle::readonly(to));
    let accounts = accounts(&from, &to, &signer);
    let data = transfer_data(of.amount);
    unchecked_invoke_signed_fixed(&TOKEN_PROGRAM_ID, &data, &accounts, &[from, to, signer], &[&of.seeds]);
}

/// Of a transfer and a close alike: two that change, and who signs.
#[inline(always)]
fn accounts<'a>(from: &'a CpiHandle, to: &'a CpiHandle, signer: &'a CpiHandle) -> [InstructionAccount<'a>; 3] {
    [
        InstructionAccount::writable(from.address()),
        InstructionAccount::writable(to.address()),
        InstructionAccount::readonly_signer(signer.address()),
    ]
}

#[inline(always)]
fn transfer_data(amount: u64) -> [u8; 9] {
    let mut data = [TRANSFER; 9];
    data[1..].copy_from_slice(&amount.to_le_bytes());
    data
}
