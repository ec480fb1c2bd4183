"""What a local chain starts with, from the client's own package; so this runs in the environment, not before it.

`python scripts/support/genesis.py FOLDER` writes the accounts to FOLDER, and says on standard output where all is.
"""

import json
import sys
from base64 import b64encode
from pathlib import Path

from job_escrow.chain import AccountInfo
from job_escrow.codec import PROGRAM_ID
from job_escrow.program_files import program_path
from job_escrow.testing.usdc import local_mint_accounts
from solders.pubkey import Pubkey

_RENT_EXEMPT = 2**64 - 1


def write_genesis(folder: Path) -> dict[str, object]:
    """Write the presets' mints as the JSON that `--account` wants; return the arguments of a Genesis."""
    files = {
        str(address): str(write_account(folder / f"mint-{address}.json", address, mint))
        for address, mint in local_mint_accounts().items()
    }
    return {"program_id": str(PROGRAM_ID), "program": str(program_path()), "accounts": files}


def write_account(file: Path, address: Pubkey, account: AccountInfo) -> Path:
    """Write an account as the JSON that `--account` wants."""
    content = {
        "lamports": account.lamports,
        "data": [b64encode(account.data).decode(), "base64"],
        "owner": str(account.owner),
        "executable": account.executable,
        "rentEpoch": _RENT_EXEMPT,
        "space": len(account.data),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"pubkey": str(address), "account": content}, indent=2) + "\n")
    return file


if __name__ == "__main__":
    print(json.dumps(write_genesis(Path(sys.argv[1]))))
