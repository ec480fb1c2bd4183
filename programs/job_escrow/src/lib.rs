//! Prepaid credits for AI jobs, held in escrow.
//!
//! A wallet's credits live in an account derived from its address, the USDC behind them in that account's own vault.
//! An operator locks the price of a job, settles what it cost and gives the rest back; what times out goes back
//! without anyone's permission. `docs/invariants.md` lists what always holds and where it is enforced.

use anchor_lang::prelude::*;

mod charging;
pub mod constants;
mod create;
pub mod errors;
pub mod events;
pub mod instructions;
mod loaded;
mod locking;
#[cfg(target_arch = "bpf")]
mod mem;
pub mod pricing;
#[cfg(not(feature = "no-entrypoint"))]
mod security;
mod shared;
pub mod state;
mod token;

use instructions::*;
use state::{LimitsArgs, Pack, PackExpected, PlanCycle, TierArgs, TopUpArgs};

declare_id!("JobqFjK1w6b9u1qg8x3K2HdSuMoV1abpzfjc3eYpALp");

#[program]
pub mod job_escrow {
    use super::*;

    /// Create a credit system: its mint and credit price for ever, its keys and prices to be changed with notice.
    pub fn create_platform(ctx: &mut Context<CreatePlatform>, args: CreatePlatformArgs) -> Result<()> {
        CreatePlatform::handler(ctx, &args)
    }

    /// Change settings: what could hurt a wallet waits for the notice period, the rest is at once.
    pub fn update_platform(ctx: &mut Context<UpdatePlatform>, args: UpdatePlatformArgs) -> Result<()> {
        UpdatePlatform::handler(ctx, &args)
    }

    /// Set, or with none remove, a tier: cheaper is at once, anything else waits for the notice period.
    pub fn set_tier(ctx: &mut Context<SetTier>, index: u8, tier: Option<TierArgs>) -> Result<()> {
        SetTier::handler(ctx, index, tier)
    }

    /// Offer a pack in a slot, or with none nothing there; at once, since a purchase names what it expects.
    pub fn set_pack(ctx: &mut Context<SetPack>, index: u8, pack: Option<Pack>) -> Result<()> {
        SetPack::handler(ctx, index, pack)
    }

    /// Take tokens out of the promotion account; they go to the treasury and nowhere else.
    pub fn withdraw_promotion(ctx: &mut Context<WithdrawPromotion>, base_units: u64) -> Result<()> {
        WithdrawPromotion::handler(ctx, base_units)
    }

    /// Put announced changes into effect once their notice period is over, and before they lapse 30 days later.
    pub fn apply_changes(ctx: &mut Context<ApplyChanges>) -> Result<()> {
        ApplyChanges::handler(ctx)
    }

    /// Make the standby operator the operator, at once; the old one is dropped.
    pub fn switch_operator(ctx: &mut Context<SwitchOperator>) -> Result<()> {
        SwitchOperator::handler(ctx)
    }

    /// Name the key that may become admin by accepting.
    pub fn propose_admin(ctx: &mut Context<ProposeAdmin>, new_admin: Address) -> Result<()> {
        ProposeAdmin::handler(ctx, new_admin)
    }

    /// Become admin, as proposed.
    pub fn accept_admin(ctx: &mut Context<AcceptAdmin>) -> Result<()> {
        AcceptAdmin::handler(ctx)
    }

    /// Let somebody besides the treasury earn from jobs, once the platform's notice for payees is over.
    pub fn register_payee(ctx: &mut Context<RegisterPayee>) -> Result<()> {
        RegisterPayee::handler(ctx)
    }

    /// Suspend or resume a payee, at once, or announce a share of its own.
    pub fn update_payee(ctx: &mut Context<UpdatePayee>, args: UpdatePayeeArgs) -> Result<()> {
        UpdatePayee::handler(ctx, &args)
    }

    /// Remove a suspended payee.
    pub fn unregister_payee(ctx: &mut Context<UnregisterPayee>) -> Result<()> {
        UnregisterPayee::handler(ctx)
    }

    /// Open a wallet's credit account in a namespace, and set the limits of the operator.
    pub fn open(ctx: &mut Context<Open>, namespace: [u8; 16], limits: LimitsArgs, vault_bump: u8) -> Result<()> {
        Open::handler(ctx, namespace, &limits, vault_bump)
    }

    /// Change what the operator may lock: more with the wallet's next sequence number, less also with 0.
    pub fn set_limits(ctx: &mut Context<SetLimits>, limits: LimitsArgs, sequence: u64) -> Result<()> {
        SetLimits::handler(ctx, &limits, sequence)
    }

    /// Buy credits: the mint's tokens go from the payer straight into the vault.
    pub fn purchase(ctx: &mut Context<Purchase>, credits: u64, sequence: u64) -> Result<()> {
        Purchase::handler(ctx, credits, sequence)
    }

    /// Buy a pack: its credits are paid by the payer, the bonus on top by the platform's promotion account.
    pub fn purchase_pack(ctx: &mut Context<PurchasePack>, expected: PackExpected, sequence: u64) -> Result<()> {
        PurchasePack::handler(ctx, &expected, sequence)
    }

    /// Let anybody buy credits for the wallet from its own tokens, once few are left and within a cap.
    pub fn set_top_up(ctx: &mut Context<SetTopUp>, args: TopUpArgs, sequence: u64) -> Result<()> {
        SetTopUp::handler(ctx, &args, sequence)
    }

    /// Remove the wallet's rule; its rent goes back to who paid it.
    pub fn remove_top_up(ctx: &mut Context<RemoveTopUp>) -> Result<()> {
        RemoveTopUp::handler(ctx)
    }

    /// Buy what the wallet's rule says, if it is due.
    pub fn top_up(ctx: &mut Context<TopUp>) -> Result<()> {
        TopUp::handler(ctx)
    }

    /// Give promotional or subscription credits, which the signer pays for; `grant_id` is used up for ever. A plan's cycle is
    /// used up in its place: then `grant_id` is where the account's ids start.
    pub fn grant(
        ctx: &mut Context<Grant>,
        grant_id: u64,
        credits: u64,
        expires_at: i64,
        reason: u16,
        plan: Option<PlanCycle>,
    ) -> Result<()> {
        Grant::handler(ctx, &GrantTerms { grant_id, credits, expires_at, reason, plan })
    }

    /// Take expired lots away; what stood behind them goes to the treasury.
    pub fn expire_lots(ctx: &mut Context<ExpireLots>) -> Result<()> {
        ExpireLots::handler(ctx)
    }

    /// Bring what withdrawals have left of packs' bonus back to the promotion account.
    pub fn sweep_promotion(ctx: &mut Context<SweepPromotion>) -> Result<()> {
        SweepPromotion::handler(ctx)
    }

    /// Turn plain transfers into the vault into credits.
    pub fn sync_deposits(ctx: &mut Context<SyncDeposits>) -> Result<()> {
        SyncDeposits::handler(ctx)
    }

    /// Pay out tokens that are not behind any credit: of another mint, or in another account than the vault.
    pub fn recover(ctx: &mut Context<Recover>) -> Result<()> {
        Recover::handler(ctx)
    }

    /// Bring tokens back that were sent to the vault's own associated token account.
    pub fn recover_nested(ctx: &mut Context<RecoverNested>) -> Result<()> {
        RecoverNested::handler(ctx)
    }

    /// Lock the price of a job before it runs.
    pub fn lock(ctx: &mut Context<Lock>, args: LockArgs) -> Result<()> {
        Lock::handler(ctx, &args)
    }

    /// Charge what a job has cost so far; when final, give the rest back and end it. `proof` is kept in the event alone.
    pub fn settle(ctx: &mut Context<Settle>, amount: u64, is_final: bool, proof: Option<[u8; 32]>) -> Result<()> {
        Settle::handler(ctx, amount, is_final, &proof)
    }

    /// Give back all that a job still holds, and end it.
    pub fn refund(ctx: &mut Context<Refund>) -> Result<()> {
        Refund::handler(ctx)
    }

    /// Lock credits for many requests, at the platform's present prices.
    pub fn open_session(ctx: &mut Context<OpenSession>, args: OpenSessionArgs) -> Result<()> {
        OpenSession::handler(ctx, &args)
    }

    /// Charge what a session has used so far; when final, give the rest back and end it.
    pub fn settle_session(ctx: &mut Context<SettleSession>, args: SettleSessionArgs) -> Result<()> {
        SettleSession::handler(ctx, &args)
    }

    /// Give back all that a session still holds, and end it.
    pub fn refund_session(ctx: &mut Context<RefundSession>) -> Result<()> {
        RefundSession::handler(ctx)
    }

    /// Pay unspent credits out to their wallet.
    pub fn withdraw(ctx: &mut Context<Withdraw>, credits: Option<u64>, sequence: u64) -> Result<()> {
        Withdraw::handler(ctx, credits, sequence)
    }

    /// Pay everything out and remove the account; the rent goes back to who paid it, any SOL beyond it to the wallet.
    pub fn close(ctx: &mut Context<Close>) -> Result<()> {
        Close::handler(ctx)
    }
}
