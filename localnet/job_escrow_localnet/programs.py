"""Addresses of the programs and sysvars that every Solana chain has."""

from solders.pubkey import Pubkey

SYSTEM = Pubkey.from_string("11111111111111111111111111111111")
NATIVE_LOADER = Pubkey.from_string("NativeLoader1111111111111111111111111111111")
SYSVAR = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")
COMPUTE_BUDGET = Pubkey.from_string("ComputeBudget111111111111111111111111111111")
LOOKUP_TABLE = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")
LOADER_V3 = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
LOADER_V2 = Pubkey.from_string("BPFLoader2111111111111111111111111111111111")
LOADER_V1 = Pubkey.from_string("BPFLoader1111111111111111111111111111111111")
LOADER_V4 = Pubkey.from_string("LoaderV411111111111111111111111111111111111")
TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
MEMO_V1 = Pubkey.from_string("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
ED25519 = Pubkey.from_string("Ed25519SigVerify111111111111111111111111111")
SECP256K1 = Pubkey.from_string("KeccakSecp256k11111111111111111111111111111")
SECP256R1 = Pubkey.from_string("Secp256r1SigVerify1111111111111111111111111")
VOTE = Pubkey.from_string("Vote111111111111111111111111111111111111111")
STAKE = Pubkey.from_string("Stake11111111111111111111111111111111111111")
CONFIG = Pubkey.from_string("Config1111111111111111111111111111111111111")

SYSVAR_CLOCK = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")
SYSVAR_INSTRUCTIONS = Pubkey.from_string("Sysvar1nstructions1111111111111111111111111")
SYSVAR_EPOCH_SCHEDULE = Pubkey.from_string("SysvarEpochSchedu1e111111111111111111111111")
SYSVAR_LAST_RESTART_SLOT = Pubkey.from_string("SysvarLastRestartS1ot1111111111111111111111")
SYSVAR_RENT = Pubkey.from_string("SysvarRent111111111111111111111111111111111")
SYSVAR_RECENT_BLOCKHASHES = Pubkey.from_string("SysvarRecentB1ockHashes11111111111111111111")
SYSVAR_SLOT_HASHES = Pubkey.from_string("SysvarS1otHashes111111111111111111111111111")
SYSVAR_STAKE_HISTORY = Pubkey.from_string("SysvarStakeHistory1111111111111111111111111")
_OTHER_SYSVARS = tuple(
    Pubkey.from_string(text)
    for text in (
        "SysvarEpochRewards1111111111111111111111111",
        "SysvarFees111111111111111111111111111111111",
        "SysvarRewards111111111111111111111111111111",
        "SysvarS1otHistory11111111111111111111111111",
    )
)

TOKEN_PROGRAMS = frozenset({TOKEN, TOKEN_2022})
PRECOMPILES = frozenset({ED25519, SECP256K1, SECP256R1})
LOADERS = frozenset({NATIVE_LOADER, LOADER_V1, LOADER_V2, LOADER_V3, LOADER_V4})

# Built-in programs whose instructions cost 3,000 compute units by default, not 200,000.
CHEAP_BUILTINS = frozenset({SYSTEM, COMPUTE_BUDGET, VOTE, LOADER_V1, LOADER_V2, LOADER_V3, LOADER_V4, *PRECOMPILES})

RESERVED = frozenset(
    {
        SYSTEM,
        NATIVE_LOADER,
        SYSVAR,
        COMPUTE_BUDGET,
        LOOKUP_TABLE,
        LOADER_V1,
        LOADER_V2,
        LOADER_V3,
        LOADER_V4,
        CONFIG,
        STAKE,
        VOTE,
        Pubkey.from_string("Feature111111111111111111111111111111111111"),
        Pubkey.from_string("StakeConfig11111111111111111111111111111111"),
        Pubkey.from_string("ZkE1Gama1Proof11111111111111111111111111111"),
        Pubkey.from_string("ZkTokenProof1111111111111111111111111111111"),
        SYSVAR_CLOCK,
        SYSVAR_EPOCH_SCHEDULE,
        SYSVAR_INSTRUCTIONS,
        SYSVAR_LAST_RESTART_SLOT,
        SYSVAR_RENT,
        SYSVAR_RECENT_BLOCKHASHES,
        SYSVAR_SLOT_HASHES,
        SYSVAR_STAKE_HISTORY,
        *_OTHER_SYSVARS,
        *PRECOMPILES,
    }
)
"""Addresses that no transaction can write to, whatever its header says."""
