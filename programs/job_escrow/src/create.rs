//! Making a program-derived account; the one place where accounts come into being.

use anchor_lang::{
    accounts::SlabSchema,
    cpi::rent_exempt_lamports,
    pinocchio::cpi::{Seed, Signer},
    prelude::*,
    AnchorAccount, Discriminator,
};
use bytemuck::Pod;
use pinocchio_system::instructions::{Allocate, Assign, CreateAccount, Transfer};

/// Make an account of `T` at `target`, zeroed but for its discriminator.
///
/// `seeds` end with the bump. No other address than the one that follows from them is taken: only a signature lets the
/// system program make an account, a target that brings one of its own is refused, and the seeds sign for that address
/// alone. Nor is an account that a program owns already. Lamports that somebody sent there before count towards the rent.
#[inline(always)]
pub fn create<T>(payer: &AccountView, target: &AccountView, seeds: &[Seed]) -> Result<Account<T>>
where
    T: Discriminator + Pod + SlabSchema,
    Account<T>: AnchorAccount,
{
    allocate(&Allocation { payer, target, space: <Account<T> as Space>::INIT_SPACE, seeds })?;
    let mut view = *target;
    view.try_borrow_mut()?[..T::DISCRIMINATOR.len()].copy_from_slice(T::DISCRIMINATOR);
    // SAFETY: the borrow above has ended, and nobody else holds one of an account that did not exist until now.
    unsafe { Account::<T>::load_mut(view) }
}

/// In one argument, since a call has room for five and a result takes one of them.
struct Allocation<'a> {
    payer: &'a AccountView,
    target: &'a AccountView,
    space: usize,
    seeds: &'a [Seed<'a>],
}

#[inline(never)]
fn allocate(new: &Allocation) -> Result<()> {
    // With its own signature any key would do, and every fee payer signs: its account would become this program's.
    require!(!new.target.is_signer(), ProgramError::InvalidSeeds);
    let rent = rent_exempt_lamports(new.space)?;
    if new.target.lamports() != 0 {
        return allocate_prefunded(new, rent);
    }
    CreateAccount { from: new.payer, to: new.target, lamports: rent, space: new.space as u64, owner: &crate::ID }
        .invoke_signed(&[Signer::from(new.seeds)])
}

/// The system program creates no account that holds lamports already, and anybody can send some ahead.
#[cold]
#[inline(never)]
fn allocate_prefunded(new: &Allocation, rent: u64) -> Result<()> {
    let missing = rent.saturating_sub(new.target.lamports());
    if missing > 0 {
        Transfer { from: new.payer, to: new.target, lamports: missing }.invoke()?;
    }
    Allocate { account: new.target, space: new.space as u64 }.invoke_signed(&[Signer::from(new.seeds)])?;
    Assign { account: new.target, owner: &crate::ID }.invoke_signed(&[Signer::from(new.seeds)])
}
