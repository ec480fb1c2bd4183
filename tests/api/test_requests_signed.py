"""The operator's signature of a receipt: made with it, kept, and left out where the key is elsewhere (D9, A12)."""

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from api_harness.sessions_world import World, told
from job_escrow.receipts import ReceiptSignature, SessionReceipt, record_of_events, verify
from job_escrow_api.domain.sessions.rows import RequestRow
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature


@dataclass(frozen=True)
class Elsewhere:
    """A key that is asked, as a key management service is, and counts how often."""

    key: Keypair
    asked: list[bytes]

    def pubkey(self) -> Pubkey:
        return self.key.pubkey()

    def sign_message(self, message: bytes) -> Signature:
        self.asked.append(message)
        return self.key.sign_message(message)


def _signed(row: RequestRow) -> tuple[SessionReceipt, ReceiptSignature | None]:
    assert row.receipt is not None
    found = row.view().receipt_signature
    signature = None if found is None else ReceiptSignature.from_json(msgspec.to_builtins(found))
    return SessionReceipt.from_bytes(row.receipt), signature


def test_a_settled_request_has_its_operators_signature(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        one = await world.admit("one")
        assert one.view().receipt_signature is None
        settled = await world.settle(one, 1)
        receipt, signature = _signed(settled)
        assert signature is not None
        assert signature.signer == world.stage.cast.operator.pubkey()
        assert signature.is_of(receipt)
        assert not signature.is_of(replace(receipt, units=2))
        view = world.sessions.store.receipt(settled)
        assert view is not None
        assert view.receipt_signature == settled.view().receipt_signature
        # A repeat has the same.
        assert (await world.settle(one, 1)).view() == settled.view()
        assert (await world.release(await world.admit("two"))).view().receipt_signature is None
        await world.end_all()
        (session,) = world.rows()
        record = record_of_events(world.events_of(session.key))
        assert verify([receipt], record, signatures=[signature]) == []
        assert [each.kind for each in verify([receipt], record, signatures=[None])] == ["unsigned"]

    told(tmp_path, story)


def test_a_key_that_is_elsewhere_signs_no_receipts_and_is_not_asked(tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def story(world: World) -> None:
        one = await world.admit("one")
        before = len(asked)
        assert before > 0
        settled = await world.settle(one, 1)
        assert (settled.status, settled.view().receipt_signature) == ("settled", None)
        assert len(asked) == before
        await world.end_all()
        (session,) = world.rows()
        assert (session.status, world.findings(session)) == ("ended", [])

    told(tmp_path, story, signer=lambda key: Elsewhere(key, asked))


def test_a_server_with_another_key_than_the_platforms_signs_none(tmp_path: Path) -> None:
    """Such as a standby whose operator settles what runs."""
    other = Keypair()

    async def story(world: World) -> None:
        assert world.sessions.requests._parties.receipt_key(world.operator) is None

    told(tmp_path, story, signer=lambda _: other)
