"""What the demo reports: one row for each transaction, one entry for each job, and the final count."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One transaction, with the balances after it. USDC amounts are base units."""

    step: str
    signed_by: str
    credits: int
    available: int
    locked: int
    wallet_usdc: int
    vault_usdc: int
    treasury_usdc: int
    compute_units: int
    signature: str


@dataclass(frozen=True, kw_only=True)
class JobReport:
    """One job. `locked`, `charged` and `returned` are credits; `units` is None where the job did not end well."""

    id: int
    tier: str
    units: int | None
    outcome: str
    locked: int
    charged: int
    returned: int
    lock_signature: str
    end_signature: str


@dataclass(frozen=True, kw_only=True)
class FinalCount:
    """Where every base unit is at the end, read from the chain's own token accounts and the mint's supply."""

    funded: int
    wallet: int
    vault: int
    treasury: int
    charged_credits: int
    all_token_accounts: int
    mint_supply: int


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """All of it. `conserved` is false where a single base unit is missing."""

    chain: str
    program: str
    platform: str
    wallet: str
    credit_account: str
    ledger: tuple[LedgerRow, ...]
    jobs: tuple[JobReport, ...]
    final: FinalCount
    conserved: bool
