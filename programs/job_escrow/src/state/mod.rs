//! The accounts. Each starts with its version right behind the discriminator and ends with reserved space.

mod balances;
mod changes;
mod claim;
mod credit_account;
mod id_window;
mod job;
mod limits;
mod lots;
mod one_address;
mod pack;
mod payee;
mod plan;
mod platform;
mod promotion;
mod session;
mod top_up;

pub use balances::Balances;
pub use claim::Claim;
pub use credit_account::{wallet_start, CreditAccount};
pub use id_window::{IdWindow, JobIdWindow};
pub use job::Job;
pub use limits::{period_is_over, Limits, LimitsArgs};
pub use lots::{Lot, Split};
pub use one_address::address_at_bump;
pub use pack::{Pack, PackExpected, PackPrice};
pub use payee::Payee;
pub use plan::{PlanCycle, PlanWindows};
pub use platform::{PendingChanges, Platform, Tier, TierArgs};
pub use session::{Session, TierTotals};
pub use top_up::{TopUpArgs, TopUpRule, NO_RULE};
