"""A chain with parties on it, and a verb for each instruction."""

from dataclasses import replace
from typing import cast

from job_escrow import codec
from job_escrow.addresses import padded_name, platform_address
from job_escrow.codec import CreatePlatformArgs, Job, LimitsArgs, Pack, PackExpected, PlanCycle
from job_escrow.ids import starts_at
from job_escrow.presets import Preset, load_preset
from job_escrow.tokens import USDC_MINT
from solders.pubkey import Pubkey

from program_harness import calls, calls_of_admin, calls_of_credits, tokens
from program_harness.calls import OPEN_LIMITS, Call
from program_harness.keys import Key, key
from program_harness.machine import Machine, Outcome
from program_harness.parties import Credit, JobRef, Platform
from program_harness.reasons import Reason
from program_harness.snapshot import Snapshot, changes, snapshot

LAMPORTS = 100_000_000_000
PLENTY = 10**17
"""Base units in the token account of every wallet: enough for the largest purchases."""

DAY = 24 * 60 * 60


class World:
    """A chain of its own for one test."""

    def __init__(self, *, verify: bool = True, machine: Machine | None = None) -> None:
        self.machine = Machine(verify=verify) if machine is None else machine

    # Parties

    def person(self, name: str) -> Key:
        """A key with lamports."""
        found = key(name)
        if self.machine.get(found.pubkey()) is None:
            self.machine.airdrop(found.pubkey(), LAMPORTS)
        return found

    def wallet(self, name: str, mint: Pubkey = USDC_MINT, base_units: int = PLENTY) -> Key:
        """A key with lamports and tokens."""
        found = self.person(name)
        if base_units:
            tokens.fund(self.machine, found.pubkey(), base_units, mint)
        return found

    def platform_call(
        self, terms: Preset, *, admin: str = "admin", operator: str = "operator", mint: Pubkey = USDC_MINT
    ) -> tuple[Platform, Call]:
        """The instruction that creates a platform; its treasury's owner is called `<name> treasury`."""
        creator = self.person(admin)
        treasury_owner = self.person(f"{terms.name} treasury")
        treasury = tokens.fund(self.machine, treasury_owner.pubkey(), 0, mint)
        address = platform_address(creator.pubkey(), terms.name)
        operating = self.person(operator)
        platform = Platform(address, creator, operating, treasury_owner, mint, terms.base_units_per_credit)
        call = Call(
            name="create_platform",
            accounts={"creator": creator.pubkey(), "platform": address, "mint": mint, "treasury": treasury},
            args={
                "args": CreatePlatformArgs(
                    name=padded_name(terms.name),
                    admin=creator.pubkey(),
                    operator=operating.pubkey(),
                    base_units_per_credit=terms.base_units_per_credit,
                    notice_seconds=terms.notice_seconds,
                    payee_notice_seconds=terms.payee_notice_seconds,
                    min_purchase=terms.min_purchase,
                    max_job_seconds=terms.max_job_seconds,
                    fee_bps=terms.fee_bps,
                    tiers=terms.tiers,
                )
            },
            signers=(creator,),
        )
        return platform, call

    def create_platform(
        self,
        preset: str | Preset,
        *,
        name: str | None = None,
        admin: str = "admin",
        operator: str = "operator",
        mint: Pubkey = USDC_MINT,
    ) -> Platform:
        """A platform of a preset, or of other terms."""
        terms = load_preset(preset) if isinstance(preset, str) else preset
        terms = terms if name is None else replace(terms, name=name)
        platform, call = self.platform_call(terms, admin=admin, operator=operator, mint=mint)
        self.do(call)
        return platform

    def opened(
        self,
        platform: Platform,
        wallet: str,
        namespace: bytes = bytes(16),
        *,
        buy: int = 0,
        limits: LimitsArgs = OPEN_LIMITS,
    ) -> Credit:
        """An opened account with so many credits, whose wallet can buy more."""
        credit = Credit(platform, self.wallet(wallet, platform.mint), namespace)
        self.open(credit, limits)
        if buy:
            self.buy(credit, buy)
        return credit

    # Running instructions

    def attempt(self, *sent: Call) -> Outcome:
        """Run instructions as one transaction, whatever becomes of it."""
        steps = [step for call in sent for step in call.all()]
        return self.machine.send(steps, calls.signers_of(sent))

    def do(self, *sent: Call) -> Outcome:
        """Run instructions as one transaction, which has to succeed."""
        outcome = self.attempt(*sent)
        assert outcome.reason is None, f"{sent[-1].name} failed: {outcome.reason}\n" + "\n".join(outcome.logs)
        return outcome

    def refused(self, reason: Reason, *sent: Call) -> Outcome:
        """Run instructions as one transaction, which has to fail for exactly this reason and change nothing."""
        before = self.snapshot()
        outcome = self.attempt(*sent)
        text = "\n".join(outcome.logs)
        assert outcome.reason is not None, f"{sent[-1].name} succeeded instead of failing with {reason}"
        assert outcome.reason == reason, f"{sent[-1].name} failed with {outcome.reason} instead of {reason}\n{text}"
        assert changes(before, self.snapshot()) == []
        return outcome

    def snapshot(self) -> Snapshot:
        """All that the chain holds."""
        return snapshot(self.machine)

    # Verbs

    def open(self, credit: Credit, limits: LimitsArgs = OPEN_LIMITS, *, payer: Key | None = None) -> Outcome:
        """Open an account."""
        return self.do(calls.open_account(credit, limits, payer=payer))

    def set_limits(self, credit: Credit, limits: LimitsArgs) -> Outcome:
        """Change what the operator may lock, with the wallet's next number."""
        return self.do(calls.set_limits(credit, limits, self.account(credit).sequence + 1))

    def buying(self, credit: Credit, amount: int, *, payer: Key | None = None, sequence: int | None = None) -> Call:
        """A purchase, by the wallet itself with its next number unless others are given."""
        paying = payer or credit.wallet
        by_wallet = paying.pubkey() == credit.wallet.pubkey()
        number = sequence if sequence is not None else (self.account(credit).sequence + 1 if by_wallet else 0)
        source = replace(credit, wallet=paying).tokens
        return calls.purchase(credit, amount, number, payer=paying, source=source)

    def buy(self, credit: Credit, amount: int, *, payer: Key | None = None) -> Outcome:
        """Buy credits."""
        return self.do(self.buying(credit, amount, payer=payer))

    def buying_pack(
        self, credit: Credit, index: int = 0, *, payer: Key | None = None, sequence: int | None = None
    ) -> Call:
        """A purchase of a pack as the platform offers it; else as `buying`."""
        pack = self.platform(credit.platform).packs[index]
        expected = PackExpected(index=index, credits=pack.credits, bonus_credits=pack.bonus_credits)
        plain = self.buying(credit, pack.credits, payer=payer, sequence=sequence)
        number = cast("int", plain.args["sequence"])
        return calls.purchase_pack(
            credit, expected, number, payer=payer or credit.wallet, source=plain.accounts["source"]
        )

    def buy_pack(self, credit: Credit, index: int = 0, *, payer: Key | None = None) -> Outcome:
        """Buy a pack."""
        return self.do(self.buying_pack(credit, index, payer=payer))

    def offer(self, platform: Platform, *packs: Pack, promotion: int = 0) -> None:
        """Offer packs, from a promotion account with so many base units."""
        self.do(calls_of_admin.open_promotion(platform))
        for index, pack in enumerate(packs):
            self.do(calls_of_admin.set_pack(platform, index, pack))
        tokens.fund(self.machine, platform.address, promotion, platform.mint)

    def next_job_id(self, credit: Credit, authority: Key | None = None, *, after: int = 0) -> int:
        """The next id of a job of the operator, or of the wallet where that locks, above another one."""
        account = self.account(credit)
        by_wallet = authority is not None and authority.pubkey() == account.wallet
        return credit.next_id(max((account.wallet_job_ids if by_wallet else account.job_ids).highest, after))

    def locking(
        self,
        credit: Credit,
        *,
        tier: int | None = 3,
        amount: int = 500,
        seconds: int = 600,
        max_credits: int = calls.MAX_CREDITS,
        job_id: int | None = None,
        authority: Key | None = None,
        payer: Key | None = None,
        payee: Pubkey | None = None,
    ) -> tuple[JobRef, Call]:
        """A lock by the operator with the next id unless others are given; the authority pays the rent."""
        by = authority or credit.platform.operator
        paying = payer or by
        number = self.next_job_id(credit, by) if job_id is None else job_id
        job = credit.job(number, paying.pubkey())
        call = calls.lock(
            job,
            authority=by,
            payer=paying,
            tier=tier,
            amount=amount,
            seconds=seconds,
            max_credits=max_credits,
            payee=payee,
        )
        return job, call

    def lock(
        self,
        credit: Credit,
        *,
        tier: int | None = 3,
        amount: int = 500,
        seconds: int = 600,
        job_id: int | None = None,
        authority: Key | None = None,
        payer: Key | None = None,
        payee: Pubkey | None = None,
    ) -> JobRef:
        """Lock a job: 40 credits of tier Max for ten minutes unless told otherwise."""
        job, call = self.locking(
            credit,
            tier=tier,
            amount=amount,
            seconds=seconds,
            job_id=job_id,
            authority=authority,
            payer=payer,
            payee=payee,
        )
        self.do(call)
        return job

    def settling(
        self,
        job: JobRef,
        amount: int,
        *,
        is_final: bool = True,
        operator: Key | None = None,
        payee: Pubkey | None = None,
    ) -> Call:
        """A settlement by the platform's operator unless another is given."""
        by = operator or job.credit.platform.operator
        return calls.settle(job, amount, is_final=is_final, operator=by, payee=payee)

    def settle(self, job: JobRef, amount: int, *, is_final: bool = True, payee: Pubkey | None = None) -> Outcome:
        """Settle a job."""
        return self.do(self.settling(job, amount, is_final=is_final, payee=payee))

    def refund(self, job: JobRef, authority: Key | None = None) -> Outcome:
        """Refund a job, by the operator unless another is given."""
        return self.do(calls.refund(job, authority=authority or job.credit.platform.operator))

    def withdrawing(
        self, credit: Credit, amount: int | None, *, destination: Pubkey | None = None, sequence: int | None = None
    ) -> Call:
        """A withdrawal to the wallet's own token account, with its next number, unless others are given."""
        number = self.account(credit).sequence + 1 if sequence is None else sequence
        return calls.withdraw(credit, amount, number, destination=destination or credit.tokens)

    def withdraw(self, credit: Credit, amount: int | None = None) -> Outcome:
        """Withdraw credits, or all."""
        return self.do(self.withdrawing(credit, amount))

    def closing(self, credit: Credit, *, destination: Pubkey | None = None) -> Call:
        """The close of an account, with the rent payers that it names."""
        found = self.account(credit)
        return calls.close(
            credit,
            destination=destination or credit.tokens,
            rent_payer=found.rent_payer,
            vault_rent_payer=found.vault_rent_payer,
            promotion=credit.platform.promotion if found.promotion_backing + found.promotion_owed else None,
        )

    def close(self, credit: Credit) -> Outcome:
        """Close an account."""
        return self.do(self.closing(credit))

    def granting(
        self,
        credit: Credit,
        amount: int,
        expires_at: int,
        *,
        source: Pubkey,
        grant_id: int | None = None,
        operator: Key | None = None,
        plan: PlanCycle | None = None,
    ) -> Call:
        """A grant by the platform's operator with the next id, for a plan with the first, unless others are given."""
        number = grant_id
        if number is None:
            account = self.account(credit)
            number = account.grant_ids.highest + 1 if plan is None else starts_at(account)
        return calls_of_credits.grant(
            credit, amount, expires_at, grant_id=number, source=source, operator=operator, plan=plan
        )

    def grant(self, credit: Credit, amount: int, expires_at: int, *, source: Pubkey) -> Outcome:
        """Grant credits."""
        return self.do(self.granting(credit, amount, expires_at, source=source))

    def register_payee(self, platform: Platform, owner: Pubkey, token_account: Pubkey) -> Pubkey:
        """Register a payee and let its notice pass. Returns the registration."""
        self.do(calls_of_admin.register_payee(platform, owner, token_account))
        registration = calls_of_admin.payee_address(platform.address, owner)
        self.machine.move_clock_to(codec.Payee.decode(self.machine.data(registration)).usable_from)
        return registration

    def deposit(self, credit: Credit, base_units: int) -> None:
        """A plain transfer of the wallet's own tokens into the vault."""
        step = tokens.transfer(
            source=credit.tokens, destination=credit.vault, owner=credit.wallet.pubkey(), base_units=base_units
        )
        outcome = self.machine.send([step], [credit.wallet])
        assert outcome.reason is None, outcome

    # Reading

    def account(self, credit: Credit) -> codec.CreditAccount:
        """What a credit account holds."""
        return codec.CreditAccount.decode(self.machine.data(credit.address))

    def platform(self, platform: Platform) -> codec.Platform:
        """What a platform holds."""
        return codec.Platform.decode(self.machine.data(platform.address))

    def promotion(self, platform: Platform) -> int:
        """Base units in the promotion account."""
        return tokens.amount_of(self.machine, platform.promotion)

    def job(self, job: JobRef) -> Job:
        """What an open job holds."""
        return Job.decode(self.machine.data(job.address))

    def is_open(self, job: JobRef) -> bool:
        """Whether a job is still open."""
        return self.machine.get(job.address) is not None

    def vault(self, credit: Credit) -> int:
        """Base units in the vault."""
        return tokens.amount_of(self.machine, credit.vault)

    def earned(self, platform: Platform) -> int:
        """Base units in the treasury."""
        return tokens.amount_of(self.machine, platform.treasury)
