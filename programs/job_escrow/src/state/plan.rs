//! Plans: each of their cycles is granted once, in whatever order.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use crate::{
    constants::{PLANS, PLAN_WINDOW},
    errors::EscrowError,
};

/// Which cycle of which plan a grant is for, as an argument. What a slot stands for, and how cycles are counted, is the
/// platform's own business.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct PlanCycle {
    /// 0 to 3.
    pub slot: u8,
    /// Its number.
    pub cycle: u32,
}

/// Which cycles were granted: of each plan slot the highest, and a window of 64 from it down. All zero: none.
///
/// A cycle may be any number above the highest, since a plan may rest for longer than a window; what falls out of the window
/// counts as granted.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct PlanWindows {
    /// Bit i of a slot's word says whether its cycle `highest - i` was granted.
    pub granted: [u64; PLANS],
    /// Highest cycle that was granted.
    pub highest: [u32; PLANS],
}

impl PlanWindows {
    /// Use a cycle up, for ever.
    #[inline(never)]
    pub fn accept(&mut self, plan: &PlanCycle) -> Result<()> {
        let slot = plan.slot as usize;
        require!(slot < PLANS, EscrowError::NoSuchPlanSlot);
        let (granted, highest) = (&mut self.granted[slot], &mut self.highest[slot]);
        if plan.cycle > *highest {
            let kept = granted.checked_shl(plan.cycle - *highest).unwrap_or(0);
            *granted = kept | 1;
            *highest = plan.cycle;
            return Ok(());
        }
        let below = *highest - plan.cycle;
        require!(below < PLAN_WINDOW, EscrowError::PlanCycleTooOld);
        require!(*granted >> below & 1 == 0, EscrowError::PlanCycleGranted);
        *granted |= 1 << below;
        Ok(())
    }
}

const _: () = assert!(PLANS == 4 && PLAN_WINDOW == u64::BITS, "messages of errors say so");

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn windows_agree_with_sets_that_remember_everything() {
        let mut windows = PlanWindows::zeroed();
        let mut granted: [HashSet<u32>; PLANS] = Default::default();
        let mut highest = [0; PLANS];
        let mut random = 0x9e37_79b9_7f4a_7c15u64;
        for step in 0..200_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let slot = (random >> 40) as usize % PLANS;
            // Mostly near the highest, so that windows are full of holes; sometimes beyond both edges.
            let reach = if random >> 60 == 0 { 130 } else { 6 };
            let cycle = (highest[slot] + (random % reach) as u32).saturating_sub((random >> 32) as u32 % 70);
            let fresh = !granted[slot].contains(&cycle) && cycle + 64 > highest[slot];
            let accepted = windows.accept(&PlanCycle { slot: slot as u8, cycle });
            assert_eq!(accepted.is_ok(), fresh, "step {step}, slot {slot}, cycle {cycle}");
            if fresh {
                granted[slot].insert(cycle);
                highest[slot] = highest[slot].max(cycle);
            }
        }
    }

    #[test]
    fn edges() {
        let mut windows = PlanWindows::zeroed();
        let mut accept = |slot, cycle| windows.accept(&PlanCycle { slot, cycle });
        assert!(accept(4, 0).is_err() && accept(255, 0).is_err());
        assert!(accept(0, 0).is_ok() && accept(0, 0).is_err());
        assert!(accept(0, 63).is_ok() && accept(0, 0).is_err() && accept(0, 1).is_ok());
        assert!(accept(0, 64).is_ok() && accept(0, 0).is_err() && accept(0, 1).is_err());
        assert!(accept(0, u32::MAX).is_ok() && accept(0, u32::MAX).is_err());
        assert!(accept(0, u32::MAX - 63).is_ok() && accept(0, u32::MAX - 64).is_err());
        assert!(accept(1, 0).is_ok() && accept(3, u32::MAX).is_ok() && accept(2, 7).is_ok());
    }
}
