"""What a server's health says."""

import httpx2


def failing(http: httpx2.Client) -> set[str]:
    """The parts that do not work, but the index: a server that indexes nothing is as old as its file."""
    parts = http.get("/health").json()["parts"]
    return {part["name"] for part in parts if not part["ok"]} - {"index"}
