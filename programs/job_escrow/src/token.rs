//! The two instructions of the classic Token program that this program calls.
//!
//! Written out because the general helpers allocate and check again what is checked here, for 2,500 compute units. The
//! target has no calls with more than five arguments, and two words for a slice count as two.

use anchor_lang::{pinocchio::instruction::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};
use anchor_spl::token::ID as TOKEN_PROGRAM_ID;

use crate::{constants::CREDIT_SEED, state::CreditAccount};

const TRANSFER: u8 = 3;
const CLOSE_ACCOUNT: u8 = 9;

/// Move `amount` base units out of a token account whose owner signed the transaction.
#[inline(never)]
pub fn pay_in(from: CpiHandle, to: CpiHandle, owner: CpiHandle, amount: u64) {
    let data = transfer_data(amount);
    let accounts = [
        InstructionAccount::writable(from.address()),
        InstructionAccount::writable(to.address()),
        InstructionAccount::readonly_signer(owner.address()),
    ];
    unchecked_invoke_signed_fixed(&TOKEN_PROGRAM_ID, &data, &accounts, &[from, to, owner], &[]);
}

/// Move `amount` base units out of a token account that the credit account owns.
#[inline(never)]
pub fn pay_out(from: CpiHandle, to: CpiHandle, owner: &Account<CreditAccount>, amount: u64) {
    as_credit_account(from, to, owner, &transfer_data(amount));
}

/// Close an empty token account that the credit account owns; its lamports go to `to`.
#[inline(never)]
pub fn close(account: CpiHandle, to: CpiHandle, owner: &Account<CreditAccount>) {
    as_credit_account(account, to, owner, &[CLOSE_ACCOUNT]);
}

#[inline(always)]
fn as_credit_account(from: CpiHandle, to: CpiHandle, owner: &Account<CreditAccount>, data: &[u8]) {
    let signer = owner.cpi_handle();
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
