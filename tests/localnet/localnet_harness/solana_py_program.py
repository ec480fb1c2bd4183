"""A program on solana-py as its users write one: it knows the node's two addresses and nothing of what it is.

    python -m localnet_harness.solana_py_program HTTP_URL WEBSOCKET_URL

Prints one line of JSON: what the node let it see, without what every node chooses itself.
"""

import asyncio
import json
import sys
from typing import Any

from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Confirmed
from solana.rpc.core import RPCException
from solana.rpc.models import TokenAccountOpts, TxOpts
from solana.rpc.websocket_api import SolanaWsClient
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.rpc.responses import AccountNotification, SignatureNotification
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from localnet_harness import builders as b


class Program:
    """What the program holds while it runs."""

    def __init__(self, client: AsyncClient, subscriptions: SolanaWsClient) -> None:
        self.client = client
        self.subscriptions = subscriptions
        self.payer, self.owner, self.wallet, self.mint = (Keypair() for _ in range(4))
        self.seen: dict[str, Any] = {}

    async def send(self, instructions: list[Instruction], *signers: Keypair) -> Signature:
        latest = (await self.client.get_latest_blockhash()).value
        message = MessageV0.try_compile(signers[0].pubkey(), instructions, [], latest.blockhash)
        transaction = VersionedTransaction(message, list(signers))
        options = TxOpts(
            skip_confirmation=False,
            preflight_commitment=Confirmed,
            last_valid_block_height=latest.last_valid_block_height,
        )
        return (await self.client.send_transaction(transaction, options)).value

    async def balances(self) -> None:
        airdrop = (await self.client.request_airdrop(self.payer.pubkey(), 10_000_000_000)).value
        await self.client.confirm_transaction(airdrop)
        number = await self.subscriptions.account_subscribe(pubkey=self.wallet.pubkey(), commitment=Confirmed)
        params = TransferParams(from_pubkey=self.payer.pubkey(), to_pubkey=self.wallet.pubkey(), lamports=1_234_567)
        signature = await self.send([transfer(params)], self.payer)
        told = await asyncio.wait_for(self.subscriptions.recv(), 300)
        assert isinstance(told, AccountNotification), told
        self.seen["notified"] = told.result.value.lamports
        await self.subscriptions.unsubscribe(number)
        await self.subscriptions.signature_subscribe(signature=signature, commitment=Confirmed)
        done = await asyncio.wait_for(self.subscriptions.recv(), 300)
        assert isinstance(done, SignatureNotification), done
        self.seen["signature"] = str(done.result.value.err)
        self.seen["balance"] = (await self.client.get_balance(self.wallet.pubkey())).value
        found = (await self.client.get_signatures_for_address(self.wallet.pubkey())).value
        self.seen["history"] = [(one.signature == signature, one.err, str(one.confirmation_status)) for one in found]

    async def tokens(self) -> None:
        payer, owner, mint = self.payer, self.owner, self.mint
        rent = (await self.client.get_minimum_balance_for_rent_exemption(b.MINT_BYTES)).value
        created = b.create_mint(payer.pubkey(), mint.pubkey(), owner.pubkey(), rent)
        await self.send(created, payer, mint)
        source, target = (b.associated(one.pubkey(), mint.pubkey()) for one in (owner, self.wallet))
        signature = await self.send(
            [
                b.create_associated(payer.pubkey(), owner.pubkey(), mint.pubkey()),
                b.create_associated(payer.pubkey(), self.wallet.pubkey(), mint.pubkey(), idempotent=True),
                b.mint_to(mint.pubkey(), source, owner.pubkey(), 5_000_000),
                b.token_transfer(source, target, owner.pubkey(), 1_500_000),
            ],
            payer,
            owner,
        )
        self.seen["supply"] = (await self.client.get_token_supply(mint.pubkey())).value.amount
        self.seen["token"] = (await self.client.get_token_account_balance(target)).value.ui_amount_string
        options = TokenAccountOpts(mint=mint.pubkey())
        held = await self.client.get_token_accounts_by_owner_json_parsed(self.wallet.pubkey(), options)
        self.seen["held"] = [json.loads(one.to_json())["account"]["data"]["parsed"]["info"] for one in held.value]
        for info in self.seen["held"]:
            assert (info.pop("mint"), info.pop("owner")) == (str(mint.pubkey()), str(self.wallet.pubkey()))
        found = (await self.client.get_transaction(signature, "jsonParsed", max_supported_transaction_version=0)).value
        assert found is not None
        meta = found.transaction.meta
        assert meta is not None
        self.seen["inner"] = [(one.index, len(one.instructions)) for one in meta.inner_instructions or []]
        # In the order of addresses, which are new in every run.
        self.seen["post"] = sorted(one.ui_token_amount.amount for one in meta.post_token_balances or [])
        self.seen["version"] = str(found.transaction.version)

    async def errors(self) -> None:
        params = TransferParams(from_pubkey=self.payer.pubkey(), to_pubkey=self.wallet.pubkey(), lamports=10**18)
        try:
            await self.send([transfer(params)], self.payer)
        except RPCException as problem:
            failure = problem.args[0]
            self.seen["error"] = (type(failure).__name__, failure.message.partition(":")[0], str(failure.data.err))
        block = (await self.client.get_block(1, max_supported_transaction_version=0)).value
        self.seen["block"] = (block.parent_slot, block.block_height)
        self.seen["health"] = await self.client.is_connected()


async def main(url: str, websocket_url: str) -> None:
    async with AsyncClient(url, commitment=Confirmed) as client, SolanaWsClient(websocket_url) as subscriptions:
        program = Program(client, subscriptions)
        await program.balances()
        await program.tokens()
        await program.errors()
        print(json.dumps(program.seen))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
