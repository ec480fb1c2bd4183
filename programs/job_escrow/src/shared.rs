//! Small things that every instruction does, as calls: written out in each of them they are 10 KB of program.

use anchor_lang::{find_program_address, prelude::*};

/// The chain's clock, in unix seconds. The runtime always has one.
#[inline(never)]
pub fn now() -> i64 {
    match Clock::get() {
        Ok(clock) => clock.unix_timestamp,
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
