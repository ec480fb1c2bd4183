"""Which extra of job-escrow brings what a command needs: known from the package that could not import it."""

from collections.abc import Iterator

_EXTRAS = {
    "job_escrow_api": "serve",
    "job_escrow_gateway": "gateway",
    "job_escrow_indexer": "index",
    "job_escrow_localnet": "localnet",
}
"""The extra of each package whose dependencies the command's own do not bring."""
_CLIENT = "job_escrow_client"


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """A sentence that says which extra is missing and how to install it; None if a module of our own is missing."""
    missing = (error.name or "").partition(".")[0]
    # The client of the API is a distribution of its own.
    if not missing or (missing.startswith("job_escrow") and missing != _CLIENT):
        return None
    # The first package that the command went into: `serve` includes what the packages below it need.
    extra = next((_EXTRAS[package] for package in _packages(error) if package in _EXTRAS), "cli")
    return (
        f"this command needs the extra `{extra}` ({missing} is missing): pip install 'job-escrow[{extra}]', "
        f"or in a checkout pip install -e '.[{extra}]'"
    )


def _packages(error: BaseException) -> Iterator[str]:
    """The packages that the error came through. By hand: `traceback` is slow to import, and every command would."""
    place = error.__traceback__
    while place is not None:
        yield str(place.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        place = place.tb_next
