//! The two instructions of the classic Token program that this program calls.
//!
//! Written out because the general helpers allocate and check again what is checked here, for 2,500 compute units.

use anchor_lang::{pinocchio::instruction::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};
use anchor_spl::token::ID as TOKEN_PROGRAM_ID;

const TRANSFER: u8 = 3;
const CLOSE_ACCOUNT: u8 = 9;

/// Move `amount` base units. `seeds` is empty where the authority signed the transaction.
#[inline(always)]
pub fn transfer<'a>(
    from: CpiHandle<'a>,
    to: CpiHandle<'a>,
    authority: CpiHandle<'a>,
    amount: u64,
    seeds: &'a [&'a [&'a [u8]]],
) {
    let mut data = [TRANSFER; 9];
    data[1..].copy_from_slice(&amount.to_le_bytes());
    let accounts = [
        InstructionAccount::writable(from.address()),
        InstructionAccount::writable(to.address()),
        InstructionAccount::readonly_signer(authority.address()),
    ];
    unchecked_invoke_signed_fixed(&TOKEN_PROGRAM_ID, &data, &accounts, &[from, to, authority], seeds);
}

/// Close an empty token account; its lamports go to `destination`.
#[inline(always)]
pub fn close<'a>(
    account: CpiHandle<'a>,
    destination: CpiHandle<'a>,
    authority: CpiHandle<'a>,
    seeds: &'a [&'a [&'a [u8]]],
) {
    let accounts = [
        InstructionAccount::writable(account.address()),
        InstructionAccount::writable(destination.address()),
        InstructionAccount::readonly_signer(authority.address()),
    ];
    unchecked_invoke_signed_fixed(
        &TOKEN_PROGRAM_ID,
        &[CLOSE_ACCOUNT],
        &accounts,
        &[account, destination, authority],
        seeds,
    );
}
