"""Solana Pay's transfer requests: links by which a wallet pays tokens to an address and asks no server."""

from urllib.parse import quote, urlencode

from solders.pubkey import Pubkey


def transfer_request(recipient: Pubkey, amount: str, mint: Pubkey, reference: Pubkey | None, label: str) -> str:
    """The link of a transfer; `amount` is in whole tokens, in digits, with a point before their parts.

    `reference` is a key that nothing else on the chain carries: the transfer's transaction has it, and is found by it.
    None: nobody looks for it.
    """
    looked_for = {} if reference is None else {"reference": reference}
    asked = {"amount": amount, "spl-token": mint, **looked_for, "label": label}
    return f"solana:{recipient}?{urlencode(asked, quote_via=quote)}"
