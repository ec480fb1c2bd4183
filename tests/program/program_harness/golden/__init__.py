"""Accounts as each release's program wrote them: what every later program and codec has to take."""
