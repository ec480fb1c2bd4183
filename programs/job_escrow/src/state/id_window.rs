//! Which ids of jobs and grants were used: the highest, and a window of 128 below it, as in IPsec anti-replay (RFC 4303, 3.4.3).

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use crate::{constants::ID_WINDOW, errors::EscrowError};

const HALF: u64 = 64;

/// Bit i says whether the id `highest - i` was used; 128 bits in two words, since the target has no 128-bit shift.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct IdWindow {
    /// Highest id used so far, or where the ids of this account start.
    pub highest: u64,
    /// Bits 0 to 63.
    pub low: u64,
    /// Bits 64 to 127.
    pub high: u64,
}

impl IdWindow {
    /// A window in which `start` and everything below it counts as used.
    pub fn starting_at(start: u64) -> Self {
        Self { highest: start, low: u64::MAX, high: u64::MAX }
    }

    /// Use `id` up, for ever.
    #[inline(never)]
    pub fn accept(&mut self, id: u64) -> Result<()> {
        if id > self.highest {
            let ahead = id - self.highest;
            require!(ahead <= ID_WINDOW, EscrowError::JobIdTooFarAhead);
            self.shift(ahead);
            self.low |= 1;
            self.highest = id;
            return Ok(());
        }
        let below = self.highest - id;
        require!(below < ID_WINDOW, EscrowError::JobIdTooOld);
        let (word, bit) =
            if below < HALF { (&mut self.low, 1u64 << below) } else { (&mut self.high, 1u64 << (below - HALF)) };
        require!(*word & bit == 0, EscrowError::JobIdUsed);
        *word |= bit;
        Ok(())
    }

    fn shift(&mut self, by: u64) {
        if by >= ID_WINDOW {
            (self.low, self.high) = (0, 0);
        } else if by >= HALF {
            (self.low, self.high) = (0, self.low << (by - HALF));
        } else {
            // `by` is at least 1, so that the complementary shift is at most 63.
            self.high = (self.high << by) | (self.low >> (HALF - by));
            self.low <<= by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same rules with a plain set, which remembers everything.
    struct Model {
        highest: u64,
        start: u64,
        used: std::collections::HashSet<u64>,
    }

    impl Model {
        fn accept(&mut self, id: u64) -> bool {
            let fresh = id > self.start && !self.used.contains(&id);
            let within = if id > self.highest { id - self.highest <= 128 } else { self.highest - id < 128 };
            if fresh && within {
                self.used.insert(id);
                self.highest = self.highest.max(id);
            }
            fresh && within
        }
    }

    #[test]
    fn agrees_with_a_set_that_remembers_everything() {
        let start = 1_000u64;
        let mut window = IdWindow::starting_at(start);
        let mut model = Model { highest: start, start, used: Default::default() };
        let mut random = 0x9e37_79b9_7f4a_7c15u64;
        for step in 0..200_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let id = (window.highest + random % 140).saturating_sub((random >> 32) % 270);
            assert_eq!(window.accept(id).is_ok(), model.accept(id), "step {step}, id {id}");
            assert_eq!(window.highest, model.highest);
        }
    }

    #[test]
    fn edges() {
        let mut window = IdWindow::starting_at(u64::MAX - 129);
        assert!(window.accept(u64::MAX).is_err());
        assert!(window.accept(u64::MAX - 1).is_ok());
        assert!(window.accept(u64::MAX).is_ok());
        assert!(window.accept(u64::MAX).is_err());
        assert!(window.accept(u64::MAX - 127).is_ok());
        assert!(window.accept(u64::MAX - 128).is_err());
    }
}
