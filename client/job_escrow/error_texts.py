"""What to do about errors that are not this program's own: the framework's, the runtime's and other programs'."""

FRAMEWORK_TEXTS = {
    2000: "an account that must be writable was passed read-only: mark it as writable",
    2007: "a program's place holds an account that is no program: pass the program",
    2012: "an account is not the one that it must be: derive its address again",
    2040: "the same account was passed twice where two different ones are needed: pass each its own",
}
"""Anchor's codes that this program can give; a test holds the texts below to what does occur."""

RUNTIME_TEXTS = {
    "AccountAlreadyInitialized": "the account exists already: use it, or choose another name or namespace",
    "AccountDataTooSmall": "an account is missing or holds too little: make it first, or pass the one that is named",
    "AccountNotExecutable": "a program's place holds an account that is no program: pass the program",
    "IllegalOwner": "an account is missing or belongs to another program: make it first; tokens are of the classic "
    "Token program",
    "IncorrectProgramId": "an account belongs to another program than the instruction wants: pass the named one",
    "InsufficientFunds": "too few lamports: fund the fee payer with SOL",
    "InvalidAccountData": "an account holds something else than it must: pass the one that the instruction names",
    "InvalidAccountOwner": "an account belongs to another program: pass the one that the instruction names",
    "InvalidArgument": "an argument is none that the program takes: build the instruction with this library",
    "InvalidInstructionData": "the data is none of this instruction: build the instruction with this library",
    "InvalidSeeds": "an address does not follow from its seeds: derive it again",
    "MaxInstructionTraceLengthExceeded": "the transaction runs too many instructions: do less in one",
    "MissingAccount": "an account is missing: pass all that the instruction names",
    "MissingRequiredSignature": "a signature is missing: sign with the key that the instruction names",
    "NotEnoughAccountKeys": "an account is missing: pass all that the instruction names",
    "PrivilegeEscalation": "an address does not follow from its seeds and bump: derive it again",
    "ProgramFailedToComplete": "the program stopped in the middle and nothing was changed: report this with the logs",
    "ReadonlyDataModified": "an account that must be writable was passed read-only: mark it as writable",
    "ReadonlyLamportChange": "an account that must be writable was passed read-only: mark it as writable",
    "UnbalancedInstruction": "lamports do not add up: pass each account once, and the one that the instruction names",
    "UninitializedAccount": "an account does not exist yet: open it first",
}
"""Errors without a code, of the runtime or of a program."""

TOKEN_TEXTS = {
    1: "too few tokens in the source: fund it and try again",
    3: "the token account holds another mint: use one of the platform's mint",
    4: "the token account belongs to somebody else: use one of your own",
    17: "the token account is frozen by the mint's issuer: use another one, or ask the issuer",
}
"""Codes of the Token program."""

SYSTEM_TEXTS = {
    0: "the account exists already: use it, or choose another name or namespace",
    1: "too few lamports for the rent: fund the fee payer with SOL",
}
"""Codes of the System program."""

TRANSACTION_TEXTS = {
    "AccountNotFound": "the fee payer has no SOL on this cluster: fund it",
    "AddressLookupTableNotFound": "there is no such lookup table on this cluster: create it first",
    "AlreadyProcessed": "the same transaction has landed already",
    "BlockhashNotFound": "the node does not know the blockhash, it may be behind: try again, or use another node",
    "InsufficientFundsForFee": "the fee payer has too little SOL for the fee: fund it",
    "InsufficientFundsForRent": "an account would be left with too little SOL for its rent: fund the fee payer",
    "InvalidAddressLookupTableIndex": "the lookup table is newer than what the node has seen: try again in a moment",
    "InvalidProgramForExecution": "a program is not deployed on this cluster: check --url and the program's address",
    "ProgramAccountNotFound": "a program is not deployed on this cluster: check --url and the program's address",
}
"""Errors of whole transactions."""
