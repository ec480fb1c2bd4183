//! What a job costs. Pure integer functions; nothing else in the program computes a price.

use anchor_lang::prelude::*;

use crate::{
    constants::{MAX_CREDITS, MAX_UNITS},
    errors::EscrowError,
    state::{Tier, TierTotals},
};

/// Credits that `units` cost on `tier`.
///
/// Flat up to the included units, above that `max(flat, ceil(units x rate_credits / rate_units))`, so that a longer
/// completion never costs less than a shorter one. Without a rate any number of units is flat.
pub fn cost(tier: &Tier, units: u64) -> Result<u64> {
    require!(units <= MAX_UNITS, EscrowError::AmountTooLarge);
    if units <= tier.included_units || !tier.has_rate() {
        return Ok(tier.flat_credits);
    }
    // Both factors are below 2^32, and a tier with a rate has units that it is for.
    let metered = units.wrapping_mul(tier.rate_credits as u64).div_ceil(tier.rate_units as u64);
    let credits = metered.max(tier.flat_credits);
    require!(credits <= MAX_CREDITS, EscrowError::AmountTooLarge);
    Ok(credits)
}

/// Credits that all of a session's requests on `tier` cost.
///
/// Without a flat price their units are priced together, rounded up once. With one, each request is priced by itself, which
/// the operator reports: those at the flat price by their number, and of those above it the number, units and credits. Refused
/// are sums that no such requests have:
///
/// - each has more than the included units, and than the flat price pays for: so have they on average;
/// - each costs more than the flat price, by whole credits: so do they on average;
/// - each is rounded up, by at most `rate_units - 1` of the parts that a credit has: so are they together by no more than so
///   much for each, and not down.
pub fn session_cost(tier: &Tier, totals: &TierTotals) -> Result<u64> {
    require!(tier.is_offered(), EscrowError::InvalidTotals);
    let (requests, units) = (totals.metered_requests as u64, totals.metered_units as u64);
    let credits = totals.metered_credits as u64;
    let (rate_credits, rate_units) = (tier.rate_credits as u64, tier.rate_units as u64);
    // All factors are below 2^32. A tier without a flat price has a rate.
    let owed = units.wrapping_mul(rate_credits);
    if tier.flat_credits == 0 {
        let only_units = totals.flat_requests | totals.metered_requests | totals.metered_credits == 0;
        require!(only_units && (units == 0 || units > tier.included_units), EscrowError::InvalidTotals);
        return Ok(if tier.has_rate() { owed.div_ceil(rate_units) } else { 0 });
    }
    // Averages are compared, since a product of three factors would not fit.
    if let Some((units_each, credits_each)) = units.checked_div(requests).zip(credits.checked_div(requests)) {
        require!(tier.has_rate(), EscrowError::InvalidTotals);
        let at_flat = tier.flat_credits.wrapping_mul(rate_units) / rate_credits;
        let longer = units_each > tier.included_units.max(at_flat);
        let dearer = credits_each > tier.flat_credits;
        let paid = credits.wrapping_mul(rate_units);
        require!(longer && dearer && paid >= owed, EscrowError::InvalidTotals);
        require!(paid - owed <= requests.wrapping_mul(rate_units - 1), EscrowError::InvalidTotals);
    } else {
        require!(units == 0 && credits == 0, EscrowError::InvalidTotals);
    }
    Ok((totals.flat_requests as u64).wrapping_mul(tier.flat_credits) + credits)
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

/// A part of an amount, in whole base units.
pub struct Share {
    /// Rounded down.
    pub floor: u64,
    /// Rounded up.
    pub ceil: u64,
}

/// `amount x part / whole` without a 128-bit product: with `amount = q x whole + r` it is `q x part + r x part / whole`.
///
/// `part` is at most `whole`, which is below 2^32 and not 0. So neither product is above `amount` or 2^64.
#[inline(never)]
pub fn share(amount: u64, part: u64, whole: u64) -> Share {
    let (quotient, rest) = (amount / whole, (amount % whole).wrapping_mul(part));
    let floor = quotient.wrapping_mul(part) + rest / whole;
    Share { floor, ceil: floor + (rest % whole != 0) as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier(flat: u64, included: u64, rate_credits: u32, rate_units: u32) -> Tier {
        Tier { flat_credits: flat, included_units: included, rate_credits, rate_units, ..Tier::EMPTY }
    }

    #[test]
    fn max_tier_follows_the_recorded_interpretation() {
        let max = tier(40, 500, 20, 1_000);
        for (units, credits) in [(0, 40), (1, 40), (500, 40), (501, 40), (2_000, 40), (2_001, 41), (2_400, 48)] {
            assert_eq!(cost(&max, units).unwrap(), credits, "{units} units");
        }
    }

    #[test]
    fn largest_factors_do_not_overflow() {
        let dearest = tier(0, 0, u32::MAX, 1_000);
        assert!(cost(&dearest, MAX_UNITS).is_err());
        assert_eq!(cost(&dearest, 1_000).unwrap(), MAX_CREDITS);
        assert!(cost(&dearest, 1_001).is_err());
        assert!(cost(&dearest, MAX_UNITS + 1).is_err());
        assert_eq!(cost(&tier(0, 0, u32::MAX, u32::MAX), MAX_UNITS).unwrap(), MAX_CREDITS);
        assert_eq!(cost(&tier(0, 0, 1, u32::MAX), MAX_UNITS).unwrap(), 1);
    }

    #[test]
    fn rates_are_exact() {
        let (minute, four, hundred) = (tier(0, 0, 1, 60), tier(0, 0, 1, 4), tier(0, 0, 1, 100));
        for (tier, units, credits) in [
            (&minute, 60, 1),
            (&minute, 61, 2),
            (&minute, 3_600, 60),
            (&four, 1, 1),
            (&four, 4, 1),
            (&four, 5, 2),
            (&hundred, 100, 1),
            (&hundred, 101, 2),
        ] {
            assert_eq!(cost(tier, units).unwrap(), credits, "{units} units");
        }
    }

    #[test]
    fn without_a_rate_any_number_is_flat() {
        assert_eq!(cost(&tier(7, 10, 0, 0), MAX_UNITS).unwrap(), 7);
    }

    #[test]
    fn share_equals_the_128_bit_formula() {
        let most = u32::MAX as u64;
        for whole in [1, 2, 3, 7, 15_000, most - 1, most] {
            for amount in [0, 1, 2, 2_500, 1_000_000, whole, whole * most - 1, whole * most] {
                for part in [0, 1, whole / 2, whole - 1, whole] {
                    let product = amount as u128 * part as u128;
                    let share = share(amount, part, whole);
                    let (down, up) = (product / whole as u128, product.div_ceil(whole as u128));
                    assert_eq!(share.floor as u128, down, "{amount} x {part} / {whole}");
                    assert_eq!(share.ceil as u128, up, "{amount} x {part} / {whole}");
                }
            }
        }
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
