"""What the indexer reads of a token account."""

_AMOUNT = slice(64, 72)
TOKEN_ACCOUNT_SIZE = 165


def token_amount(data: bytes) -> int:
    """Base units in a token account of the SPL Token program."""
    return int.from_bytes(data[_AMOUNT], "little")
