"""What Solana Pay's links say: amounts, and transfer requests, by which a wallet pays tokens and asks no server."""

from urllib.parse import quote, urlencode

from solders.pubkey import Pubkey

from job_escrow.currency import Currency


def exact_amount(base_units: int, decimals: int) -> str:
    """Base units of a mint in whole tokens, exactly, as links have it: without zeros at the end."""
    return f"{Currency(None, decimals, 0).amount(base_units):f}"


def transfer_request(recipient: Pubkey, amount: str, mint: Pubkey, reference: Pubkey | None, label: str) -> str:
    """The link of a transfer; `amount` is in whole tokens, in digits, with a point before their parts.

    `reference` is a key that nothing else on the chain carries: the transfer's transaction has it, and is found by it.
    None: nobody looks for it.
    """
    looked_for = {} if reference is None else {"reference": reference}
    asked = {"amount": amount, "spl-token": mint, **looked_for, "label": label}
    return f"solana:{recipient}?{urlencode(asked, quote_via=quote)}"
