"""Files of a session's receipts: a JSON object in each line, a receipt or what the account API says of it.

Of the account API it takes answers and the lines of `/v1/receipts/export` as NDJSON, as they are.
"""

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
    if "receipt_bytes" in members and "receipt" not in members:
        return _of_export(members)
    if "receipt" not in members:
        return SessionReceipt.from_json(members), None
    # An answer of /v1/receipts or /v1/requests, as it is.
    signature = members.get("receipt_signature")
    receipt = SessionReceipt.from_json(_object(members["receipt"]))
    return receipt, None if signature is None else ReceiptSignature.from_json(_object(signature))


def _of_export(members: Mapping[str, Any]) -> "tuple[SessionReceipt, ReceiptSignature | None]":
    """A line of `/v1/receipts/export`: its bytes are the receipt, and its columns must say the same."""
    from job_escrow.receipts import InvalidReceipt, ReceiptSignature, SessionReceipt

    try:
        receipt = SessionReceipt.from_bytes(bytes.fromhex(members["receipt_bytes"]))
    except (TypeError, ValueError) as error:
        raise InvalidReceipt(f"receipt_bytes: {error}") from error
    said = receipt.to_json()
    said["id"] = said.pop("request_id")
    # What people read in the file is what is proved.
    others = [name for name, value in said.items() if members.get(name) != value]
    if others:
        raise InvalidReceipt(f"the line's {', '.join(others)} differ from those of its receipt_bytes")
    signed = {"signer": members.get("receipt_signer"), "signature": members.get("receipt_signature")}
    return receipt, ReceiptSignature.from_json(signed) if any(signed.values()) else None


def _object(found: object) -> Mapping[str, Any]:
    from job_escrow.receipts import InvalidReceipt

    if not isinstance(found, dict):
        raise InvalidReceipt("a receipt is a JSON object")
    return found
