//! The accounts. Each starts with its version right behind the discriminator and ends with reserved space.

mod balances;
mod changes;
mod credit_account;
mod id_window;
mod job;
mod limits;
mod lots;
mod payee;
mod platform;

pub use balances::Balances;
pub use credit_account::CreditAccount;
pub use id_window::IdWindow;
pub use job::Job;
pub use limits::{Limits, LimitsArgs};
pub use lots::{Lot, Split};
pub use payee::Payee;
pub use platform::{Pack, PendingChanges, Platform, Tier, TierArgs};
