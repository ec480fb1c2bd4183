//! Bounds. They are chosen so that every product and sum of amounts fits into 64 bits.

/// Most credits that one credit account holds, and most credits in any single amount.
pub const MAX_CREDITS: u64 = u32::MAX as u64;

/// Most units (output tokens, requests, seconds, …) that one job is locked for.
pub const MAX_UNITS: u64 = u32::MAX as u64;

/// Most base units of the mint that one credit is worth.
pub const MAX_BASE_UNITS_PER_CREDIT: u64 = u32::MAX as u64;

/// Price tiers of a platform.
pub const TIERS: usize = 8;

/// Lots of granted credits that a credit account holds at a time.
pub const LOTS: usize = 8;

/// Packs that a platform offers.
pub const PACKS: usize = 4;

/// Plans whose cycles an account remembers, each by a slot.
pub const PLANS: usize = 4;

/// How many cycles of a plan are remembered from the highest one down.
pub const PLAN_WINDOW: u32 = 64;

/// Longest time that a job or session may hold credits locked, in seconds: 7 days.
pub const MAX_JOB_SECONDS: u64 = 7 * 24 * 60 * 60;

/// Longest period that a wallet's limit may cover, in seconds: 366 days.
pub const MAX_PERIOD_SECONDS: u64 = 366 * 24 * 60 * 60;

/// The threshold of a top-up rule that buys however many credits are left.
pub const ALWAYS: u64 = u64::MAX;

/// Shortest and longest notice that a platform gives before a change that could hurt a wallet, in seconds.
pub const MIN_NOTICE_SECONDS: u64 = 1;
pub const MAX_NOTICE_SECONDS: u64 = 90 * 24 * 60 * 60;

/// How long an announced change can be applied once its notice is over, in seconds: 30 days.
pub const GRACE_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Highest fee that a platform takes from what a payee earns, in basis points.
pub const MAX_FEE_BPS: u64 = 3_000;

/// Job ids and sequence numbers start at the clock of the opening, in seconds, shifted left by this many bits.
pub const EPOCH_SHIFT: u32 = 20;

/// How many ids of the operator's jobs and sessions are remembered from the highest one down, and how far ahead of it a new one may be.
/// About half of them have an address.
pub const JOB_ID_WINDOW: u64 = 256;

/// The same for the wallet's own jobs, and for grants.
pub const ID_WINDOW: u64 = 128;

/// This bit of a job's id is set where the wallet locked it: ids of wallet and operator never meet, and are below 2^53.
pub const WALLET_ID_BIT: u32 = 52;

/// The only bump of a job's or session's address: each id has one address at most, which nobody has to search for.
pub const JOB_BUMP: u8 = 255;

/// Share of a payee's earnings that is the payee's own, in basis points: what the highest fee leaves, and all of it.
pub const MIN_SHARE_BPS: u64 = 7_000;
pub const WHOLE_BPS: u64 = 10_000;
const _: () = assert!(MIN_SHARE_BPS == WHOLE_BPS - MAX_FEE_BPS);

/// The layout version that this program writes into every account.
pub const VERSION: u8 = 1;

pub const PLATFORM_SEED: &[u8] = b"platform";
pub const CREDIT_SEED: &[u8] = b"credit";
pub const JOB_SEED: &[u8] = b"job";
pub const SESSION_SEED: &[u8] = b"session";
pub const PAYEE_SEED: &[u8] = b"payee";
pub const TOP_UP_SEED: &[u8] = b"top-up";
pub const DELEGATE_SEED: &[u8] = b"delegate";
