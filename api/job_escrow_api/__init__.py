"""The account API: balances, keys, jobs for providers, Solana Pay and alerts over HTTP."""
