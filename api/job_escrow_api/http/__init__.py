"""The account API over HTTP."""
