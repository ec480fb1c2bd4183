# Generated from the IDL by scripts/generate-client; do not edit.
"""Where the program is."""

from solders.pubkey import Pubkey

PROGRAM_ID: Pubkey = Pubkey.from_string("JobqFjK1w6b9u1qg8x3K2HdSuMoV1abpzfjc3eYpALp")
"""Address of the program."""
