"""A provider's process that runs sessions, says where it has come, and waits there to be killed.

Arguments: URL, the operator's key, platform, credit account, the store's file, and the moment at which to wait.
"""

import asyncio
import sys

from job_escrow import AsyncEscrow, SessionStore
from solders.keypair import Keypair
from solders.pubkey import Pubkey

_PRO = 2


async def main(url: str, key: str, platform: str, account: str, path: str, moment: str) -> None:
    async def reached(name: str) -> None:
        if name == moment:
            print(name, flush=True)
            await asyncio.sleep(3_600)

    with SessionStore(path) as store:
        async with AsyncEscrow.connect(url) as escrow:
            operator = escrow.operator(Keypair.from_base58_string(key), Pubkey.from_string(platform))
            async with operator.session(Pubkey.from_string(account), store) as session:
                async with session.request(_PRO, 500, request_id="one") as request:
                    await reached("admitted")
                    await request.settle(500)
                    await reached("settled")
                await session.look_after(settle_all=True)
                await reached("on chain")
                async with session.request(_PRO, 500):
                    await reached("second admitted")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
