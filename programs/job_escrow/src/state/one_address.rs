//! The one address of a job or session: what bump 255 gives, where its id has one.

use anchor_lang::{prelude::*, solana_program::hash::hashv};

use crate::constants::JOB_BUMP;

/// What the runtime puts behind an address's seeds before it hashes them, from the bump on.
const BEHIND_SEEDS: [u8; 54] = {
    let (program, marker) = (crate::ID.as_array(), b"ProgramDerivedAddress");
    let mut bytes = [JOB_BUMP; 54];
    let mut at = 0;
    while at < program.len() {
        bytes[1 + at] = program[at];
        at += 1;
    }
    at = 0;
    while at < marker.len() {
        bytes[33 + at] = marker[at];
        at += 1;
    }
    bytes
};

/// Where an account with these seeds is, if there is one.
///
/// For half of the ids that has a private key; it is nobody's, and the runtime signs for none such. The hash costs a
/// tenth of what the runtime takes for deriving an address.
#[inline(never)]
pub fn address_at_bump(seed: &[u8], credit_account: &Address, id: u64) -> Address {
    let hash = hashv(&[seed, credit_account.as_ref(), &id.to_le_bytes(), &BEHIND_SEEDS]);
    Address::new_from_array(hash.to_bytes())
}
