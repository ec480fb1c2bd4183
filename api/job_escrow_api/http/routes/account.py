"""/v1/account: what a key's account holds (D11), in all its namespaces, and how long it lasts."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.params import Parameter

from job_escrow_api.domain.index_reads import Index
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.keys.terms import Scope
from job_escrow_api.http.account_view import AccountView, existing_account_view
from job_escrow_api.http.guard import guarded
from job_escrow_api.http.middleware import remember_credits
from job_escrow_api.http.problems import documented


@get(
    "/account",
    **guarded(Scope.READ),
    summary="Say what the key's account holds",
    responses=documented(400, 401, 403, 404, 429, 503),
    tags=["account"],
)
async def get_account(
    index: Index,
    request: Request[Any, Key, Any],
    min_slot: Annotated[int | None, Parameter(ge=0, le=2**63 - 1)] = None,
) -> AccountView:
    """Right as of `as_of_slot`. With `min_slot`, the slot of a transaction, its effect is in the answer."""
    await index.reach(min_slot, request.auth.id)
    with index.view() as view:
        found = existing_account_view(index, view, request.auth)
    remember_credits(request.scope, found.credits_remaining)
    return found
