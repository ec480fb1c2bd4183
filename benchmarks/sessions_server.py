"""The account API as `job-escrow serve` runs it, with one path more: the floor that `sessions.py` compares with.

`POST /v1/floor` inserts one row and commits it, in a transaction of its own, over a connection that is made as the
API's are: what a request would cost that is a row in a database and nothing else.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from job_escrow_api import server
from job_escrow_api.domain.database import connect, insert_row
from job_escrow_api.services import Services
from job_escrow_cli import main
from litestar import Litestar, post


def with_floor(services: Services) -> Litestar:
    """The application, and the floor."""
    app = create_app(services)
    connection = connect(services.settings.database)
    connection.execute("CREATE TABLE IF NOT EXISTS floor (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    thread = ThreadPoolExecutor(1)

    def insert(text: str) -> int:
        connection.execute("BEGIN IMMEDIATE")
        number = insert_row(connection, "floor", {"text": text})
        connection.execute("COMMIT")
        return number

    @post("/v1/floor", include_in_schema=False)
    async def floor(data: dict[str, Any]) -> dict[str, int]:
        return {"number": await asyncio.get_running_loop().run_in_executor(thread, insert, str(data))}

    app.register(floor)
    return app


create_app = server.create_app

if __name__ == "__main__":
    server.create_app = with_floor
    sys.exit(main())
