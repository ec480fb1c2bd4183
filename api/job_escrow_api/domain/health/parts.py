"""What readiness is made of."""

import msgspec


class Part(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One thing that the server needs. `remedy` says what to do where it is not `ok`; `values` are its figures."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    values: dict[str, int] = {}
