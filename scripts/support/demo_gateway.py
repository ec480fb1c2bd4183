"""The demo's gateway: in front of its example model, so that a completion is answered and paid for without a GPU."""

import asyncio
import os
import sys

from job_escrow_gateway.server import serve
from job_escrow_gateway.settings import Settings


def main(port: str) -> int:
    """Serve until SIGTERM; the first line printed ends in the address. Settings are in the environment."""
    settings = Settings.from_environment(os.environ)
    try:
        asyncio.run(
            serve(settings, host="127.0.0.1", port=int(port), ready=lambda url: print(f"gateway {url}/v1", flush=True))
        )
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
