"""What a wallet holder does: open, buy, set limits, lock, withdraw, recover, close."""

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from job_escrow.addresses import credit_address, token_address, vault_address
from job_escrow.amounts import whole_number
from job_escrow.bounds import EPOCH_SHIFT, MAX_CREDITS, WALLET_ID_BIT
from job_escrow.chain.requests import Flow, GetUnixTime, Pause, ask
from job_escrow.codec import (
    CreditAccount,
    CreditsPurchased,
    CreditsWithdrawn,
    Limits,
    LimitsArgs,
    PackExpected,
    instructions,
)
from job_escrow.errors import OutcomeUnknown
from job_escrow.flows import anyone, buying, jobs, locking, read, repeats, top_ups
from job_escrow.flows.jobs import Begun
from job_escrow.flows.locking import LockTerms
from job_escrow.flows.sides import WalletSide
from job_escrow.ids import next_usable_id
from job_escrow.signing import AnySigner
from job_escrow.tokens import create_token_account
from job_escrow.transactions import Receipt, execute

NO_LIMITS = LimitsArgs(
    credits_per_job=0, credits_per_session=0, credits_per_period=0, period_seconds=0, quoted_allowed=False
)
"""The operator may lock nothing: only the wallet itself locks."""

_LONGEST_WAIT_SECONDS = 3


def open_account(
    side: WalletSide, limits: LimitsArgs, *, buy: int | PackExpected = 0, rent_payer: AnySigner | None = None
) -> Flow[Receipt]:
    """Open the account, set its limits and buy so many credits, or a pack, all in one transaction.

    The limits are in credits and seconds. `rent_payer` pays the rents and the fee, by default whoever pays fees. Raises
    AlreadyExists where it is open already; nothing is bought then.
    """
    if not isinstance(buy, PackExpected):
        whole_number(buy, "credits", MAX_CREDITS)
    payer = rent_payer or side.payer
    steps = [
        create_token_account(payer=payer.pubkey(), owner=side.address, mint=side.mint),
        instructions.open(
            wallet=side.key,
            payer=payer.pubkey(),
            platform=side.platform,
            credit_account=side.address,
            vault=side.vault,
            namespace=side.namespace,
            limits=limits,
            vault_bump=vault_address(side.address, side.mint).bump,
            program_id=side.program_id,
        ),
    ]
    if buy:
        # 0 stands for the first sequence number of an account.
        steps.append((yield from buying.purchase(side, side.platform, side.mint, side.address, buy, sequence=0)))
    return (yield from execute(steps, [payer, side.signer], side.options, payer=rent_payer))


def purchase(side: WalletSide, credits: int, *, sequence: int | None = None) -> Flow[Receipt]:
    """Buy credits with the wallet's own tokens.

    With a `sequence` (see `next_sequence`) it can be repeated: the same purchase is done once, and a repeat gives its
    receipt. Raises SequenceUsed where the number was used for something else.
    """
    whole_number(credits, "credits", MAX_CREDITS)
    number, account = yield from _number(side, sequence)
    if _is_repeat(sequence, account):
        return (yield from repeats.done_under(side.address, number, CreditsPurchased, credits, side.program_id))
    step = yield from buying.purchase(side, side.platform, side.mint, side.address, credits, sequence=number)
    return (yield from _numbered([step], [side.signer], side, number))


def purchase_pack(side: WalletSide, pack: PackExpected, *, sequence: int | None = None) -> Flow[Receipt]:
    """Buy a pack with the wallet's own tokens: its credits are paid for, its bonus comes on top.

    `pack` names the slot and what is expected of it; `job_escrow.packs.expected` reads that from a platform. Raises
    Refused (PackNotOffered, PackChanged) where the platform asks for another price by now, or gives less on top, and
    (PromotionTooLow) where its promotion account cannot pay the bonus. A `sequence` is as in `purchase`.
    """
    number, account = yield from _number(side, sequence)
    if _is_repeat(sequence, account):
        return (yield from repeats.done_under(side.address, number, CreditsPurchased, pack, side.program_id))
    step = yield from buying.purchase(side, side.platform, side.mint, side.address, pack, sequence=number)
    return (yield from _numbered([step], [side.signer], side, number))


def purchase_for(side: WalletSide, wallet: Pubkey, credits: int) -> Flow[Receipt]:
    """Buy credits for another wallet's account, which must be open: this one pays, the credits are the other's.

    It has no number: what ended as OutcomeUnknown is looked up by its signature before it is repeated.
    """
    whole_number(credits, "credits", MAX_CREDITS)
    account = credit_address(side.platform, wallet, side.namespace, side.program_id)
    step = yield from buying.purchase(side, side.platform, side.mint, account, credits, sequence=0)
    return (yield from anyone.unnumbered(step, side))


def set_limits(side: WalletSide, limits: LimitsArgs) -> Flow[Receipt]:
    """Change what the operator may lock: credits per job, session and period, the period in seconds; zeros: nothing.

    What allows more carries the wallet's next sequence number, so that it never lands after a later change that allows
    less; that needs none, and whatever it allows is allowed no longer once it has landed. Raises NotFound where the
    account was not opened.
    """
    account = yield from read.existing_credit_account(side.address, side.program_id)
    number = 0 if is_lowered(account.limits, limits) else account.sequence + 1
    step = instructions.set_limits(
        wallet=side.key, credit_account=side.address, limits=limits, sequence=number, program_id=side.program_id
    )
    return (yield from execute([step], [side.signer], side.options))


def is_lowered(now: Limits, limits: LimitsArgs) -> bool:
    """Whether the operator may lock no more by `limits` than `now`; a longer period is less."""
    return limits == NO_LIMITS or (
        limits.credits_per_job <= now.credits_per_job
        and limits.credits_per_session <= now.credits_per_session
        and limits.credits_per_period <= now.credits_per_period
        and limits.period_seconds >= now.period_seconds
        and limits.quoted_allowed <= now.quoted_allowed
    )


def lock(side: WalletSide, terms: LockTerms) -> Flow[Receipt]:
    """Lock a job oneself, without limits."""
    return (yield from locking.lock(side, side.address, terms))


def begin(side: WalletSide, terms: LockTerms, *, patience: float = 0) -> Flow[Begun]:
    """Lock a job oneself, or take up the one that an earlier run locked with the same id, if all its terms are these.

    Tries again for `patience` seconds while the chain does not answer. Raises JobEnded where it has ended already,
    TermsDiffer where the open job is another, NotFound where the id was used otherwise, and what a lock raises.
    """
    return (yield from jobs.begin(side, side.address, terms, patience=patience))


def sync_deposits(side: WalletSide) -> Flow[Receipt]:
    """Turn plain transfers into the vault into credits, of any size from one credit on.

    Raises NotFound where the account was not opened, Refused where there is less than a credit.
    """
    return (yield from anyone.sync_deposits(side, side.address))


def withdraw(
    side: WalletSide, credits: int | None = None, *, sequence: int | None = None, destination: Pubkey | None = None
) -> Flow[Receipt]:
    """Pay credits out to a token account that the wallet owns, by default its associated one, made where missing.

    None withdraws all, with what plain transfers left in the vault. What a platform's promotion has paid of the credits
    is not paid out (see `job_escrow.packs`). With a `sequence` (see `next_sequence`) it can be
    repeated: it is done once, and a repeat gives its receipt. Raises SequenceUsed where the number was used for
    something else.
    """
    if credits is not None:
        whole_number(credits, "credits", MAX_CREDITS)
    number, account = yield from _number(side, sequence)
    if _is_repeat(sequence, account):
        return (yield from repeats.done_under(side.address, number, CreditsWithdrawn, credits, side.program_id))
    steps, target = _destination(side, destination)
    steps.append(
        instructions.withdraw(
            wallet=side.key,
            credit_account=side.address,
            vault=side.vault,
            destination=target,
            credits=credits,
            sequence=number,
            program_id=side.program_id,
        )
    )
    return (yield from _numbered(steps, [side.signer, side.payer], side, number))


def close(side: WalletSide, *, destination: Pubkey | None = None) -> Flow[Receipt]:
    """Pay everything out and remove the account, with its top-up rule; the rent goes back to who paid it.

    The rule's allowance is taken back with it, unless another rule in force of the wallet uses the same source. Waits
    until the second in which the account was opened or used is over: until then the program refuses. Raises NotFound
    where it is not open, Refused while jobs are.
    """
    account = yield from read.existing_credit_account(side.address, side.program_id)
    wallets = account.wallet_job_ids.highest - (1 << WALLET_ID_BIT)
    newest = max(account.job_ids.highest, account.grant_ids.highest, wallets, account.sequence)
    yield from _wait_past(newest >> EPOCH_SHIFT)
    platform = yield from read.platform(side.platform, side.program_id)
    steps, target = _destination(side, destination)
    steps += yield from top_ups.ending(side, account)
    steps.append(
        instructions.close(
            wallet=side.key,
            platform=side.platform,
            credit_account=side.address,
            vault=side.vault,
            destination=target,
            treasury=platform.treasury,
            promotion=read.promotion_of(platform),
            rent_payer=account.rent_payer,
            vault_rent_payer=account.vault_rent_payer,
            program_id=side.program_id,
        )
    )
    return (yield from execute(steps, [side.signer, side.payer], side.options))


def _wait_past(second: int) -> Flow[None]:
    for _ in range(_LONGEST_WAIT_SECONDS):
        if (yield from ask(GetUnixTime())) > second:
            return
        yield from ask(Pause(1))


def recover(side: WalletSide, source: Pubkey, *, destination: Pubkey | None = None) -> Flow[Receipt]:
    """Take tokens out of a token account that the credit account owns and that is not its vault.

    They go to a token account that the wallet owns, by default its associated one, made where missing.
    Raises NotFound or ChainError where `source` is no token account.
    """
    held = yield from read.token_account(source)
    steps, target = _destination(side, destination, mint=held.mint)
    steps.append(
        instructions.recover(
            wallet=side.key,
            credit_account=side.address,
            source=source,
            destination=target,
            program_id=side.program_id,
        )
    )
    return (yield from execute(steps, [side.signer, side.payer], side.options))


def recover_nested(side: WalletSide, *, mint: Pubkey | None = None) -> Flow[Receipt]:
    """Bring tokens back that were sent to the vault's own associated token account, by default of the vault's mint.

    Those of the vault's mint reach the vault, and are a deposit; of any other mint `recover` takes them from the
    associated token account of the credit account.
    """
    nested_mint = mint or side.mint
    target = token_address(side.address, nested_mint)
    steps = [
        create_token_account(payer=side.payer.pubkey(), owner=side.address, mint=nested_mint),
        instructions.recover_nested(
            wallet=side.key,
            credit_account=side.address,
            vault=side.vault,
            vault_mint=side.mint,
            nested=token_address(side.vault, nested_mint),
            nested_mint=nested_mint,
            destination=target,
            program_id=side.program_id,
        ),
    ]
    return (yield from execute(steps, [side.signer, side.payer], side.options))


def account(side: WalletSide) -> Flow[CreditAccount | None]:
    """The account, None where it was not opened."""
    return (yield from read.credit_account(side.address, side.program_id))


def balance(side: WalletSide) -> Flow[read.Balance]:
    """What the account holds, and what stands behind it. Raises NotFound where it was not opened."""
    return (yield from read.balance(side.address, side.mint, side.program_id))


def next_sequence(side: WalletSide) -> Flow[int]:
    """The number of the wallet's next purchase, withdrawal or raise of limits; what is repeated keeps its own."""
    found = yield from read.existing_credit_account(side.address, side.program_id)
    return found.sequence + 1


def next_job_id(side: WalletSide, *, after: int = 0) -> Flow[int]:
    """The lowest id above all that were used, and above `after`, that a job of the wallet's own can have."""
    found = yield from read.existing_credit_account(side.address, side.program_id)
    return next_usable_id(side.address, max(found.wallet_job_ids.highest, after), side.program_id)


def _number(side: WalletSide, sequence: int | None) -> Flow[tuple[int, CreditAccount]]:
    found = yield from read.existing_credit_account(side.address, side.program_id)
    return found.sequence + 1 if sequence is None else sequence, found


def _is_repeat(sequence: int | None, account: CreditAccount) -> bool:
    # 0 stands for the first number of an account, whichever that was.
    return sequence is not None and 0 < sequence <= account.sequence


def _numbered(
    steps: Sequence[Instruction], signers: Sequence[AnySigner], side: WalletSide, number: int
) -> Flow[Receipt]:
    try:
        return (yield from execute(steps, signers, side.options))
    except OutcomeUnknown as unknown:
        raise OutcomeUnknown(unknown.signature, sequence=number) from unknown


def _destination(
    side: WalletSide, destination: Pubkey | None, *, mint: Pubkey | None = None
) -> tuple[list[Instruction], Pubkey]:
    if destination is not None:
        return [], destination
    paid_out = mint or side.mint
    made = create_token_account(payer=side.payer.pubkey(), owner=side.key, mint=paid_out)
    return [made], token_address(side.key, paid_out)
