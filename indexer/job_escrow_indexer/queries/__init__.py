"""What is asked of the database: balances, ledgers, jobs, usage, burn rates and statements.

    with snapshot(connect(path)) as view:
        print(balance(view, credit_account).available, balance(view.at_time(june), credit_account).available)

Amounts are integers: credits, or base units of the platform's mint. Times are unix seconds, addresses base58.
"""

from job_escrow_indexer.queries.accounts import Account, account, accounts_of_wallet
from job_escrow_indexer.queries.balances import Balance, Held, balance, balances_of_wallet
from job_escrow_indexer.queries.burn import BurnRate, burn_rate
from job_escrow_indexer.queries.customers import Customer, CustomerPage, customers, stream_customers
from job_escrow_indexer.queries.earnings import Earned, Earnings, earnings
from job_escrow_indexer.queries.forecast import Forecast, forecast
from job_escrow_indexer.queries.jobs import OpenJob, OpenJobs, OpenSession, OpenSessions, open_jobs, open_sessions
from job_escrow_indexer.queries.labels import JobLabels, Labels, ReceiptSums, SettledReceipts
from job_escrow_indexer.queries.ledger import Entry, LedgerPage, ledger, stream_ledger
from job_escrow_indexer.queries.liability import ExpiringGrants, Liability, liability
from job_escrow_indexer.queries.purchases import Topup, TopupPage, stream_topups, topups
from job_escrow_indexer.queries.scopes import OfAccount, OfPlatform, OfWallet, Part, Scope
from job_escrow_indexer.queries.statements import (
    DoesNotTie,
    Movement,
    Statement,
    StatementMonth,
    statement,
    statement_months,
)
from job_escrow_indexer.queries.usage import (
    DIMENSIONS,
    Dimension,
    TooManyRows,
    Units,
    Usage,
    UsageRow,
    UsageSums,
    usage,
)
from job_escrow_indexer.queries.usage_facts import Fact, Period, bucket_sql
from job_escrow_indexer.queries.view import Answer, Commitment, NotIndexed, View, connect, snapshot

__all__ = [
    "DIMENSIONS",
    "Account",
    "Answer",
    "Balance",
    "BurnRate",
    "Commitment",
    "Customer",
    "CustomerPage",
    "Dimension",
    "DoesNotTie",
    "Earned",
    "Earnings",
    "Entry",
    "ExpiringGrants",
    "Fact",
    "Forecast",
    "Held",
    "JobLabels",
    "Labels",
    "LedgerPage",
    "Liability",
    "Movement",
    "NotIndexed",
    "OfAccount",
    "OfPlatform",
    "OfWallet",
    "OpenJob",
    "OpenJobs",
    "OpenSession",
    "OpenSessions",
    "Part",
    "Period",
    "ReceiptSums",
    "Scope",
    "SettledReceipts",
    "Statement",
    "StatementMonth",
    "TooManyRows",
    "Topup",
    "TopupPage",
    "Units",
    "Usage",
    "UsageRow",
    "UsageSums",
    "View",
    "account",
    "accounts_of_wallet",
    "balance",
    "balances_of_wallet",
    "bucket_sql",
    "burn_rate",
    "connect",
    "customers",
    "earnings",
    "forecast",
    "ledger",
    "liability",
    "open_jobs",
    "open_sessions",
    "snapshot",
    "statement",
    "statement_months",
    "stream_customers",
    "stream_ledger",
    "stream_topups",
    "topups",
    "usage",
]
