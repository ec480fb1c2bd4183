"""Solana Pay: links and transactions that a wallet buys credits with."""
