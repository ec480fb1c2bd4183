"""From transactions to rows."""
