"""The demo: a wallet buys credits, spends them on jobs and withdraws the rest, with every base unit accounted for."""

from job_escrow_cli.demo.ledger import DemoReport, JobReport, LedgerRow
from job_escrow_cli.demo.scenario import run_demo

__all__ = ["DemoReport", "JobReport", "LedgerRow", "run_demo"]
