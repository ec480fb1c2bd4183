"""What the server's own page needs: signing in with a wallet, and balances as they change."""
