"""Answers that are files: in a format that this server can write, and with a name to keep them under."""

from collections.abc import AsyncGenerator
from importlib.util import find_spec

from job_escrow_indexer.export import ExportFormat
from litestar.response import Stream

from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.reports.export import MEDIA_TYPES


def require_writer(format_: ExportFormat) -> None:
    """Raises Refusal for a format that the server was installed without."""
    if format_ == "parquet" and find_spec("pyarrow") is None:
        raise Refusal(Kinds.UNPROCESSABLE, "This server was installed without the extra `parquet`: ask for csv.")


def file_of(name: str, parts: AsyncGenerator[bytes, None], format_: ExportFormat) -> Stream:
    """A file as its parts come."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format_}"'}
    return Stream(parts, media_type=MEDIA_TYPES[format_], headers=headers)
