//! `memcpy`, `memmove`, `memset` and `memcmp` for a build with LLVM's own BPF back end.
//!
//! The compiler calls these four by name wherever it copies, fills or compares more than a few bytes. Solana's
//! platform-tools bring them in their own compiler-builtins; the `bpfel` target of upstream Rust has none. Each of them
//! hands over to the syscall of the same purpose.
//!
//! None may contain a loop or a copy that the optimizer could turn back into a call of itself.

use anchor_lang::pinocchio::syscalls::{sol_memcmp_, sol_memcpy_, sol_memmove_, sol_memset_};

/// # Safety
///
/// As in C: both regions are valid for `length` bytes and do not overlap.
#[no_mangle]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    sol_memcpy_(to, from, length as u64);
    to
}

/// # Safety
///
/// As in C: both regions are valid for `length` bytes; they may overlap.
#[no_mangle]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    sol_memmove_(to, from, length as u64);
    to
}

/// # Safety
///
/// As in C: the region is valid for `length` bytes. Only the low byte of `value` counts.
#[no_mangle]
unsafe extern "C" fn memset(to: *mut u8, value: i32, length: usize) -> *mut u8 {
    sol_memset_(to, value as u8, length as u64);
    to
}

/// # Safety
///
/// As in C: both regions are valid for `length` bytes.
#[no_mangle]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, length: usize) -> i32 {
    let mut order = 0i32;
    sol_memcmp_(left, right, length as u64, &mut order);
    order
}
