"""Files of a session's receipts: a JSON object in each line, a receipt or what the account API says of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from job_escrow_cli.failures import UsageError

if TYPE_CHECKING:
    from job_escrow.receipts import ReceiptSignature, SessionReceipt


def read_receipts(path: Path) -> "list[SessionReceipt]":
    """The receipts of a file. Raises UsageError where a line is none."""
    return [receipt for receipt, _ in read_signed_receipts(path)]


def read_signed_receipts(path: Path) -> "list[tuple[SessionReceipt, ReceiptSignature | None]]":
    """The receipts of a file, each with its signature if that is there. Raises UsageError where a line is none."""
    from job_escrow.receipts import InvalidReceipt

    found = []
    # Other characters that end a line may stand in JSON's texts.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                found.append(_read(json.loads(line)))
            except (InvalidReceipt, json.JSONDecodeError) as error:
                raise UsageError(f"{path}, line {number}: {error}") from error
    return found


def _read(found: object) -> "tuple[SessionReceipt, ReceiptSignature | None]":
    from job_escrow.receipts import ReceiptSignature, SessionReceipt

    members = _object(found)
    if "receipt" not in members:
        return SessionReceipt.from_json(members), None
    # An answer of /v1/receipts or /v1/requests, as it is.
    signature = members.get("receipt_signature")
    receipt = SessionReceipt.from_json(_object(members["receipt"]))
    return receipt, None if signature is None else ReceiptSignature.from_json(_object(signature))


def _object(found: object) -> Mapping[str, Any]:
    from job_escrow.receipts import InvalidReceipt

    if not isinstance(found, dict):
        raise InvalidReceipt("a receipt is a JSON object")
    return found
