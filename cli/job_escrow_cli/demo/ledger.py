"""What the demo reports: one row for each transaction, one entry for each job, and the final count."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One transaction, with the balances after it; those of tokens are base units of the platform's mint."""

    step: str
    signed_by: str
    credits: int
    available: int
    locked: int
    wallet_base_units: int
    vault_base_units: int
    treasury_base_units: int
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
    promotion: int
    charged_credits: int
    all_token_accounts: int
    mint_supply: int


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """All of it. `conserved` is false where a single base unit is missing."""

    chain: str
    preset: str
    mint: str
    currency: str | None
    decimals: int
    display_decimals: int
    program: str
    platform: str
    wallet: str
    credit_account: str
    ledger: tuple[LedgerRow, ...]
    jobs: tuple[JobReport, ...]
    final: FinalCount
    conserved: bool
