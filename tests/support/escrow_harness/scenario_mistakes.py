"""The scenario's third part: accounts that do not belong together, and accounts that nothing good is known of."""

from dataclasses import replace

from job_escrow import NO_LIMITS, job_address, platform_address, token_address
from job_escrow.codec import CreatePlatformArgs, LockArgs, instructions
from job_escrow.presets import load_preset
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT, create_token_account
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from solders.token import ID as TOKEN_PROGRAM_ID

from escrow_harness.recording import Recorder
from escrow_harness.spoilt import DOES_NOT_ADD_UP, LAPSED, OF_A_LATER_VERSION, OWNER
from escrow_harness.stage import LIMITS, Stage, job

_INITIALIZE_MINT_2 = b"\x14"
_FREEZE = b"\x0a"
_MINT_SIZE = 82
_MINT_RENT = 1_461_600
_DECIMALS = 6
_NO_FREEZE_AUTHORITY = b"\0"


def mistaking(stage: Stage, record: Recorder) -> None:
    """Everything is somebody's, but not the right one's."""
    _of_another_platform(stage, record)
    _of_another_account(stage, record)
    _of_another_mint(stage, record)
    _with_a_frozen_vault(stage, record)
    _spoilt(stage, record)


def _of_another_platform(stage: Stage, record: Recorder) -> None:
    admin, alice, stranger = stage.cast.admin, stage.cast.alice, stage.cast.stranger
    terms = replace(stage.terms, name="another")
    record.step("create another platform", lambda: stage.escrow.create_platform(admin, terms))
    other = platform_address(admin.pubkey(), terms.name)
    buy = instructions.purchase(
        payer=stranger.pubkey(),
        source=stage.accounts()["stranger's tokens"],
        platform=other,
        credit_account=stage.alice.address,
        vault=stage.alice.side.vault,
        credits=100,
        sequence=0,
    )
    record.refused_instructions("buy at another platform's terms", [buy], [stranger])

    seeds = [b"payee", bytes(other), bytes(stranger.pubkey())]
    payee, _ = Pubkey.find_program_address(seeds, stage.escrow.options.program_id)
    tokens = stage.accounts()["stranger's tokens"]
    register = instructions.register_payee(admin=admin.pubkey(), platform=other, payee=payee, token_account=tokens)
    record.step_instructions("register a payee there", [register], [admin])
    account = stage.alice.address
    job_id = stage.alice.next_job_id()
    address = job_address(account, job_id).address
    lock = instructions.lock(
        authority=alice.pubkey(),
        payer=alice.pubkey(),
        platform=stage.platform,
        credit_account=account,
        payee=payee,
        job=address,
        args=LockArgs(id=job_id, tier=None, amount=1, max_credits=1, seconds=60),
    )
    record.refused_instructions("lock for another platform's payee", [lock], [alice])


def _of_another_account(stage: Stage, record: Recorder) -> None:
    operator, account = stage.cast.operator, stage.alice.address
    job_id = stage.alice.next_job_id()
    address = record.watched["alice's job mistaken"] = job_address(account, job_id).address
    record.step("alice locks", lambda: stage.alice.lock(job(job_id, None, 10)))
    refund = instructions.refund(
        authority=operator.pubkey(),
        platform=stage.platform,
        credit_account=stage.bob.address,
        job=address,
        rent_payer=stage.cast.alice.pubkey(),
    )
    record.refused_instructions("refund alice's job to bob", [refund], [operator])
    record.step("refund it to alice", lambda: stage.operator.refund(account, job_id))


def _of_another_mint(stage: Stage, record: Recorder) -> None:
    alice, mint = stage.cast.alice, Keypair()
    record.watched["another mint"] = mint.pubkey()
    made = CreateAccountParams(
        from_pubkey=alice.pubkey(),
        to_pubkey=mint.pubkey(),
        lamports=_MINT_RENT,
        space=_MINT_SIZE,
        owner=TOKEN_PROGRAM_ID,
    )
    initialize = Instruction(
        TOKEN_PROGRAM_ID,
        _INITIALIZE_MINT_2 + bytes([_DECIMALS]) + bytes(alice.pubkey()) + _NO_FREEZE_AUTHORITY,
        [AccountMeta(mint.pubkey(), is_signer=False, is_writable=True)],
    )
    tokens = create_token_account(payer=alice.pubkey(), owner=alice.pubkey(), mint=mint.pubkey())
    record.step_instructions("make another mint", [create_account(made), initialize, tokens], [alice, mint])
    withdraw = instructions.withdraw(
        wallet=alice.pubkey(),
        credit_account=stage.alice.address,
        vault=stage.alice.side.vault,
        destination=token_address(alice.pubkey(), mint.pubkey()),
        credits=1,
        sequence=stage.alice.next_sequence(),
    )
    record.refused_instructions("withdraw as another mint", [withdraw], [alice])
    record.refused_instructions(
        "platform of what is no mint", [_platform_of(stage, stage.accounts()["alice's tokens"])], [stage.cast.admin]
    )


def _platform_of(stage: Stage, mint: Pubkey) -> Instruction:
    admin, preset = stage.cast.admin.pubkey(), load_preset("decentral")
    args = CreatePlatformArgs(
        name=b"third".ljust(32, b"\0"),
        admin=admin,
        operator=admin,
        base_units_per_credit=preset.base_units_per_credit,
        notice_seconds=preset.notice_seconds,
        payee_notice_seconds=preset.payee_notice_seconds,
        min_purchase=preset.min_purchase,
        max_job_seconds=preset.max_job_seconds,
        fee_bps=preset.fee_bps,
        tiers=preset.tiers,
    )
    treasury = stage.accounts()["treasury"]
    return instructions.create_platform(
        creator=admin, platform=platform_address(admin, "third"), mint=mint, treasury=treasury, args=args
    )


def _with_a_frozen_vault(stage: Stage, record: Recorder) -> None:
    wallet, issuer = stage.cast.stranger, local_usdc_authority()
    side = stage.escrow.wallet(wallet, stage.platform).side
    record.watched["stranger's vault"] = side.vault
    made = create_token_account(payer=wallet.pubkey(), owner=side.address, mint=USDC_MINT)
    freeze = Instruction(
        TOKEN_PROGRAM_ID,
        _FREEZE,
        [
            AccountMeta(side.vault, is_signer=False, is_writable=True),
            AccountMeta(USDC_MINT, is_signer=False, is_writable=False),
            AccountMeta(issuer.pubkey(), is_signer=True, is_writable=False),
        ],
    )
    record.step_instructions("make a vault that the issuer freezes", [made, freeze], [wallet, issuer])
    record.refused("open with it", lambda: stage.escrow.wallet(wallet, stage.platform).open(NO_LIMITS))


def _spoilt(stage: Stage, record: Recorder) -> None:
    payer = stage.cast.stranger
    for name, account in (
        ("use an account of a later version", OF_A_LATER_VERSION),
        ("use an account that does not add up", DOES_NOT_ADD_UP),
    ):
        record.watched[name] = account
        step = instructions.set_limits(wallet=OWNER.pubkey(), credit_account=account, limits=LIMITS, sequence=0)
        record.refused_instructions(name, [step], [payer, OWNER])
    record.watched["lapsed platform"] = LAPSED
    apply = instructions.apply_changes(platform=LAPSED)
    record.refused_instructions("apply what has lapsed", [apply], [payer])
