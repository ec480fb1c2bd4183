"""Purchase, lock, settle and withdraw with anchorpy, from an IDL alone; nothing of job_escrow is imported.

    python program.py STAGE.json

Runs in an environment of its own, on anchorpy3 and on anchorpy. Prints one JSON object with what it read on the way
(tests/interop/test_clients_of_the_idl.py says what it must be).
"""

# mypy: ignore-errors
# Its packages are of other versions than those that types are checked with here.

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import based58
from anchorpy import Context, Idl, Program, Provider, Wallet
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Confirmed
from solana.rpc.core import RPCException
from solana.rpc.types import TxOpts
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
ASSOCIATED_TOKEN_PROGRAM = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
SYSTEM_PROGRAM = Pubkey.from_string("11111111111111111111111111111111")
EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")
OPTIONS = TxOpts(skip_preflight=False, skip_confirmation=False, preflight_commitment=Confirmed)
READ = ("paid_available", "paid_locked", "spent_paid", "withdrawn", "open_jobs", "sequence")


class Story:
    """One wallet and one operator, each signing with their own provider."""

    def __init__(self, stage: dict[str, Any], connection: AsyncClient) -> None:
        self.connection = connection
        idl = Idl.from_json(Path(stage["idl"]).read_text())
        self.program_id = Pubkey.from_string(stage["program"])
        self.wallet = Keypair.from_bytes(bytes(stage["wallet"]))
        self.operator = Keypair.from_bytes(bytes(stage["operator"]))
        self.by_wallet = self._program(idl, self.wallet)
        self.by_operator = self._program(idl, self.operator)
        self.platform = Pubkey.from_string(stage["platform"])
        mint = Pubkey.from_string(stage["mint"])
        owner = self.wallet.pubkey()
        self.credit = self._pda(b"credit", bytes(self.platform), bytes(owner), bytes(16))[0]
        self.tokens = Pubkey.find_program_address(
            [bytes(owner), bytes(TOKEN_PROGRAM), bytes(mint)], ASSOCIATED_TOKEN_PROGRAM
        )[0]
        # The IDL names an address or a seed for these; anchorpy wants every account from its caller.
        self.given = {"event_authority": self._pda(b"__event_authority")[0], "program": self.program_id}
        self.steps: dict[str, Any] = {}

    def _program(self, idl: Idl, signer: Keypair) -> Program:
        return Program(idl, self.program_id, Provider(self.connection, Wallet(signer), OPTIONS))

    def _pda(self, *seeds: bytes) -> tuple[Pubkey, int]:
        return Pubkey.find_program_address(list(seeds), self.program_id)

    async def play(self) -> dict[str, Any]:
        terms = await self.by_wallet.account["Platform"].fetch(self.platform, Confirmed)
        vault = (await self.account()).vault
        await self.step("purchase", self.purchase(500, vault))

        job_id, bump = (await self.account()).job_ids.highest, 0
        while bump != 255:  # only an id whose address has this bump can be a job's
            job_id += 1
            job, bump = self._pda(b"job", bytes(self.credit), job_id.to_bytes(8, "little"))
        args = {"id": job_id, "tier": 3, "amount": 2_400, "max_credits": 48, "seconds": 600}
        lock = self.by_operator.rpc["lock"](
            self.by_operator.type["LockArgs"](**args),
            ctx=self._context(
                authority=self.operator.pubkey(),
                payer=self.operator.pubkey(),
                platform=self.platform,
                credit_account=self.credit,
                payee=self.program_id,  # stands for none
                job=job,
                system_program=SYSTEM_PROGRAM,
            ),
        )
        await self.step("lock", lock)
        locked = await self.by_wallet.account["Job"].fetch(job, Confirmed)

        settle = self.by_operator.rpc["settle"](
            2_001,
            True,
            None,
            ctx=self._context(
                operator=self.operator.pubkey(),
                platform=self.platform,
                credit_account=self.credit,
                job=job,
                vault=vault,
                treasury=terms.treasury,
                payee=self.program_id,
                rent_payer=self.operator.pubkey(),
                token_program=TOKEN_PROGRAM,
            ),
        )
        await self.step("settle", settle)

        withdraw = self.by_wallet.rpc["withdraw"](
            None,
            (await self.account()).sequence + 1,
            ctx=self._context(
                wallet=self.wallet.pubkey(),
                credit_account=self.credit,
                vault=vault,
                destination=self.tokens,
                token_program=TOKEN_PROGRAM,
            ),
        )
        await self.step("withdraw", withdraw)
        return {
            "steps": self.steps,
            "platform": {
                "base_units_per_credit": str(terms.base_units_per_credit),
                "treasury": str(terms.treasury),
                "max_flat": str(terms.tiers[3].flat_credits),
            },
            "job": {
                "credits": str(locked.credits),
                "max_units": str(locked.max_units),
                "paid": str(locked.held.paid),
            },
            "refused": await self.refused(self.purchase(99, vault)),
        }

    async def purchase(self, credits: int, vault: Pubkey) -> Signature:
        context = self._context(
            payer=self.wallet.pubkey(),
            source=self.tokens,
            platform=self.platform,
            credit_account=self.credit,
            vault=vault,
            token_program=TOKEN_PROGRAM,
        )
        return await self.by_wallet.rpc["purchase"](credits, (await self.account()).sequence + 1, ctx=context)

    def _context(self, **accounts: Pubkey) -> Context:
        return Context(accounts={**accounts, **self.given})

    async def account(self) -> Any:
        return await self.by_wallet.account["CreditAccount"].fetch(self.credit, Confirmed)

    async def step(self, name: str, sent: Any) -> None:
        signature = await sent
        account = await self.account()
        read = {field: str(getattr(account, field)) for field in READ}
        self.steps[name] = {"account": read, "events": await self.events(signature)}

    async def events(self, signature: Signature) -> list[str]:
        """Names of the transaction's events, which are calls of the program to itself."""
        found = await self.connection.get_transaction(
            signature, commitment=Confirmed, max_supported_transaction_version=0
        )
        calls = [call for group in found.value.transaction.meta.inner_instructions for call in group.instructions]
        data = [based58.b58decode(call.data.encode()) for call in calls]
        decode = self.by_wallet.coder.events.parse
        return [decode(each[8:]).name for each in data if each[:8] == EVENT_TAG]

    async def refused(self, sent: Any) -> dict[str, Any]:
        try:
            await sent
        except RPCException as error:
            raise AssertionError(f"anchorpy did not translate {error}") from error
        except Exception as error:
            # anchorpy's ProgramError: the code, and the message that the IDL has for it.
            code = error.code
            return {"code": code, "message": str(error.msg)}
        raise AssertionError("a purchase below the minimum was not refused")


async def main(stage: dict[str, Any]) -> None:
    async with AsyncClient(stage["url"], Confirmed) as connection:
        print(json.dumps(await Story(stage, connection).play()))


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
