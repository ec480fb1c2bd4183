"""`job-escrow init`: from nothing to a wallet that can buy credits, as far as a command can bring it."""

from typing import TYPE_CHECKING

import typer
from job_escrow.addresses import text_of, token_address
from job_escrow.chain.requests import ChainError
from job_escrow.codec import PROGRAM_ID
from job_escrow.tokens import USDC_MINT, token_amount

from job_escrow_cli.clusters import is_local
from job_escrow_cli.config import keep, kept_form
from job_escrow_cli.config_files import OWN_KEYS
from job_escrow_cli.doctor import report
from job_escrow_cli.failures import UsageError
from job_escrow_cli.keygen import make_key
from job_escrow_cli.keypairs import keypair_path
from job_escrow_cli.output import tell
from job_escrow_cli.session import Session, opened
from job_escrow_cli.settings import settings_of

if TYPE_CHECKING:
    from solders.pubkey import Pubkey

_LAMPORTS = 2_000_000_000
_USDC = 25_000_000


def init(context: typer.Context) -> None:
    """Set up a wallet: keep the options given, make a key if there is none, and check everything.

    --url, --keypair, --platform and --namespace are kept for later commands. On a chain of this machine the wallet
    gets SOL and test USDC, and the platform is chosen if there is only one. It may be repeated.
    """
    settings = settings_of(context)
    if settings.url.source == "default":
        raise UsageError(
            "say which chain: job-escrow init --url localhost (first: job-escrow localnet), --url devnet, "
            "or --url mainnet-beta, where everything costs real money"
        )
    given = context.obj if isinstance(context.obj, dict) else {}
    kept = {name: kept_form(name, str(given[name])) for name in OWN_KEYS if name in given}
    if kept:
        tell(f"kept in {keep(kept)}: {', '.join(kept)}")
    path = keypair_path(settings.keypair.value)
    if not path.exists():
        tell(f"made the key {make_key(path)} in {path}: whoever has this file has what the key owns; keep a copy of it")
    with opened(context) as session:
        if not is_local(session.settings.url.value):
            report(session)
            return
        try:
            is_ready = session.cluster.name is None and session.chain.accounts([PROGRAM_ID])[0] is not None
        except ChainError:
            # The report says that there is no node.
            is_ready = False
        if is_ready:
            _fund(session, session.signer.pubkey())
            if not session.settings.platform.value:
                _choose_platform(session)
        report(session)


def _fund(session: Session, owner: "Pubkey") -> None:
    """Give the wallet what it lacks; a chain without a faucet is left to the report."""
    from job_escrow.testing.faucet import fund

    wallet, tokens = session.chain.accounts([owner, token_address(owner, USDC_MINT)])
    lamports = 0 if wallet is not None and wallet.lamports >= _LAMPORTS // 2 else _LAMPORTS
    usdc = 0 if token_amount(tokens) >= _USDC // 2 else _USDC
    try:
        fund(session.chain, owner, lamports=lamports, usdc=usdc)
    except ChainError as error:
        tell(f"the chain's faucet gave nothing: {error}")
        return
    if lamports or usdc:
        tell(f"funded {owner} with SOL and test USDC, which are worth nothing")


def _choose_platform(session: Session) -> None:
    platforms = session.escrow.platforms()
    if len(platforms) != 1:
        return
    ((address, platform),) = platforms.items()
    tell(f"the only platform here is {text_of(platform.name)}: kept in {keep({'platform': str(address)})}")
    chosen = session.settings.platform._replace(value=str(address), source="the only one on this chain")
    session.settings = session.settings._replace(platform=chosen)
