"""The scenario's part about automatic top-up: a rule that is set, run, kept from buying in each way, and removed."""

from collections.abc import Callable
from dataclasses import replace

from job_escrow import NO_LIMITS, LimitsArgs, TopUpTerms, Wallet, delegate_address, top_up_address
from job_escrow.bounds import ALWAYS, NEVER
from job_escrow.chain.requests import GetRent, GetUnixTime
from job_escrow.codec import TopUpArgs, instructions
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, USDC_MINT, approve, revoke, transfer
from job_escrow.top_ups import NO_PACK
from job_escrow.transactions import Receipt
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from solders.token import ID as TOKEN_PROGRAM_ID

from escrow_harness.recording import Recorder
from escrow_harness.stage import Stage, wait_until

_LIMITS = LimitsArgs(
    credits_per_job=100, credits_per_session=0, credits_per_period=250, period_seconds=86_400, quoted_allowed=True
)
_PRICE = 10_000
_BUY = 100
_COST = _BUY * _PRICE
_TERMS = TopUpTerms(threshold=ALWAYS, buy=_BUY, base_units_per_period=2 * _COST, period_seconds=86_400)
_SHORT_SECONDS = 2
_CLOSE, _FREEZE, _THAW, _INITIALIZE = b"\x09", b"\x0a", b"\x0b", b"\x12"


def topping_up(stage: Stage, record: Recorder) -> None:
    """On an account of its own, from a token account that Alice keeps for it."""
    wallet = stage.escrow.wallet(stage.cast.alice, stage.platform, namespace="topped up")
    source = _source(stage, record)
    record.watched |= {
        "topped up account": wallet.address,
        "topped up vault": wallet.side.vault,
        "top-up rule": top_up_address(wallet.address),
    }
    record.step("open an account to top up", lambda: wallet.open(_LIMITS))
    _wrong_rules(stage, record, wallet, source)
    record.step("set a rule", lambda: wallet.set_top_up(_TERMS, source=source))
    record.refused_instructions("set a second rule", [_set(wallet, source, _args())], [stage.cast.alice])
    _wrong_accounts(stage, record, wallet, source)
    _kept_from_buying(stage, record, wallet, source)
    run = _running(stage, wallet, source)
    record.refused_instructions("top up twice at once", [run, run], [stage.cast.stranger])
    _buying(stage, record, wallet)
    _ending(stage, record, wallet, source)


def _source(stage: Stage, record: Recorder) -> Pubkey:
    """A token account of Alice's beside her usual one."""
    alice, made = stage.cast.alice, Keypair()
    address = made.pubkey()
    record.watched["alice's tokens for top-ups"] = address
    rent = stage.escrow.chain.answer(GetRent(TOKEN_ACCOUNT_SIZE))
    params = CreateAccountParams(
        from_pubkey=alice.pubkey(), to_pubkey=address, lamports=rent, space=TOKEN_ACCOUNT_SIZE, owner=TOKEN_PROGRAM_ID
    )
    mint = AccountMeta(USDC_MINT, is_signer=False, is_writable=False)
    begin = _token_step(_INITIALIZE + bytes(alice.pubkey()), address, mint)
    fund = transfer(
        source=stage.accounts()["alice's tokens"], destination=address, owner=alice.pubkey(), base_units=3 * _COST
    )
    record.step_instructions("keep tokens for top-ups", [create_account(params), begin, fund], [alice, made])
    return address


def _wrong_rules(stage: Stage, record: Recorder, wallet: Wallet, source: Pubkey) -> None:
    def setting(**changes: int) -> Callable[[], Receipt]:
        return lambda: wallet.set_top_up(replace(_TERMS, **changes), source=source)

    record.refused("set a rule without a threshold", setting(threshold=0))
    record.refused("set a rule that has ended", setting(expires_at=1))
    dearer = _set(wallet, source, _args(base_units=_COST + 1, base_units_per_period=3 * _COST))
    record.refused_instructions("set a rule at another price", [dearer], [stage.cast.alice])
    bobs = stage.accounts()["bob's tokens"]
    record.refused_instructions("set a rule on bob's tokens", [_set(wallet, bobs, _args())], [stage.cast.alice])


def _wrong_accounts(stage: Stage, record: Recorder, wallet: Wallet, source: Pubkey) -> None:
    usual = stage.accounts()["alice's tokens"]
    for name, changes in {
        "top another account up": {"credit_account": stage.alice.address},
        "top up from other tokens": {"source": usual},
        "top up by another delegate": {"delegate": stage.cast.bob.pubkey()},
    }.items():
        record.refused_instructions(name, [_running(stage, wallet, source, **changes)], [stage.cast.stranger])


def _kept_from_buying(stage: Stage, record: Recorder, wallet: Wallet, source: Pubkey) -> None:
    alice, issuer = stage.cast.alice, local_usdc_authority()
    run = [_running(stage, wallet, source)]
    delegate = delegate_address(stage.platform, alice.pubkey())

    def allow(base_units: int) -> Instruction:
        return approve(source=source, delegate=delegate, owner=alice.pubkey(), base_units=base_units)

    record.step("let the operator lock nothing", lambda: wallet.set_limits(NO_LIMITS))
    record.refused_instructions("top up for an operator that may nothing", run, [stage.cast.stranger])
    record.step("let it lock again", lambda: wallet.set_limits(_LIMITS))
    record.step_instructions("allow nothing", [revoke(source=source, owner=alice.pubkey())], [alice])
    record.refused_instructions("top up without an allowance", run, [stage.cast.stranger])
    record.step_instructions("allow too little", [allow(_COST - 1)], [alice])
    record.refused_instructions("top up with too small an allowance", run, [stage.cast.stranger])
    record.step_instructions("allow enough", [allow(10 * _COST)], [alice])
    mint, signs = AccountMeta(USDC_MINT, is_signer=False, is_writable=False), AccountMeta(issuer.pubkey(), True, False)
    record.step_instructions("freeze the source", [_token_step(_FREEZE, source, mint, signs)], [alice, issuer])
    record.refused_instructions("top up from a frozen source", run, [stage.cast.stranger])
    record.step_instructions("thaw the source", [_token_step(_THAW, source, mint, signs)], [alice, issuer])


def _buying(stage: Stage, record: Recorder, wallet: Wallet) -> None:
    # A period begins at a second at which nothing else has.
    _pass(stage, 1)
    record.step("top up", lambda: stage.anyone.top_up(wallet.address))
    _pass(stage, 1)
    record.step("top up again", lambda: stage.anyone.top_up(wallet.address))
    _pass(stage, 1)
    record.refused("top up beyond the cap", lambda: stage.anyone.top_up(wallet.address))


def _ending(stage: Stage, record: Recorder, wallet: Wallet, source: Pubkey) -> None:
    alice, anyone = stage.cast.alice, stage.anyone
    usual = stage.accounts()["alice's tokens"]
    low = replace(_TERMS, threshold=1)
    record.step("set a low threshold", lambda: wallet.set_top_up(low, source=source))
    record.refused("top up that is not due", lambda: anyone.top_up(wallet.address))
    soon = stage.escrow.chain.answer(GetUnixTime()) + _SHORT_SECONDS
    record.step("set a rule that ends soon", lambda: wallet.set_top_up(replace(_TERMS, expires_at=soon), source=source))
    wait_until(stage.escrow.chain, soon)
    record.refused("top up by a rule that has ended", lambda: anyone.top_up(wallet.address))
    record.step("set a rule without an end", lambda: wallet.set_top_up(_TERMS, source=source))

    left = transfer(source=source, destination=usual, owner=alice.pubkey(), base_units=_COST)
    to, signs = AccountMeta(alice.pubkey(), True, True), AccountMeta(alice.pubkey(), True, True)
    record.step_instructions("close the source", [left, _token_step(_CLOSE, source, to, signs)], [alice])
    record.refused_instructions("top up from a closed source", [_running(stage, wallet, source)], [stage.cast.stranger])
    record.step("withdraw what was bought", wallet.withdraw)
    record.refused_instructions("top up after a withdrawal", [_running(stage, wallet, source)], [stage.cast.stranger])
    _pass(stage, 1)
    record.refused_instructions("close beside a rule", [_closing(stage, wallet)], [alice])
    record.step("turn the top-up off", wallet.remove_top_up)
    record.step("close what was topped up", wallet.close)


def _pass(stage: Stage, seconds: int) -> None:
    """Let time pass, and at least a slot."""
    wait_until(stage.escrow.chain, stage.escrow.chain.answer(GetUnixTime()) + seconds)


def _args(**changes: int) -> TopUpArgs:
    args = TopUpArgs(
        threshold=ALWAYS,
        credits=_BUY,
        base_units=_COST,
        bonus_credits=0,
        base_units_per_period=2 * _COST,
        period_seconds=86_400,
        expires_at=NEVER,
        pack=NO_PACK,
    )
    return replace(args, **changes)


def _set(wallet: Wallet, source: Pubkey, args: TopUpArgs) -> Instruction:
    return instructions.set_top_up(
        wallet=wallet.side.key,
        payer=wallet.side.key,
        platform=wallet.side.platform,
        credit_account=wallet.address,
        source=source,
        rule=top_up_address(wallet.address),
        args=args,
        sequence=wallet.next_sequence(),
    )


def _running(stage: Stage, wallet: Wallet, pays: Pubkey, **changes: Pubkey) -> Instruction:
    accounts = {
        "platform": stage.platform,
        "credit_account": wallet.address,
        "vault": wallet.side.vault,
        "rule": top_up_address(wallet.address),
        "source": pays,
        "delegate": delegate_address(stage.platform, wallet.side.key),
    }
    return instructions.top_up(**accounts | changes)  # type: ignore[arg-type]


def _closing(stage: Stage, wallet: Wallet) -> Instruction:
    return instructions.close(
        wallet=wallet.side.key,
        platform=stage.platform,
        credit_account=wallet.address,
        vault=wallet.side.vault,
        destination=stage.accounts()["alice's tokens"],
        treasury=stage.accounts()["treasury"],
        rent_payer=wallet.side.key,
        vault_rent_payer=wallet.side.key,
    )


def _token_step(data: bytes, account: Pubkey, *others: AccountMeta) -> Instruction:
    return Instruction(TOKEN_PROGRAM_ID, data, [AccountMeta(account, is_signer=False, is_writable=True), *others])
