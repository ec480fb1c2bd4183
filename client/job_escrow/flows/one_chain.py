"""Staying on one chain, whatever becomes of the node behind a URL while a process runs for months."""

from job_escrow.chain.requests import Answer, Flow, GetGenesisHash, GetLatestBlockhash, Together, WrongChain, ask


def require_chain(genesis: str | None) -> Flow[str]:
    """Return the hash of the first block of the chain that the node is of. Raises WrongChain where it is not this."""
    found = yield from ask(GetGenesisHash())
    if genesis not in (None, found):
        raise WrongChain(f"the node is of the chain {found}, not of {genesis} any more: check --url")
    return found


def only_on(genesis: str, flow: Flow[Answer]) -> Flow[Answer]:
    """Go on with a flow whose transactions land on this chain or nowhere. Raises WrongChain instead of signing."""
    try:
        request = next(flow)
        while True:
            if isinstance(request, Together):
                request = Together([only_on(genesis, each) for each in request.flows], request.at_once)
            elif isinstance(request, GetLatestBlockhash):
                request = GetLatestBlockhash(genesis)
            try:
                answer = yield request
            except Exception as error:
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as end:
        ended: Answer = end.value
        return ended
    finally:
        flow.close()
