"""`job-escrow doctor`: what works, what is missing, and what to do about it."""

import typer

from job_escrow_cli.checkup import Finding, State, findings
from job_escrow_cli.failures import Failed
from job_escrow_cli.output import show
from job_escrow_cli.session import Session, opened


def doctor(context: typer.Context) -> None:
    """Check key, node, chain, SOL, platform, tokens, account and limits, and say what to do about each.

    It changes nothing. It ends with 1 if something is missing.
    """
    with opened(context) as session:
        report(session)


def report(session: Session) -> None:
    """Print what was found. Raises Failed if something is missing."""
    found = list(findings(session))
    missing = [each.name for each in found if each.state is State.MISSING]
    show(
        session.settings,
        {
            "ok": not missing,
            "checks": [
                {"name": each.name, "state": each.state, "found": each.found, "do": each.remedy} for each in found
            ],
        },
        [line for each in found for line in _lines(each)],
    )
    if missing:
        raise Failed(f"something is missing: {', '.join(missing)}; what to do is beside each")


def _lines(finding: Finding) -> list[str]:
    first = f"{finding.state.ljust(8)}{finding.name.ljust(9)} {finding.found}"
    return [first] if finding.remedy is None else [first, f"{' ' * 18}-> {finding.remedy}"]
