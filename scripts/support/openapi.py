"""The API's OpenAPI document as the repository keeps it: what a server answers at /v1/openapi.json."""

import json
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from job_escrow_api.app import create_app
from job_escrow_api.http.document.document import describe
from job_escrow_api.services import Services
from job_escrow_api.settings import ApiSettings
from litestar.exceptions import LitestarDeprecationWarning
from solders.pubkey import Pubkey

from support.places import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "openapi.json"
_NOBODY = "http://127.0.0.1:1"


def made_document() -> dict[str, Any]:
    """The document of the application, which no server and no chain is needed for."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", LitestarDeprecationWarning)
        services = Services(
            ApiSettings(
                database=Path(folder) / "index.sqlite",
                rpc_url=_NOBODY,
                platform=Pubkey.default(),
                public_url=_NOBODY,
            )
        )
        try:
            return describe(create_app(services))
        finally:
            services.database.close()


def document_text() -> str:
    """The text of the file."""
    return json.dumps(made_document(), indent=2, ensure_ascii=False) + "\n"


def kept_document() -> dict[str, Any]:
    """What the file says."""
    kept: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return kept
