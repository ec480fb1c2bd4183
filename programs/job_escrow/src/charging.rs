//! Charging what a job or session holds: where credits come from, and where what they are worth goes.

use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    loaded::Loaded,
    pricing,
    shared::same,
    state::{Claim, CreditAccount, Split},
    token,
};

/// The accounts that a settlement moves money between.
pub struct Parties<'a> {
    pub credit_account: &'a mut Loaded<CreditAccount>,
    pub vault: &'a Loaded<TokenAccount>,
    pub treasury: &'a UncheckedAccount,
    /// The payee's token account; none where there is no payee.
    pub payee: &'a Option<UncheckedAccount>,
}

/// What a settlement did.
pub struct Charged {
    /// Credits charged, and by all settlements so far.
    pub credits: u64,
    pub settled: u64,
    /// Where they came from.
    pub spent: Split,
    /// What went back where it came from; nothing before the end.
    pub returned: Split,
    pub treasury_base_units: u64,
    pub payee_base_units: u64,
    /// What promotion had paid of them; a part of what went to the treasury.
    pub promotion_base_units: u64,
    /// The payee's share was due, but its token account cannot take it: settling must go on, so the treasury gets it.
    pub payee_unpayable: bool,
}

/// Charge what has been used so far costs less what was charged before, pay it out and, where final, give back the rest.
///
/// Cumulative: a figure that is repeated or came late charges nothing.
#[inline(never)]
pub fn charge(parties: &mut Parties, claim: &mut Claim, cost: u64, is_final: bool) -> Result<Charged> {
    let credit_account = &mut **parties.credit_account;
    let credits = cost.saturating_sub(*claim.settled);
    let backing = credit_account.promotion_backing;
    let spent = credit_account.spend(claim.held, credits)?;
    let promotion = backing - credit_account.promotion_backing;
    *claim.settled += credits;
    if claim.by_operator {
        credit_account.limits.charge(credits);
    }
    let mut returned = Split::NOTHING;
    if is_final {
        returned = credit_account.end(claim)?;
    } else {
        claim.invariant()?;
    }

    let base_units = credit_account.worth(credits)?;
    let share = payee_share(parties, claim, spent.paid, promotion)?;
    let to_treasury = base_units - share.base_units;
    if to_treasury > 0 {
        token::pay_out(parties.vault.account(), parties.treasury.account(), parties.credit_account, to_treasury);
    }
    if let (Some(payee), true) = (parties.payee, share.base_units > 0) {
        token::pay_out(parties.vault.account(), payee.account(), parties.credit_account, share.base_units);
    }
    parties.credit_account.invariant_with_vault(parties.vault.amount())?;
    Ok(Charged {
        credits,
        settled: *claim.settled,
        spent,
        returned,
        treasury_base_units: to_treasury,
        payee_base_units: share.base_units,
        promotion_base_units: promotion,
        payee_unpayable: share.unpayable,
    })
}

/// What a payee earns from one settlement.
struct PayeeShare {
    base_units: u64,
    unpayable: bool,
}

/// The payee's part of the paid credits that were spent, less the fee; what lots and promotion paid is the treasury's.
fn payee_share(parties: &Parties, claim: &mut Claim, paid: u64, promotion: u64) -> Result<PayeeShare> {
    let mut share = PayeeShare { base_units: 0, unpayable: false };
    if *claim.payee_token_account == Address::new_from_array([0; 32]) {
        return Ok(share);
    }
    let payee = parties.payee.as_ref().ok_or(EscrowError::MissingPayee)?;
    require!(same(payee.address(), claim.payee_token_account), EscrowError::MissingPayee);
    // A treasury that is the payee's own account gets all of it in one transfer.
    if same(payee.address(), parties.treasury.address()) {
        return Ok(share);
    }
    // The fee is rounded down once for the whole job or session, however many settlements it takes.
    let before = *claim.payee_base_units;
    let after = before + parties.credit_account.worth(paid)? - promotion;
    *claim.payee_base_units = after;
    let due = (after - pricing::fee(after, claim.fee_bps)) - (before - pricing::fee(before, claim.fee_bps));
    share.unpayable = due > 0 && !token::can_receive(payee.account(), parties.vault.mint(), Some(claim.payee));
    if !share.unpayable {
        share.base_units = due;
    }
    Ok(share)
}
