//! One instruction a file: its accounts, then what it refuses, then what it does.

pub mod close;
pub mod create_platform;
pub mod lock;
pub mod open;
pub mod purchase;
pub mod refund;
pub mod set_limits;
pub mod settle;
pub mod withdraw;

pub use close::*;
pub use create_platform::*;
pub use lock::*;
pub use open::*;
pub use purchase::*;
pub use refund::*;
pub use set_limits::*;
pub use settle::*;
pub use withdraw::*;
