//! Anchor's `Account`, loaded by one function per type instead of anew in every instruction: 15 KB less of program.
//!
//! Nothing else differs: every check, borrow and conversion is the inner account's own.

use anchor_lang::{accounts::SlabSchema, prelude::*, AnchorAccount, IdlAccountType};
use bytemuck::{Pod, Zeroable};
use core::ops::{Deref, DerefMut};

/// An `Account<T>`.
pub struct Loaded<T: Pod + Zeroable + SlabSchema>(Account<T>);

impl<T: Pod + Zeroable + SlabSchema> AnchorAccount for Loaded<T> {
    type Data = T;
    const MIN_DATA_LEN: usize = <Account<T> as AnchorAccount>::MIN_DATA_LEN;
    const RELAX_READONLY_CPI_BORROW_FROM_MUT: bool = <Account<T> as AnchorAccount>::RELAX_READONLY_CPI_BORROW_FROM_MUT;

    #[inline(never)]
    fn load(view: AccountView) -> Result<Self> {
        Account::load(view).map(Self)
    }

    #[inline(never)]
    unsafe fn load_mut(view: AccountView) -> Result<Self> {
        // SAFETY: the caller's promise, that nobody else holds the account's data mutably, is the one asked for here.
        unsafe { Account::load_mut(view) }.map(Self)
    }

    #[inline(always)]
    fn account(&self) -> &AccountView {
        self.0.account()
    }

    #[inline(always)]
    fn cpi_handle(&self) -> CpiHandle<'_> {
        self.0.cpi_handle()
    }

    #[inline(always)]
    fn try_cpi_handle_mut(&mut self) -> Result<CpiHandleMut<'_>> {
        self.0.try_cpi_handle_mut()
    }
}

impl<T: Pod + Zeroable + SlabSchema> AccountClose for Loaded<T> {
    #[inline(never)]
    fn close(&mut self, destination: AccountView) -> Result<()> {
        self.0.close(destination)
    }
}

impl<T: Pod + Zeroable + SlabSchema> Loaded<T> {
    #[inline(always)]
    pub fn address(&self) -> &Address {
        self.0.address()
    }
}

impl<T: Pod + Zeroable + SlabSchema> Deref for Loaded<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Pod + Zeroable + SlabSchema> DerefMut for Loaded<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
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
