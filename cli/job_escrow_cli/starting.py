"""`job-escrow init`: from nothing to a wallet that can buy credits, as far as a command can bring it."""

from typing import TYPE_CHECKING

import typer
from job_escrow.addresses import text_of, token_address
from job_escrow.chain.requests import ChainError
from job_escrow.codec import PROGRAM_ID
from job_escrow.tokens import USDC_MINT, token_amount

from job_escrow_cli.clusters import is_local
from job_escrow_cli.config import keep, kept_form
from job_escrow_cli.config_files import OWN_KEYS, own_config
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
    gets SOL and test USDC, and the platform is chosen if there is only one. It may be repeated, also when such a chain
    was begun anew.
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
    if is_local(settings.url.value):
        with opened(context) as session:
            _prepare(session)
    # Another session: what was kept counts from here on.
    with opened(context) as session:
        report(session)


def _prepare(session: Session) -> None:
    """Do what a local chain lets anybody do: SOL and USDC for the wallet, and a platform where the choice is clear."""
    try:
        is_ready = session.cluster.name is None and session.chain.accounts([PROGRAM_ID])[0] is not None
    except ChainError:
        # The report says that there is no node.
        return
    if not is_ready:
        return
    _fund(session, session.signer.pubkey())
    if not session.settings.platform.value or _is_of_another_chain(session):
        _choose_platform(session)


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


def _is_of_another_chain(session: Session) -> bool:
    """Whether the platform that was kept is gone with the chain that it was on. One that was named stays."""
    kept = own_config()
    if session.settings.platform.source != str(kept.path):
        return False
    (info,) = session.chain.accounts([session.platform_key])
    if info is None:
        tell(
            f"the platform {session.platform_key} is not here: this is another chain than the one that it was kept for"
        )
    return info is None


def _choose_platform(session: Session) -> None:
    platforms = session.escrow.platforms()
    if len(platforms) != 1:
        return
    ((address, platform),) = platforms.items()
    tell(f"the only platform here is {text_of(platform.name)}: kept in {keep({'platform': str(address)})}")
