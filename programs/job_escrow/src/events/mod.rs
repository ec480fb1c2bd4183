//! One event for every movement of money or rights, with balances before and after, so that events alone rebuild
//! every account. They are emitted by self-CPI: logs are cut at 10 KB and can be flooded, inner instructions cannot.

use anchor_lang::{event::EVENT_IX_TAG, pinocchio::instruction::InstructionAccount, prelude::*};
use anchor_lang::{unchecked_invoke_signed_fixed, Discriminator};
use core::mem::MaybeUninit;

use crate::loaded::Loaded;
use crate::shared::{copy, now};
use crate::state::Platform;

mod accounts;
mod credits;
mod jobs;
mod payees;
mod platforms;
mod sessions;
mod top_ups;

pub use accounts::*;
pub use credits::*;
pub use jobs::*;
pub use payees::*;
pub use platforms::*;
pub use sessions::*;
pub use top_ups::*;

/// An event as the data of a self-call: Anchor's tag, the event's discriminator, its fields.
#[repr(C)]
struct Tagged<E> {
    tag: u64,
    discriminator: u64,
    event: E,
}

/// Emit an event as `emit_cpi!` does, byte for byte, from the stack: the macro's way through the heap costs 1,000 bytes
/// of program and 400 compute units each.
#[inline(always)]
pub fn emit<E: Event + bytemuck::Pod>(authority: &UncheckedAccount, bump: u8, event: E) {
    const { assert!(core::mem::size_of::<Tagged<E>>() == 16 + core::mem::size_of::<E>(), "padding in an event") };
    let mut discriminator = [0u8; 8];
    discriminator.copy_from_slice(<E as Discriminator>::DISCRIMINATOR);
    let mut tagged = MaybeUninit::<Tagged<E>>::uninit();
    let at = tagged.as_mut_ptr();
    // SAFETY: all three fields are written, and nothing else is there. `Tagged` is repr(C) of two words and an
    // `#[event(bytemuck)]` struct, which is asserted at compile time to be repr(C) without padding, and whose alignment
    // is at most a word's: every byte is initialized.
    let data = unsafe {
        (&raw mut (*at).tag).write(EVENT_IX_TAG);
        (&raw mut (*at).discriminator).write(u64::from_le_bytes(discriminator));
        // One call, where the compiler would copy parts of it word by word.
        copy(&raw mut (*at).event, &event);
        core::slice::from_raw_parts(at.cast::<u8>(), core::mem::size_of::<Tagged<E>>())
    };
    call_self(authority, bump, data);
}

/// The pack of a purchase that is of none.
pub const NO_PACK: u8 = u8::MAX;

/// What was done to a platform.
#[repr(u8)]
pub enum ChangeKind {
    Update = 0,
    Tier = 1,
    Apply = 2,
    ProposeAdmin = 3,
    AcceptAdmin = 4,
    Pack = 5,
    SwitchOperator = 6,
}

/// Emit the state of a platform after a change.
#[inline(never)]
pub fn emit_platform_changed(
    authority: &UncheckedAccount,
    bump: u8,
    platform: &Loaded<Platform>,
    change: ChangeKind,
) -> Result<()> {
    let event = PlatformChanged {
        platform: *platform.address(),
        admin: platform.admin,
        pending_admin: platform.pending_admin,
        operator: platform.operator,
        standby_operator: platform.standby_operator,
        granter: platform.granter,
        treasury: platform.treasury,
        promotion: platform.promotion,
        min_purchase: platform.min_purchase,
        max_job_seconds: platform.max_job_seconds,
        fee_bps: platform.fee_bps,
        at: now(),
        tiers: platform.tiers,
        pending: platform.pending,
        packs: platform.packs,
        paused: platform.paused,
        change: change as u8,
        reserved: [0; 6],
    };
    emit(authority, bump, event);
    Ok(())
}

#[inline(never)]
fn call_self(authority: &UncheckedAccount, bump: u8, data: &[u8]) {
    let authority = authority.cpi_handle();
    let accounts = [InstructionAccount::readonly_signer(authority.address())];
    let bump = [bump];
    let seeds: [&[u8]; 2] = [b"__event_authority", &bump];
    unchecked_invoke_signed_fixed(&crate::ID, data, &accounts, &[authority], &[&seeds]);
}
