//! Anchor's `Account`, loaded by one function per type instead of anew in every instruction, and kept as a bare view.
//!
//! Every check is the inner account's own. What is left out is what it carries along and does afterwards: a pointer that
//! follows from the view, and giving a borrow back that nobody asks for once the instruction has ended.

use anchor_lang::{accounts::SlabSchema, prelude::*, AnchorAccount, IdlAccountType};
use bytemuck::{Pod, Zeroable};
use core::{
    marker::PhantomData,
    mem::forget,
    ops::{Deref, DerefMut},
};

/// An `Account<T>` whose checks have passed. Its borrow stays marked until the instruction ends.
pub struct Loaded<T> {
    view: AccountView,
    content: PhantomData<T>,
}

/// What a closed account starts with, so that it is none any more within the same transaction.
const CLOSED: [u8; 8] = [u8::MAX; 8];

#[inline(never)]
fn check<T: Pod + Zeroable + SlabSchema>(view: AccountView) -> Result<()> {
    Account::<T>::load(view).map(forget)
}

#[inline(never)]
fn check_mut<T: Pod + Zeroable + SlabSchema>(view: AccountView) -> Result<()> {
    // SAFETY: what comes out is not used; the caller of `load_mut` promises that nobody else holds the data mutably.
    unsafe { Account::<T>::load_mut(view) }.map(forget)
}

impl<T: Pod + Zeroable + SlabSchema> AnchorAccount for Loaded<T> {
    type Data = T;
    const MIN_DATA_LEN: usize = <Account<T> as AnchorAccount>::MIN_DATA_LEN;
    const RELAX_READONLY_CPI_BORROW_FROM_MUT: bool = <Account<T> as AnchorAccount>::RELAX_READONLY_CPI_BORROW_FROM_MUT;

    #[inline(always)]
    fn load(view: AccountView) -> Result<Self> {
        check::<T>(view)?;
        Ok(Self { view, content: PhantomData })
    }

    #[inline(always)]
    unsafe fn load_mut(view: AccountView) -> Result<Self> {
        check_mut::<T>(view)?;
        Ok(Self { view, content: PhantomData })
    }

    #[inline(always)]
    fn account(&self) -> &AccountView {
        &self.view
    }
}

impl<T: Pod + Zeroable + SlabSchema> AccountClose for Loaded<T> {
    #[inline(always)]
    fn close(&mut self, destination: AccountView) -> Result<()> {
        close(self.view, destination);
        Ok(())
    }
}

/// Move all lamports out and leave nothing that could be taken for an account.
#[inline(never)]
fn close(mut view: AccountView, mut destination: AccountView) {
    destination.set_lamports(destination.lamports() + view.lamports());
    // SAFETY: only accounts of this program are closed, whose data is longer than this and is read no more.
    unsafe {
        view.data_mut_ptr().cast::<[u8; 8]>().write(CLOSED);
        view.close_unchecked();
    }
}

impl<T> Loaded<T> {
    #[inline(always)]
    pub fn address(&self) -> &Address {
        self.view.address()
    }
}

impl<T: Pod + Zeroable + SlabSchema> Deref for Loaded<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the checks of `Account<T>` have passed: the data is as long as `T` behind its discriminator, and any
        // bytes are a `T`; the runtime aligns an account's data.
        unsafe { &*self.view.data_ptr().add(T::DATA_OFFSET).cast::<T>() }
    }
}

impl<T: Pod + Zeroable + SlabSchema> DerefMut for Loaded<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // The inner account remembers whether `load_mut` made it, which a bare view does not. Clients pass read-only what
        // is not `mut`, so that an instruction that writes it all the same never succeeds, not even in the first test.
        assert!(self.view.is_writable());
        // SAFETY: as in `deref`; `&mut self` is the only way to this view, and no two `mut` accounts are the same one but
        // where `unsafe(dup)` says so, which no `Loaded` account of this program has that is written through here.
        unsafe { &mut *self.view.data_mut_ptr().add(T::DATA_OFFSET).cast::<T>() }
    }
}

#[doc(hidden)]
impl<T: Pod + Zeroable + SlabSchema + IdlAccountType> IdlAccountType for Loaded<T> {
    const __IDL_ACCOUNT_ENTRY: Option<&'static str> = T::__IDL_ACCOUNT_ENTRY;
    const __IDL_TYPE_DEF: Option<&'static str> = T::__IDL_TYPE_DEF;

    fn __idl_account_entry() -> Option<&'static str> {
        T::__idl_account_entry()
    }

    fn __idl_type_def() -> Option<&'static str> {
        T::__idl_type_def()
    }

    fn __register_idl_deps(
        accounts: &mut anchor_lang::__alloc::vec::Vec<&'static str>,
        types: &mut anchor_lang::__alloc::vec::Vec<&'static str>,
    ) {
        T::__register_idl_deps(accounts, types);
    }
}
