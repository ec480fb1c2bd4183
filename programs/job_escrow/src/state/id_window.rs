//! Which ids were used: the highest, and a window of bits below it, as in IPsec anti-replay (RFC 4303, 3.4.3).
//!
//! One implementation over words for every width, since the target has no shifts of more than 64 bits.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use crate::{
    constants::{ID_WINDOW, JOB_ID_WINDOW},
    errors::EscrowError,
};

const BITS: u64 = u64::BITS as u64;

/// Ids of the operator's jobs. Bit i of the words, from the lowest bit of the first word on, says whether the id
/// `highest - i` was used.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct JobIdWindow {
    /// Highest id used so far, or where the ids of this account start.
    pub highest: u64,
    pub words: [u64; 4],
}

/// Ids of the wallet's own jobs, or of grants; bits as in `JobIdWindow`.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct IdWindow {
    /// Highest id used so far, or where the ids of this account start.
    pub highest: u64,
    pub words: [u64; 2],
}

const _: () = assert!(JOB_ID_WINDOW == 4 * BITS && ID_WINDOW == 2 * BITS);

impl JobIdWindow {
    /// A window in which `start` and everything below it counts as used.
    pub fn starting_at(start: u64) -> Self {
        Self { highest: start, words: [u64::MAX; 4] }
    }

    /// Use `id` up, for ever.
    pub fn accept(&mut self, id: u64) -> Result<()> {
        accept(&mut self.highest, &mut self.words, id)
    }
}

impl IdWindow {
    /// A window in which `start` and everything below it counts as used.
    pub fn starting_at(start: u64) -> Self {
        Self { highest: start, words: [u64::MAX; 2] }
    }

    /// Use `id` up, for ever.
    pub fn accept(&mut self, id: u64) -> Result<()> {
        accept(&mut self.highest, &mut self.words, id)
    }
}

#[inline(never)]
fn accept<const WORDS: usize>(highest: &mut u64, words: &mut [u64; WORDS], id: u64) -> Result<()> {
    let width = WORDS as u64 * BITS;
    if id > *highest {
        let ahead = id - *highest;
        require!(ahead <= width, EscrowError::JobIdTooFarAhead);
        shift(words, ahead);
        words[0] |= 1;
        *highest = id;
        return Ok(());
    }
    let below = *highest - id;
    require!(below < width, EscrowError::JobIdTooOld);
    let word = &mut words[(below / BITS) as usize];
    let bit = 1u64 << (below % BITS);
    require!(*word & bit == 0, EscrowError::JobIdUsed);
    *word |= bit;
    Ok(())
}

/// Move every bit up by `by`, which is at least 1; those that leave the last word are forgotten.
fn shift<const WORDS: usize>(words: &mut [u64; WORDS], by: u64) {
    let mut left = by;
    // Nearly always none.
    while left >= BITS {
        words.copy_within(..WORDS - 1, 1);
        words[0] = 0;
        left -= BITS;
    }
    if left == 0 {
        return;
    }
    for index in (1..WORDS).rev() {
        words[index] = (words[index] << left) | (words[index - 1] >> (BITS - left));
    }
    words[0] <<= left;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same rules with a plain set, which remembers everything.
    struct Model {
        width: u64,
        highest: u64,
        start: u64,
        used: std::collections::HashSet<u64>,
    }

    impl Model {
        fn starting_at(start: u64, width: u64) -> Self {
            Self { width, highest: start, start, used: Default::default() }
        }

        fn accept(&mut self, id: u64) -> bool {
            let fresh = id > self.start && !self.used.contains(&id);
            let within =
                if id > self.highest { id - self.highest <= self.width } else { self.highest - id < self.width };
            if fresh && within {
                self.used.insert(id);
                self.highest = self.highest.max(id);
            }
            fresh && within
        }
    }

    fn agrees<const WORDS: usize>() {
        let (start, width) = (1_000u64, WORDS as u64 * 64);
        let (mut highest, mut words) = (start, [u64::MAX; WORDS]);
        let mut model = Model::starting_at(start, width);
        let mut random = 0x9e37_79b9_7f4a_7c15u64;
        for step in 0..200_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // Mostly near the highest, so that the window is full of holes; sometimes all the way to both edges.
            let reach = if random >> 60 == 0 { width + 12 } else { 12 };
            let id = (highest + random % reach).saturating_sub((random >> 32) % (2 * width + 14) * (random >> 59 & 1));
            assert_eq!(accept(&mut highest, &mut words, id).is_ok(), model.accept(id), "step {step}, id {id}");
            assert_eq!(highest, model.highest);
        }
    }

    #[test]
    fn every_width_agrees_with_a_set_that_remembers_everything() {
        agrees::<1>();
        agrees::<2>();
        agrees::<3>();
        agrees::<4>();
    }

    #[test]
    fn edges() {
        edges_of::<2>();
        edges_of::<4>();
    }

    fn edges_of<const WORDS: usize>() {
        let width = WORDS as u64 * BITS;
        let (mut highest, mut words) = (u64::MAX - width - 1, [u64::MAX; WORDS]);
        let mut accepts = |id| accept(&mut highest, &mut words, id).is_ok();
        assert!(!accepts(u64::MAX));
        assert!(accepts(u64::MAX - 1));
        assert!(accepts(u64::MAX));
        assert!(!accepts(u64::MAX));
        assert!(accepts(u64::MAX - width + 1));
        assert!(!accepts(u64::MAX - width));
    }
}
