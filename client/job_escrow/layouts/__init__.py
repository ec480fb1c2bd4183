"""Every account, event and instruction of the program as a `construct` declaration: the reference of its bytes.

Written by hand, to be read; the codec in `job_escrow.codec` is generated and faster, and is held to these
declarations in both directions. A field's type says its unit: `Credits`, `BaseUnits`, `UnixSeconds`, `Seconds`,
`BasisPoints`, `Units`. All numbers are little-endian; nothing is padded but by a field called `reserved`.

    >>> from job_escrow.layouts import ACCOUNTS
    >>> ACCOUNTS["CreditAccount"].sizeof()
    784

An account or event has exactly `sizeof()` bytes. Instructions are as long as their arguments.
"""

from job_escrow.layouts.accounts import ACCOUNTS, CREDIT_ACCOUNT, JOB, PAYEE, PLATFORM
from job_escrow.layouts.events import EVENT_TAG, EVENTS
from job_escrow.layouts.instructions import INSTRUCTIONS
from job_escrow.layouts.parts import (
    BALANCES,
    ID_WINDOW,
    JOB_ID_WINDOW,
    LIMITS,
    LOT,
    PACK,
    PARTS,
    PENDING_CHANGES,
    SPLIT,
    TIER,
)

__all__ = [
    "ACCOUNTS",
    "BALANCES",
    "CREDIT_ACCOUNT",
    "EVENTS",
    "EVENT_TAG",
    "ID_WINDOW",
    "INSTRUCTIONS",
    "JOB",
    "JOB_ID_WINDOW",
    "LIMITS",
    "LOT",
    "PACK",
    "PARTS",
    "PAYEE",
    "PENDING_CHANGES",
    "PLATFORM",
    "SPLIT",
    "TIER",
]
