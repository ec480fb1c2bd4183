"""The scenario's second part: grants, deposits, payees and changes of the platform, on accounts that are there."""

from job_escrow import NO_LIMITS, job_address, token_address
from job_escrow.bounds import PLAN_WINDOW, PLANS
from job_escrow.chain.requests import GetUnixTime
from job_escrow.codec import LockArgs, PlanCycle, TierArgs, UpdatePayeeArgs, UpdatePlatformArgs, instructions
from job_escrow.ids import starts_at
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, USDC_MINT, create_token_account
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from solders.token import ID as TOKEN_PROGRAM_ID

from escrow_harness.recording import Recorder
from escrow_harness.stage import NOTICE_SECONDS, PAYEE_NOTICE_SECONDS, Stage, job, wait_until

_NEVER = 2**63 - 1
_FAR = 4_000_000_000
# Long enough that it is still ahead when the grant lands, on a slow machine too.
_SOON_SECONDS = 20
_RENT_LAMPORTS = 2_039_280
_INITIALIZE_ACCOUNT_3 = b"\x12"
_FREEZE, _THAW = b"\x0a", b"\x0b"


def granting(stage: Stage, record: Recorder) -> None:
    """Credits that the operator gives, spent before paid ones, the soonest expiry first."""
    operator, stranger = stage.cast.operator, stage.cast.stranger
    account = stage.alice.address

    def refused(name: str, amount: int, expires_at: int, *, by: Keypair = operator) -> None:
        record.refused_instructions(name, [_grant(stage, by, amount, expires_at)], [by])

    refused("grant by a stranger", 10, _NEVER, by=stranger)
    refused("grant nothing", 0, _NEVER)
    refused("grant what has expired", 10, 1)
    refused("grant more than one can pay", 501, _NEVER)
    nine = [_grant(stage, operator, 1, _FAR + index, ahead=index + 1) for index in range(9)]
    record.refused_instructions("grant nine lots", nine, [operator])
    for_ever = _grant(stage, operator, 50, _NEVER)
    record.step_instructions("grant for ever", [for_ever], [operator])
    record.refused_instructions("grant the same again", [for_ever], [operator])
    record.step_instructions("grant for long", [_grant(stage, operator, 30, _FAR)], [operator])
    _grant_a_plans_cycles(stage, record)
    record.refused_instructions("expire what lives", [_expire(stage, account, stage.alice.side.vault)], [stranger])

    job_id = _watch_next_job(stage, record, "granted")
    record.step("lock granted and paid credits", lambda: stage.alice.lock(job(job_id, None, 100)))
    record.step("settle granted ones", lambda: stage.operator.settle(account, job_id, 40, is_final=False))
    record.step("settle paid ones, too", lambda: stage.operator.settle(account, job_id, 90))


def _grant_a_plans_cycles(stage: Stage, record: Recorder) -> None:
    operator, account = stage.cast.operator, stage.alice.account()
    assert account is not None

    def of(slot: int, cycle: int, *, starts: int = starts_at(account)) -> list[Instruction]:
        plan = PlanCycle(slot=slot, cycle=cycle)
        return [_grant(stage, operator, 1, _FAR, plan=plan, grant_id=starts)]

    record.step_instructions("grant a plan's cycle", of(1, PLAN_WINDOW), [operator])
    record.refused_instructions("grant the cycle again", of(1, PLAN_WINDOW), [operator])
    record.refused_instructions("grant a cycle that is too old", of(1, 0), [operator])
    record.refused_instructions("grant a fifth plan's cycle", of(PLANS, 1), [operator])
    record.refused_instructions("grant a cycle to another opening", of(2, 1, starts=1), [operator])


def depositing(stage: Stage, record: Recorder) -> None:
    """Plain transfers: to the vault, to the vault's own token account, and to one beside it."""
    wallet, stranger = stage.cast.alice, stage.cast.stranger
    account, vault = stage.alice.address, stage.alice.side.vault
    tokens = stage.accounts()["alice's tokens"]

    def sync(by: Keypair) -> list[Instruction]:
        return [
            instructions.sync_deposits(
                authority=by.pubkey(), platform=stage.platform, credit_account=account, vault=vault
            )
        ]

    record.refused_instructions("make credits of nothing", sync(wallet), [wallet])
    record.step_instructions("transfer into the vault", [_transfer(stage, vault, 1_500_001)], [stranger])
    record.step_instructions("stranger makes credits of it", sync(stranger), [stranger])
    record.step_instructions("transfer less", [_transfer(stage, vault, 20_000)], [stranger])
    record.refused_instructions("stranger makes few credits", sync(stranger), [stranger])
    record.step_instructions("wallet makes few credits", sync(wallet), [wallet])

    nested = record.watched["alice's nested account"] = token_address(vault, USDC_MINT)
    made = create_token_account(payer=stranger.pubkey(), owner=vault, mint=USDC_MINT)
    record.step_instructions("transfer to the vault's own account", [made, _transfer(stage, nested, 7)], [stranger])
    record.step_instructions("bring it back", [_recover_nested(stage, nested)], [wallet])

    stray = Keypair()
    record.watched["alice's stray account"] = stray.pubkey()
    record.step_instructions("transfer to a stray account", _stray(stage, stray), [stranger, stray])

    def recover(source: Pubkey, destination: Pubkey, by: Keypair = wallet) -> list[Instruction]:
        return [
            instructions.recover(wallet=by.pubkey(), credit_account=account, source=source, destination=destination)
        ]

    theirs = stage.accounts()["stranger's tokens"]
    record.refused_instructions("recover the vault", recover(vault, tokens), [wallet])
    record.refused_instructions("recover for a stranger", recover(stray.pubkey(), theirs), [wallet])
    record.refused_instructions("recovered by a stranger", recover(stray.pubkey(), theirs, stranger), [stranger])
    record.step_instructions("recover", recover(stray.pubkey(), tokens), [wallet])


def earning(stage: Stage, record: Recorder) -> None:
    """Somebody besides the treasury who earns from jobs."""
    admin, stranger, wallet = stage.cast.admin, stage.cast.stranger, stage.cast.alice
    tokens = stage.accounts()["bob's tokens"]
    payee, _ = Pubkey.find_program_address(
        [b"payee", bytes(stage.platform), bytes(stage.cast.bob.pubkey())], stage.escrow.options.program_id
    )
    record.watched["payee"] = payee

    def register(by: Keypair) -> list[Instruction]:
        return [
            instructions.register_payee(admin=by.pubkey(), platform=stage.platform, payee=payee, token_account=tokens)
        ]

    job_id = _watch_next_job(stage, record, "paid out")
    lock = _lock_for(stage, job_id, payee)
    record.refused_instructions("lock for a payee that is none", [lock], [wallet])
    record.refused_instructions("stranger registers a payee", register(stranger), [stranger])

    def update(by: Keypair, **changes: object) -> list[Instruction]:
        args = UpdatePayeeArgs(**{"suspended": None, "share_bps": None, **changes})  # type: ignore[arg-type]
        return [instructions.update_payee(admin=by.pubkey(), platform=stage.platform, payee=payee, args=args)]

    record.refused_instructions("register a payee and lock for it", [*register(admin), lock], [admin, wallet])
    record.step_instructions("register a payee", register(admin), [admin])
    registered_at = stage.escrow.chain.answer(GetUnixTime())
    record.step_instructions("suspend the payee", update(admin, suspended=True), [admin])
    wait_until(stage.escrow.chain, registered_at + PAYEE_NOTICE_SECONDS)
    record.refused_instructions("lock for a suspended payee", [lock], [wallet])
    record.refused_instructions("stranger resumes the payee", update(stranger, suspended=False), [stranger])
    record.step_instructions("resume the payee", update(admin, suspended=False), [admin])
    record.refused_instructions("a share below the least", update(admin, share_bps=6_999), [admin])
    record.step_instructions("announce a share of its own", update(admin, share_bps=7_500), [admin])
    record.step_instructions("lock for the payee", [lock], [wallet])
    record.refused_instructions("settle without the payee", [_settle(stage, job_id, None)], [stage.cast.operator])
    record.refused_instructions(
        "settle to another payee",
        [_settle(stage, job_id, stage.accounts()["stranger's tokens"])],
        [stage.cast.operator],
    )
    record.step_instructions("settle for the payee", [_settle(stage, job_id, tokens)], [stage.cast.operator])
    gone = instructions.unregister_payee(
        admin=admin.pubkey(), platform=stage.platform, payee=payee, rent_payer=admin.pubkey()
    )
    record.refused_instructions("unregister a payee in use", [gone], [admin])
    record.step_instructions("unregister the payee", [*update(admin, suspended=True), gone], [admin])


def changing(stage: Stage, record: Recorder) -> None:
    """Changes with notice, changes at once, another admin."""
    admin, bob, stranger = stage.cast.admin, stage.cast.bob, stage.cast.stranger
    platform = stage.platform

    def update(by: Keypair, **changes: object) -> Instruction:
        names = ("operator", "standby_operator", "granter", "fee_bps", "min_purchase", "max_job_seconds", "paused")
        nothing = dict.fromkeys(names)
        args = UpdatePlatformArgs(**{**nothing, **changes})  # type: ignore[arg-type]
        return instructions.update_platform(admin=by.pubkey(), platform=platform, args=args)

    def tier(index: int, flat: int) -> Instruction:
        new = TierArgs(
            name=b"lite".ljust(16, b"\0"),
            flat_credits=flat,
            included_units=500,
            rate_credits=1,
            rate_units=1_000,
            unit_kind=0,
        )
        return instructions.set_tier(admin=admin.pubkey(), platform=platform, index=index, tier=new)

    apply = instructions.apply_changes(platform=platform)
    record.refused_instructions("stranger changes the fee", [update(stranger, fee_bps=1)], [stranger])
    record.refused_instructions("change the fee too far", [update(admin, fee_bps=3_001)], [admin])
    record.refused_instructions("apply at once", [update(admin, fee_bps=250), apply], [admin])
    record.refused_instructions("a ninth tier", [tier(8, 1)], [admin])
    announced = update(
        admin, fee_bps=250, min_purchase=150, standby_operator=stranger.pubkey(), granter=stranger.pubkey()
    )
    switch = instructions.switch_operator(admin=admin.pubkey(), platform=platform)
    # In one transaction: on a slow node the notice would be over before a second one.
    record.refused_instructions("switch before the notice is over", [announced, switch], [admin])
    record.step_instructions("announce a fee, a minimum, a standby and a granter", [announced], [admin])
    record.step_instructions("a cheaper tier is at once", [tier(0, 1)], [admin])
    record.step_instructions("a dearer tier is announced", [tier(0, 3)], [admin])
    wait_until(stage.escrow.chain, stage.escrow.chain.answer(GetUnixTime()) + NOTICE_SECONDS)
    record.step_instructions("anybody applies what is due", [apply], [stranger])
    record.refused_instructions("apply again", [apply], [stranger])
    given = _grant(stage, stranger, 5, _NEVER)
    record.step_instructions("the granter grants", [given], [stranger])
    record.step_instructions("switch to the standby", [switch], [admin])
    record.refused_instructions("switch again", [switch], [admin])
    record.step_instructions("drop the granter", [update(admin, granter=Pubkey.default())], [admin])
    record.refused("buy below the new minimum", lambda: stage.alice.purchase(149))

    propose = instructions.propose_admin(admin=admin.pubkey(), platform=platform, new_admin=bob.pubkey())
    accept = instructions.accept_admin(new_admin=bob.pubkey(), platform=platform)
    by_stranger = instructions.accept_admin(new_admin=stranger.pubkey(), platform=platform)
    record.step_instructions("propose bob as admin", [propose], [admin])
    record.refused_instructions("stranger accepts", [by_stranger], [stranger])
    record.step_instructions("bob accepts", [accept], [bob])
    record.refused_instructions("the old admin pauses", [update(admin, paused=True)], [admin])
    record.step_instructions("the new one pauses", [update(bob, paused=True)], [bob])
    record.refused("buy while paused", lambda: stage.alice.purchase(150))
    record.step("withdraw while paused", lambda: stage.alice.withdraw(1))
    record.step_instructions(
        "and resumes, without an operator", [update(bob, paused=False, operator=Pubkey.default())], [bob]
    )


def expiring(stage: Stage, record: Recorder) -> None:
    """A lot that expires; what stood behind it is the treasury's."""
    bob, operator, stranger = stage.bob, stage.cast.operator, stage.cast.stranger
    record.step("bob opens again", lambda: bob.open(NO_LIMITS))
    expires_at = stage.escrow.chain.answer(GetUnixTime()) + _SOON_SECONDS
    grant = instructions.grant(
        operator=operator.pubkey(),
        source=stage.accounts()["operator's tokens"],
        platform=stage.platform,
        credit_account=bob.address,
        vault=bob.side.vault,
        grant_id=stage.operator.next_grant_id(bob.address),
        credits=25,
        expires_at=expires_at,
        reason=1,
        plan=None,
    )
    record.step_instructions("grant for a moment", [grant], [operator])
    wait_until(stage.escrow.chain, expires_at)
    issuer = local_usdc_authority()
    record.step_instructions("the issuer freezes the treasury", [_frozen(stage, _FREEZE)], [issuer])
    close = instructions.close(
        wallet=stage.cast.bob.pubkey(),
        platform=stage.platform,
        credit_account=bob.address,
        vault=bob.side.vault,
        destination=stage.accounts()["bob's tokens"],
        treasury=stage.accounts()["treasury"],
        rent_payer=stage.cast.bob.pubkey(),
        vault_rent_payer=stage.cast.bob.pubkey(),
    )
    record.refused_instructions("close with grants left", [close], [stage.cast.bob])
    record.step_instructions("the issuer thaws it", [_frozen(stage, _THAW)], [issuer])
    record.step_instructions("expire it", [_expire(stage, bob.address, bob.side.vault)], [stranger])


def _frozen(stage: Stage, what: bytes) -> Instruction:
    """Freeze the treasury, or thaw it."""
    accounts = [
        AccountMeta(stage.accounts()["treasury"], is_signer=False, is_writable=True),
        AccountMeta(USDC_MINT, is_signer=False, is_writable=False),
        AccountMeta(local_usdc_authority().pubkey(), is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM_ID, what, accounts)


def _grant(
    stage: Stage,
    by: Keypair,
    amount: int,
    expires_at: int,
    *,
    ahead: int = 1,
    plan: PlanCycle | None = None,
    grant_id: int | None = None,
) -> Instruction:
    """With this id, or the one that is so far ahead of the highest one."""
    next_id = stage.operator.next_grant_id(stage.alice.address)
    return instructions.grant(
        operator=by.pubkey(),
        source=token_address(by.pubkey(), USDC_MINT),
        platform=stage.platform,
        credit_account=stage.alice.address,
        vault=stage.alice.side.vault,
        grant_id=next_id + ahead - 1 if grant_id is None else grant_id,
        credits=amount,
        expires_at=expires_at,
        reason=6,
        plan=plan,
    )


def _expire(stage: Stage, account: Pubkey, vault: Pubkey) -> Instruction:
    treasury = stage.accounts()["treasury"]
    return instructions.expire_lots(platform=stage.platform, credit_account=account, vault=vault, treasury=treasury)


def _watch_next_job(stage: Stage, record: Recorder, name: str) -> int:
    account = stage.alice.address
    job_id = stage.alice.next_job_id()
    record.watched[f"alice's job {name}"] = job_address(account, job_id).address
    return job_id


def _lock_for(stage: Stage, job_id: int, payee: Pubkey) -> Instruction:
    wallet, account = stage.cast.alice.pubkey(), stage.alice.address
    address = job_address(account, job_id).address
    return instructions.lock(
        authority=wallet,
        payer=wallet,
        platform=stage.platform,
        credit_account=account,
        payee=payee,
        job=address,
        args=LockArgs(id=job_id, tier=None, amount=60, max_credits=60, seconds=600),
    )


def _settle(stage: Stage, job_id: int, payee: Pubkey | None) -> Instruction:
    account = stage.alice.address
    return instructions.settle(
        operator=stage.cast.operator.pubkey(),
        platform=stage.platform,
        credit_account=account,
        job=job_address(account, job_id).address,
        vault=stage.alice.side.vault,
        treasury=stage.accounts()["treasury"],
        payee=payee,
        rent_payer=stage.cast.alice.pubkey(),
        amount=60,
        is_final=True,
        proof=bytes(range(32)),
    )


def _recover_nested(stage: Stage, nested: Pubkey) -> Instruction:
    vault = stage.alice.side.vault
    return instructions.recover_nested(
        wallet=stage.cast.alice.pubkey(),
        credit_account=stage.alice.address,
        vault=vault,
        vault_mint=USDC_MINT,
        nested=nested,
        nested_mint=USDC_MINT,
        destination=vault,
    )


def _stray(stage: Stage, stray: Keypair) -> list[Instruction]:
    """A token account of alice's credit account that is not an associated one, with something in it."""
    made = CreateAccountParams(
        from_pubkey=stage.cast.stranger.pubkey(),
        to_pubkey=stray.pubkey(),
        lamports=_RENT_LAMPORTS,
        space=TOKEN_ACCOUNT_SIZE,
        owner=TOKEN_PROGRAM_ID,
    )
    accounts = [
        AccountMeta(stray.pubkey(), is_signer=False, is_writable=True),
        AccountMeta(USDC_MINT, is_signer=False, is_writable=False),
    ]
    initialize = Instruction(TOKEN_PROGRAM_ID, _INITIALIZE_ACCOUNT_3 + bytes(stage.alice.address), accounts)
    return [create_account(made), initialize, _transfer(stage, stray.pubkey(), 9)]


def _transfer(stage: Stage, destination: Pubkey, base_units: int) -> Instruction:
    """A plain transfer of the Token program, from the stranger."""
    return transfer(stage.accounts()["stranger's tokens"], destination, stage.cast.stranger.pubkey(), base_units)


def transfer(source: Pubkey, destination: Pubkey, owner: Pubkey, base_units: int) -> Instruction:
    """A plain transfer of the Token program."""
    accounts = [
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM_ID, b"\x03" + base_units.to_bytes(8, "little"), accounts)
