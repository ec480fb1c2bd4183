"""What has to happen in a soak, or it shows less than it says: every fault, every duty and every kind of ending."""

from collections import Counter

ENOUGH_SEEDS = 500
"""Seeds in which each of these has to happen at least once."""

FAULTS = (
    "trouble: server killed",
    "trouble: server killed at a send",
    "trouble: server stopped",
    "trouble: helper killed",
    "trouble: clock jumps",
    "trouble: clock drifts",
    "trouble: node lags",
    "trouble: node forgets",
    "trouble: node is dead",
    "trouble: node talks nonsense",
    "trouble: node lists nothing",
    "trouble: node names another cluster",
    "trouble: node is of another cluster",
    "trouble: node holds transactions",
    "trouble: held lock and a clock ahead",
    "trouble: a day ahead while a job runs",
    "trouble: transaction of version 1",
    "trouble: disk is full",
    "trouble: backup is made",
    "trouble: backup is restored",
    "trouble: served on another cluster",
    "node: lags",
    "node: forgets",
    "node: nonsense",
    "node: lists nothing",
    "node: names another cluster",
    "node: has a transaction of version 1",
    "connection: 429",
    "connection: 500",
    "connection: slow",
    "connection: cut before",
    "connection: cut after",
    "connection: truncated",
    "connection: held",
    "connection: dropped",
    "connection: repeated",
    "connection: reordered",
    "webhook: refused by its receiver",
    "webhook: came twice under one id",
    "lock: nobody waited for the answer",
    "request: nobody waited for the answer",
)
DUTIES = (
    "server: started",
    "index: started",
    "keeper: started",
    "server: refused to serve another cluster",
    "operator: confirmed what was revoked",
    "webhook: taken",
    "event: JobLocked",
    "event: JobSettled",
    "event: JobRefunded",
    "event: LotsExpired",
    "event: SessionOpened",
    "event: SessionSettled",
    "event: SessionRefunded",
    "customer: bought",
    "customer: withdrew",
    "customer: was granted",
    "customer: revoked a key",
    "look: 200",
)
ENDINGS = (
    "job: settled",
    "job: streamed",
    "job: stream broke",
    "job: customer left",
    "job: given back",
    "job: abandoned",
    "job: answer lost",
    "job: asked twice at once",
    "job: late",
    "ending: settled",
    "ending: refunded",
    "ending: refunded by a keeper",
    "ending: refunded by the operator in time",
    "ending: refunded by the operator after the deadline",
    "lock: locked",
    "lock: The customer's key may not pay for jobs",
    "lock: The budget of the API key is used up",
    "settle: 200",
    "settle: 409",
    "refund: 200",
    "request: settled",
    "request: of a batch",
    "request: released",
    "request: abandoned",
    "request: answer lost",
    "request: asked twice at once",
    "request: late",
    "admission: admitted",
    "admission: The customer's key may not pay for jobs",
    "admission: The budget of the API key is used up",
    "request's settlement: 200",
    "request's settlement: 404",
    "request's settlement: 409",
    "release: 200",
)


def table(happened: Counter[str]) -> str:
    """How often each of them happened, and what else did."""
    lines = []
    for title, names in (("faults", FAULTS), ("duties", DUTIES), ("endings", ENDINGS)):
        lines.append(f"{title}:")
        lines += [f"{happened[name]:9,}  {name}" for name in names]
    lines.append("besides:")
    known = {*FAULTS, *DUTIES, *ENDINGS}
    lines += [f"{times:9,}  {name}" for name, times in sorted(happened.items()) if name not in known]
    return "\n".join(lines)


def missing(happened: Counter[str]) -> list[str]:
    """What never happened."""
    return [name for name in (*FAULTS, *DUTIES, *ENDINGS) if not happened[name]]
