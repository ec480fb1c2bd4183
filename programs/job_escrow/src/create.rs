//! Making a program-derived account; the one place where accounts come into being.

use anchor_lang::{accounts::SlabSchema, create_account_signed, prelude::*, AnchorAccount, Discriminator};
use bytemuck::Pod;

/// Make an account of `T` at `target`, zeroed but for its discriminator.
///
/// `seeds` end with the bump. The runtime derives the address from them and refuses any other target, and so it does
/// with an account that is owned by a program already. Lamports that somebody sent there before count towards the rent.
#[inline(always)]
pub fn create<T>(payer: &AccountView, target: &AccountView, seeds: &[&[u8]]) -> Result<Account<T>>
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
    seeds: &'a [&'a [u8]],
}

#[inline(never)]
fn allocate(new: &Allocation) -> Result<()> {
    create_account_signed(new.payer, new.target, new.space, &crate::ID, new.seeds)
}
