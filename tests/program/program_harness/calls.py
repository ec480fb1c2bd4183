"""One instruction as a value: accounts, arguments and signers by name, so that a test changes just one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self, cast

from job_escrow.codec import LimitsArgs, LockArgs, PackExpected, instructions
from job_escrow.tokens import create_token_account
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from program_harness.keys import Key
from program_harness.parties import Credit, JobRef

NO_LIMITS = LimitsArgs(
    credits_per_job=0, credits_per_session=0, credits_per_period=0, period_seconds=0, quoted_allowed=False
)
OPEN_LIMITS = LimitsArgs(
    credits_per_job=2**32 - 1,
    credits_per_session=0,
    credits_per_period=2**32 - 1,
    period_seconds=3_600,
    quoted_allowed=True,
)
MAX_CREDITS = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class Call:
    """An instruction of the program. `before` runs ahead of it in the same transaction."""

    name: str
    accounts: Mapping[str, Pubkey]
    args: Mapping[str, object] = field(default_factory=dict)
    signers: tuple[Key, ...] = ()
    before: tuple[Instruction, ...] = ()

    def instruction(self) -> Instruction:
        """Build it with the generated codec."""
        return cast("Instruction", getattr(instructions, self.name)(**self.accounts, **self.args))

    def all(self) -> list[Instruction]:
        """Build it with what runs ahead of it."""
        return [*self.before, self.instruction()]

    def with_accounts(self, *signers: Key, **accounts: Pubkey) -> Self:
        """Pass other accounts, and let others sign besides."""
        return replace(self, accounts={**self.accounts, **accounts}, signers=(*self.signers, *signers))

    def with_args(self, **args: object) -> Self:
        """Pass other arguments."""
        return replace(self, args={**self.args, **args})

    def signed_by(self, **signers: Key) -> Self:
        """Put other keys in the places of these accounts, and let them sign."""
        return self.with_accounts(*signers.values(), **{name: signer.pubkey() for name, signer in signers.items()})


def open_account(credit: Credit, limits: LimitsArgs = OPEN_LIMITS, *, payer: Key | None = None) -> Call:
    """Open an account, with its vault made just before."""
    paying = payer or credit.wallet
    vault = create_token_account(payer=paying.pubkey(), owner=credit.address, mint=credit.platform.mint)
    return Call(
        name="open",
        accounts={
            "wallet": credit.wallet.pubkey(),
            "payer": paying.pubkey(),
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
        },
        args={"namespace": credit.namespace, "limits": limits, "vault_bump": credit.vault_bump},
        signers=(credit.wallet, paying),
        before=(vault,),
    )


def set_limits(credit: Credit, limits: LimitsArgs, sequence: int = 0) -> Call:
    """Change what the operator may lock: with 0 only to less."""
    return Call(
        name="set_limits",
        accounts={"wallet": credit.wallet.pubkey(), "credit_account": credit.address},
        args={"limits": limits, "sequence": sequence},
        signers=(credit.wallet,),
    )


def purchase(credit: Credit, amount: int, sequence: int, *, payer: Key, source: Pubkey) -> Call:
    """Buy credits."""
    return Call(
        name="purchase",
        accounts={
            "payer": payer.pubkey(),
            "source": source,
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
        },
        args={"credits": amount, "sequence": sequence},
        signers=(payer,),
    )


def purchase_pack(credit: Credit, expected: PackExpected, sequence: int, *, payer: Key, source: Pubkey) -> Call:
    """Buy a pack."""
    bought = purchase(credit, expected.credits, sequence, payer=payer, source=source)
    return replace(
        bought,
        name="purchase_pack",
        accounts={**bought.accounts, "promotion": credit.platform.promotion},
        args={"expected": expected, "sequence": sequence},
    )


def lock(
    job: JobRef,
    *,
    authority: Key,
    payer: Key,
    tier: int | None,
    amount: int,
    seconds: int,
    max_credits: int = MAX_CREDITS,
    payee: Pubkey | None = None,
) -> Call:
    """Lock a job's price; `payee` is the registration of who earns, if not the treasury."""
    return Call(
        name="lock",
        accounts={
            "authority": authority.pubkey(),
            "payer": payer.pubkey(),
            "platform": job.credit.platform.address,
            "credit_account": job.credit.address,
            **({} if payee is None else {"payee": payee}),
            "job": job.address,
        },
        args={
            "args": LockArgs(
                id=job.id,
                tier=tier,
                amount=amount,
                max_credits=max_credits,
                seconds=seconds,
            )
        },
        signers=(authority, payer),
    )


def settle(
    job: JobRef,
    amount: int,
    *,
    is_final: bool,
    operator: Key,
    payee: Pubkey | None = None,
    proof: bytes | None = None,
) -> Call:
    """Charge what a job has used so far; `payee` is the token account of who earns, if not the treasury."""
    return Call(
        name="settle",
        accounts={
            "operator": operator.pubkey(),
            "platform": job.credit.platform.address,
            "credit_account": job.credit.address,
            "job": job.address,
            "vault": job.credit.vault,
            "treasury": job.credit.platform.treasury,
            **({} if payee is None else {"payee": payee}),
            "rent_payer": job.rent_payer,
        },
        args={"amount": amount, "is_final": is_final, "proof": proof},
        signers=(operator,),
    )


def refund(job: JobRef, *, authority: Key) -> Call:
    """Give back what a job holds."""
    return Call(
        name="refund",
        accounts={
            "authority": authority.pubkey(),
            "platform": job.credit.platform.address,
            "credit_account": job.credit.address,
            "job": job.address,
            "rent_payer": job.rent_payer,
        },
        signers=(authority,),
    )


def withdraw(credit: Credit, amount: int | None, sequence: int, *, destination: Pubkey) -> Call:
    """Pay credits out."""
    return Call(
        name="withdraw",
        accounts={
            "wallet": credit.wallet.pubkey(),
            "credit_account": credit.address,
            "vault": credit.vault,
            "destination": destination,
        },
        args={"credits": amount, "sequence": sequence},
        signers=(credit.wallet,),
    )


def close(
    credit: Credit,
    *,
    destination: Pubkey,
    rent_payer: Pubkey,
    vault_rent_payer: Pubkey,
    promotion: Pubkey | None = None,
) -> Call:
    """Pay all out and remove the account."""
    return Call(
        name="close",
        accounts={
            "wallet": credit.wallet.pubkey(),
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
            "destination": destination,
            "treasury": credit.platform.treasury,
            **({} if promotion is None else {"promotion": promotion}),
            "rent_payer": rent_payer,
            "vault_rent_payer": vault_rent_payer,
        },
        signers=(credit.wallet,),
    )


def budget(compute_units: int = 200_000) -> list[Instruction]:
    """What clients put ahead of every transaction: a limit and a price of compute units."""
    return [set_compute_unit_limit(compute_units), set_compute_unit_price(1_000)]


def signers_of(calls: Iterable[Call]) -> list[Key]:
    """Everybody who signs a transaction of these instructions."""
    return [signer for call in calls for signer in call.signers]
