"""The account API without a web framework: keys, jobs, webhooks, payments, reports."""
