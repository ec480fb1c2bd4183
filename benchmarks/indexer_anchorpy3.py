"""Transactions decoded by anchorpy3's coder and stored a row at a time; nothing of job_escrow is imported.

    python indexer_anchorpy3.py WORK.pickle

Runs in an environment of its own, beside `indexer.py`, which gives it the transactions, a database with the indexer's
schema, and what would be stored: making columns of what is decoded, and accounts of events, is not in its time. Prints
the seconds.
"""

# mypy: ignore-errors
# Its packages are of other versions than those that types are checked with here.

import pickle
import sqlite3
import sys
import time
from pathlib import Path

import based58
from anchorpy import Coder, Idl

_EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")


def main() -> None:
    """Decode and store, and say how long that took."""
    # The program that starts this one wrote the file.
    work = pickle.loads(Path(sys.argv[1]).read_bytes())
    coder = Coder(Idl.from_json(Path(work["idl"]).read_text()))
    connection = sqlite3.connect(work["database"], isolation_level=None)
    for pragma in work["pragmas"]:
        connection.execute(pragma)
    start = time.perf_counter()
    for encoded, rows in work["transactions"]:
        for text in encoded:
            data = based58.b58decode(text.encode())
            if data.startswith(_EVENT_TAG):
                found = coder.events.parse(data[len(_EVENT_TAG) :])
            else:
                found = coder.instruction.parse(data)
            if found is None:
                raise ValueError(f"not decoded: {text}")
        connection.execute("BEGIN")
        for sql, row in rows:
            connection.execute(sql, row)
        connection.execute("COMMIT")
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
