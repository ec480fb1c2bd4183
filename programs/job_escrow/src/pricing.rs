//! What a job costs. Pure integer functions; nothing else in the program computes a price.

use anchor_lang::prelude::*;

use crate::{
    constants::{MAX_CREDITS, MAX_UNITS, RATE_UNITS},
    errors::EscrowError,
    state::Tier,
};

/// Credits that `units` cost on `tier`.
///
/// Flat up to the included units, above that `max(flat, ceil(units x rate / 1000))`, so that a longer completion never
/// costs less than a shorter one.
pub fn cost(tier: &Tier, units: u64) -> Result<u64> {
    require!(units <= MAX_UNITS, EscrowError::AmountTooLarge);
    if units <= tier.included_units {
        return Ok(tier.flat_credits);
    }
    let metered = product(units, tier.credits_per_1000_units)?.div_ceil(RATE_UNITS);
    let credits = metered.max(tier.flat_credits);
    require!(credits <= MAX_CREDITS, EscrowError::AmountTooLarge);
    Ok(credits)
}

/// `left x right`, each below 2^32, so that the product fits into 64 bits.
///
/// The target has no 128-bit multiplication, which a checked one of two variables would become.
pub fn product(left: u64, right: u64) -> Result<u64> {
    require!(left <= u32::MAX as u64 && right <= u32::MAX as u64, EscrowError::AmountTooLarge);
    Ok(left.wrapping_mul(right))
}

/// The platform's share of `amount` base units, rounded down: `floor(amount x bps / 10000)` without a 128-bit product.
///
/// `bps` is at most 10,000, so that neither product is above `amount` or 10^8.
pub fn fee(amount: u64, bps: u64) -> u64 {
    (amount / 10_000).wrapping_mul(bps) + (amount % 10_000).wrapping_mul(bps) / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(flat: u64, included: u64, rate: u64) -> Tier {
        Tier { flat_credits: flat, included_units: included, credits_per_1000_units: rate, ..Tier::EMPTY }
    }

    #[test]
    fn max_tier_follows_the_recorded_interpretation() {
        let max = tier(40, 500, 20);
        for (units, credits) in [(0, 40), (1, 40), (500, 40), (501, 40), (2_000, 40), (2_001, 41), (2_400, 48)] {
            assert_eq!(cost(&max, units).unwrap(), credits, "{units} units");
        }
    }

    #[test]
    fn largest_factors_do_not_overflow() {
        let dearest = tier(0, 0, MAX_UNITS);
        assert!(cost(&dearest, MAX_UNITS).is_err());
        assert_eq!(cost(&dearest, 1_000).unwrap(), MAX_CREDITS);
        assert!(cost(&dearest, 1_001).is_err());
        assert!(cost(&dearest, MAX_UNITS + 1).is_err());
    }

    #[test]
    fn fee_equals_the_128_bit_formula() {
        for amount in [0, 1, 9_999, 10_000, 10_001, 123_456_789, u64::MAX / 2, u64::MAX] {
            for bps in [0, 1, 250, 3_000, 10_000] {
                let exact = (amount as u128 * bps as u128 / 10_000) as u64;
                assert_eq!(fee(amount, bps), exact, "{amount} at {bps}");
            }
        }
    }
}
