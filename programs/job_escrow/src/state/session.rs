//! A session: credits that are locked for many requests, which are settled together.

use anchor_lang::{prelude::*, solana_program::hash::hashv};
use bytemuck::{bytes_of, Pod, Zeroable};

use super::{address_at_bump, Claim, CreditAccount, Split, Tier};
use crate::{
    constants::{MAX_CREDITS, SESSION_SEED, TIERS},
    errors::EscrowError,
    pricing,
    shared::{copy, require_compatible},
};

/// Locked credits of one session. PDA `["session", credit account, id as u64]`; closed when the session ends.
///
/// Only the operator opens one. Everything that decides about money is copied here at the opening and never changes.
#[account]
pub struct Session {
    /// Layout version.
    pub version: u8,
    /// Oldest layout version whose programs may use this account; newer ones may have fields that those do not know.
    pub compatible_from: u8,
    pub reserved_flags: [u8; 6],
    /// The credit account that it was locked from.
    pub credit_account: Address,
    /// Unique among the operator's jobs and sessions of the credit account, for ever.
    pub id: u64,
    /// Who earns what paid credits bring, less the fee; all zeros: the treasury.
    pub payee: Address,
    /// The payee's token account, as it was registered at the opening.
    pub payee_token_account: Address,
    /// Who paid the rent of this account; it goes back there.
    pub rent_payer: Address,
    /// Credits locked in all.
    pub credits: u64,
    /// Credits settled so far.
    pub settled: u64,
    /// Credits still held, by where they came from.
    pub held: Split,
    /// Base units that the payee's share was computed on so far: paid credits' worth, less what promotion has paid of it.
    pub payee_base_units: u64,
    /// Share of the payee's earnings that goes to the treasury, in basis points.
    pub fee_bps: u64,
    /// Unix seconds.
    pub opened_at: i64,
    /// Settling ends and refunding by anyone begins, in unix seconds.
    pub deadline: i64,
    /// Receipts that are settled.
    pub count: u64,
    /// Commits to all of them, in their order, and to the session's address and tiers.
    pub head: [u8; 32],
    /// What was used so far, for each tier.
    pub totals: [TierTotals; TIERS],
    /// The platform's prices at the opening; a tier without a name is not offered.
    pub tiers: [Tier; TIERS],
    pub reserved: [u8; 64],
}

/// What a session has used of one tier since it was opened.
///
/// A tier without a flat price counts `metered_units` alone: those of the requests above its included units.
#[derive(Clone, Copy, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
#[repr(C)]
pub struct TierTotals {
    /// Requests that cost the flat price.
    pub flat_requests: u32,
    /// Requests that cost more than the flat price.
    pub metered_requests: u32,
    /// Units of those.
    pub metered_units: u32,
    /// Credits that those cost, each rounded up by itself.
    pub metered_credits: u32,
}

impl TierTotals {
    const NOTHING: Self = Self { flat_requests: 0, metered_requests: 0, metered_units: 0, metered_credits: 0 };

    /// Whether it is the same: half as many comparisons as field by field.
    #[inline(always)]
    fn is(&self, other: &Self) -> bool {
        self.requests() == other.requests() && self.metered() == other.metered()
    }

    fn requests(&self) -> u64 {
        self.flat_requests as u64 | (self.metered_requests as u64) << 32
    }

    fn metered(&self) -> u64 {
        self.metered_units as u64 | (self.metered_credits as u64) << 32
    }

    fn at_least(&self, other: &Self) -> bool {
        self.flat_requests >= other.flat_requests
            && self.metered_requests >= other.metered_requests
            && self.metered_units >= other.metered_units
            && self.metered_credits >= other.metered_credits
    }
}

impl Session {
    /// The one address of a session, where its id has one.
    pub fn address_of(credit_account: &Address, id: u64) -> Address {
        address_at_bump(SESSION_SEED, credit_account, id)
    }

    pub fn require_known_version(&self) -> Result<()> {
        require_compatible(self.compatible_from)
    }

    /// What a settlement or refund changes of it.
    pub fn claim(&mut self) -> Claim<'_> {
        Claim {
            credits: self.credits,
            held: &mut self.held,
            settled: &mut self.settled,
            payee_base_units: &mut self.payee_base_units,
            payee: &self.payee,
            payee_token_account: &self.payee_token_account,
            fee_bps: self.fee_bps,
            by_operator: true,
        }
    }

    /// Start the history: no receipts, of this session and at these prices.
    pub fn start(&mut self, address: &Address, tiers: &[Tier; TIERS]) {
        // SAFETY: the session's own tiers are written, and another account's are read.
        unsafe { copy(&raw mut self.tiers, tiers) };
        self.head = hashv(&[address.as_ref(), bytes_of(&self.tiers)]).to_bytes();
    }

    /// Take totals that never fall, and receipts that follow those that are there. Gives back what all of it costs.
    ///
    /// A call, as the next one is: within the instruction they cost 100 compute units more, since there the compiler has
    /// no registers left.
    #[inline(never)]
    pub fn count(&mut self, from_count: u64, count: u64, totals: &[TierTotals; TIERS]) -> Result<u64> {
        let follows = from_count == self.count && count >= from_count;
        require!(follows, EscrowError::WrongReceiptCount);
        let (mut credits, mut unchanged) = (0, true);
        for (index, total) in totals.iter().enumerate() {
            if !total.is(&self.totals[index]) {
                require!(total.at_least(&self.totals[index]), EscrowError::TotalsFell);
                unchanged = false;
            }
            if !total.is(&TierTotals::NOTHING) {
                // More than any lock holds is refused below, and eight of them fit into 64 bits.
                credits += pricing::session_cost(&self.tiers[index], total)?.min(MAX_CREDITS + 1);
            }
        }
        require!(credits <= self.credits, EscrowError::AboveLock);
        // What is charged is in a receipt; a repeat without new ones changes nothing.
        require!(count > from_count || unchanged, EscrowError::MissingReceipts);
        // SAFETY: the account's own totals are written, and an argument is read.
        unsafe { copy(&raw mut self.totals, totals) };
        self.count = count;
        Ok(credits)
    }

    /// Commit to receipts that were settled: none of them is changed, left out or moved from then on.
    #[inline(never)]
    pub fn advance_head(&mut self, root: &[u8; 32]) {
        let (count, settled) = (self.count.to_le_bytes(), self.settled.to_le_bytes());
        self.head = hashv(&[&self.head, root, &count, &settled]).to_bytes();
    }
}

impl CreditAccount {
    /// Remember an ended session's history, so that the account alone authenticates it.
    #[inline(never)]
    pub fn fold(&mut self, address: &Address, session: &Session) {
        let (count, settled) = (session.count.to_le_bytes(), session.settled.to_le_bytes());
        self.session_heads =
            hashv(&[&self.session_heads, address.as_ref(), &session.head, &count, &settled]).to_bytes();
    }
}
