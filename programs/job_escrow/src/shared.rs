//! Small things that every instruction does, as calls: written out in each of them they are 10 KB of program.

use anchor_lang::{find_program_address, prelude::*};

use crate::{constants::VERSION, errors::EscrowError};

/// The chain's clock, in unix seconds. The runtime always has one.
#[inline(never)]
pub fn now() -> i64 {
    match Clock::get() {
        Ok(clock) => clock.unix_timestamp,
        Err(_) => panic!("no clock"),
    }
}

/// The same with the slot, for what happens at most once in one.
#[inline(never)]
pub fn now_and_slot() -> (i64, u64) {
    match Clock::get() {
        Ok(clock) => (clock.unix_timestamp, clock.slot),
        Err(_) => panic!("no clock"),
    }
}

/// Whether two addresses are the same.
#[inline(never)]
pub fn same(left: &Address, right: &Address) -> bool {
    anchor_lang::address_eq(left, right)
}

/// The canonical bump of an address of this program.
#[inline(never)]
pub fn bump_of(seeds: &[&[u8]]) -> u8 {
    find_program_address(seeds, &crate::ID).1
}

/// Whether this program may use an account: a layout of later fields says from which version on one has to know them.
#[inline(never)]
pub fn require_compatible(compatible_from: u8) -> Result<()> {
    require!(compatible_from >= 1 && compatible_from <= VERSION, EscrowError::UnknownVersion);
    Ok(())
}

/// Copy a value by the runtime's own call: from 64 bytes on that is less than the loads and stores that stand for it.
///
/// # Safety
///
/// `to` is valid for a write of a `T`, and does not overlap with `from`.
#[inline(always)]
pub unsafe fn copy<T: Copy>(to: *mut T, from: &T) {
    #[cfg(target_arch = "bpf")]
    anchor_lang::pinocchio::syscalls::sol_memcpy_(
        to.cast::<u8>(),
        (&raw const *from).cast::<u8>(),
        core::mem::size_of::<T>() as u64,
    );
    #[cfg(not(target_arch = "bpf"))]
    to.write(*from);
}
