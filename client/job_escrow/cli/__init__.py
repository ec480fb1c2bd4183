"""The command line: `job-escrow`."""

from job_escrow.cli.app import main

__all__ = ["main"]
