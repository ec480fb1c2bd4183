"""The parts of sessions, made to fit each other."""

from dataclasses import dataclass

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.chain_access import ChainAccess
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.adoption import Adoption
from job_escrow_api.domain.jobs.paces import JobPaces
from job_escrow_api.domain.jobs.quotes import Quotes
from job_escrow_api.domain.keyed_lock import KeyedLock
from job_escrow_api.domain.parties import Parties
from job_escrow_api.domain.sessions.comparison import Comparison
from job_escrow_api.domain.sessions.ending import Ending
from job_escrow_api.domain.sessions.keeper import Keeper
from job_escrow_api.domain.sessions.opening import Opening
from job_escrow_api.domain.sessions.service import RequestService
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.domain.sessions.upkeep import Upkeep
from job_escrow_api.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """What a server needs of them."""

    store: SessionStore
    requests: RequestService
    keeper: Keeper


def sessions_of(
    settings: ApiSettings,
    database: ApiDatabase,
    books: Books,
    adoption: Adoption,
    parties: Parties,
    paces: JobPaces,
    chain: ChainAccess,
    quotes: Quotes,
) -> Sessions:
    """Make one of each; an account opens one session at a time, whoever of them asks for it."""
    store = SessionStore(database, settings.platform)
    accounts = KeyedLock()
    ending = Ending(settings, database, store, books, parties, chain)
    comparison = Comparison(settings, database, store, chain)
    opening = Opening(settings, database, store, books, adoption, parties, chain, ending)
    requests = RequestService(
        settings,
        database=database,
        books=books,
        store=store,
        parties=parties,
        paces=paces,
        chain=chain,
        opening=opening,
        ending=ending,
        comparison=comparison,
        accounts=accounts,
        quotes=quotes,
    )
    upkeep = Upkeep(settings, database, store, parties, chain, opening, ending, accounts)
    return Sessions(
        store=store,
        requests=requests,
        keeper=Keeper(settings, store, chain, comparison, upkeep),
    )
