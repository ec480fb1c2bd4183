"""SOL, USDC and the presets' other tokens on local chains: `job-escrow localnet`, a test validator, in process."""

from collections.abc import Mapping

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import Mint

from job_escrow.addresses import token_address
from job_escrow.chain.driving import run
from job_escrow.chain.requests import (
    Chain,
    ChainError,
    Flow,
    GetAccounts,
    GetSignatureStatus,
    Pause,
    RequestAirdrop,
    ask,
)
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT, create_token_account, mint_to
from job_escrow.transactions import Options, execute

_POLL_SECONDS = 0.1
_MOST_POLLS = 600
_FEES_LAMPORTS = 100_000_000
_MINT_SIZE = 82


def fund(
    chain: Chain,
    address: Pubkey,
    *,
    lamports: int = 2_000_000_000,
    usdc: int = 0,
    mint: Pubkey = USDC_MINT,
    base_units: int = 0,
) -> None:
    """Give an address lamports, and tokens in its associated token account, on a local chain.

    `usdc` is base units of USDC, `base_units` are of another `mint` of the presets' (`local_mints`). Raises ChainError
    where the chain has no faucet, or no such mint that everybody may mint, such as every real cluster.
    """
    run(_fund(address, lamports, {USDC_MINT: usdc} | ({mint: base_units} if base_units else {})), chain)


def _fund(address: Pubkey, lamports: int, tokens: Mapping[Pubkey, int]) -> Flow[None]:
    if lamports:
        yield from _airdrop(address, lamports)
    for mint, base_units in tokens.items():
        if base_units:
            yield from _mint(address, mint, base_units)


def _mint(address: Pubkey, mint: Pubkey, base_units: int) -> Flow[None]:
    authority = local_usdc_authority()
    (found,) = yield from ask(GetAccounts([mint]))
    if found is None or found.owner != TOKEN_PROGRAM_ID or len(found.data) != _MINT_SIZE:
        raise ChainError(f"this chain has no mint {mint}: `job-escrow localnet` has those of the presets")
    if Mint.from_bytes(found.data).mint_authority != authority.pubkey():
        raise ChainError(f"not everybody may mint {mint} on this chain: use `job-escrow localnet`")
    yield from _airdrop(authority.pubkey(), _FEES_LAMPORTS)
    steps = [
        create_token_account(payer=authority.pubkey(), owner=address, mint=mint),
        mint_to(
            mint=mint,
            destination=token_address(address, mint),
            authority=authority.pubkey(),
            base_units=base_units,
        ),
    ]
    yield from execute(steps, [authority], Options())


def _airdrop(address: Pubkey, lamports: int) -> Flow[None]:
    before = yield from _lamports(address)
    signature = yield from ask(RequestAirdrop(address, lamports))
    for _ in range(_MOST_POLLS):
        if (yield from _lamports(address)) != before:
            return
        status = yield from ask(GetSignatureStatus(signature))
        if status is not None and status.error is not None:
            raise ChainError(f"the faucet failed: {status.error}")
        yield from ask(Pause(_POLL_SECONDS))
    raise ChainError(f"the faucet's transaction {signature} does not land: try again")


def _lamports(address: Pubkey) -> Flow[int]:
    (info,) = yield from ask(GetAccounts([address]))
    return 0 if info is None else info.lamports
