//! Cost basis: what a platform's promotion has paid of an account's paid credits.
//!
//! `promotion_backing` is shared by all paid credits, available and locked. Whoever spends takes its share of it along to
//! the treasury, rounded down; whoever withdraws leaves its share behind, rounded up: nobody carries any of it off.

use super::CreditAccount;
use crate::pricing::share;

impl CreditAccount {
    /// Paid credits, wherever they are.
    #[inline(always)]
    pub fn paid(&self) -> u64 {
        self.paid_available + self.paid_locked
    }

    /// Take the promotion behind `credits` out of the backing, before these leave the paid ones by being spent.
    #[inline(always)]
    pub fn spend_backing(&mut self, credits: u64) {
        if self.promotion_backing != 0 && credits != 0 {
            self.promotion_backing -= share(self.promotion_backing, credits, self.paid()).floor;
        }
    }

    /// Owe the promotion account what is behind `credits`, before these leave the paid ones by being paid out.
    #[inline(always)]
    pub fn owe_backing(&mut self, credits: u64) -> u64 {
        if self.promotion_backing == 0 || credits == 0 {
            return 0;
        }
        let owed = share(self.promotion_backing, credits, self.paid()).ceil;
        self.promotion_backing -= owed;
        self.promotion_owed += owed;
        owed
    }
}
