"""SOL and USDC on local chains, as much as anybody wants: `job-escrow localnet`, a test validator, in process."""

from solders.pubkey import Pubkey
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


def fund(chain: Chain, address: Pubkey, *, lamports: int = 2_000_000_000, usdc: int = 0) -> None:
    """Give an address lamports, and base units of USDC in its associated token account, on a local chain.

    Raises ChainError where the chain has no faucet, or no USDC that everybody may mint, such as every real cluster.
    """
    run(_fund(address, lamports, usdc), chain)


def _fund(address: Pubkey, lamports: int, usdc: int) -> Flow[None]:
    if lamports:
        yield from _airdrop(address, lamports)
    if not usdc:
        return
    authority = local_usdc_authority()
    (mint,) = yield from ask(GetAccounts([USDC_MINT]))
    if mint is None or Mint.from_bytes(mint.data).mint_authority != authority.pubkey():
        raise ChainError("this chain has no USDC that everybody may mint: use `job-escrow localnet`")
    yield from _airdrop(authority.pubkey(), _FEES_LAMPORTS)
    steps = [
        create_token_account(payer=authority.pubkey(), owner=address, mint=USDC_MINT),
        mint_to(
            mint=USDC_MINT,
            destination=token_address(address, USDC_MINT),
            authority=authority.pubkey(),
            base_units=usdc,
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
