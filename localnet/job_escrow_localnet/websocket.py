"""WebSocket: the methods that subscribe, and a queue of notifications for each connection."""

import asyncio
import json

from solders.pubkey import Pubkey
from solders.signature import Signature
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from job_escrow_localnet import jsonrpc
from job_escrow_localnet.encoding import Filters
from job_escrow_localnet.errors import INVALID_PARAMS, InvalidParamsError, RpcError, method_not_found
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.methods.registry import Method
from job_escrow_localnet.methods.state import get_version
from job_escrow_localnet.node import Node
from job_escrow_localnet.params import (
    FINALIZED,
    FLAT_COMMITMENT,
    account_config,
    program_accounts_config,
    pubkey,
    signature,
)
from job_escrow_localnet.serde import Config, SerdeError, boolean, describe, list_of, optional, struct, text, u64
from job_escrow_localnet.subscriptions import Subscriptions

MAX_WAITING = 100_000
"""Notifications that may wait for a slow reader before its connection is closed."""

_logs_config = struct("RpcTransactionLogsConfig", commitment=FLAT_COMMITMENT)
_signature_config = struct(
    "RpcSignatureSubscribeConfig", commitment=FLAT_COMMITMENT, enableReceivedNotification=optional(boolean)
)


def _logs_filter(value: Json) -> list[str] | None:
    """Whose logs: None for all."""
    if value in ("all", "allWithVotes"):
        return None
    if isinstance(value, dict) and list(value) == ["mentions"]:
        mentions: list[str] = list_of(text)(value["mentions"])
        return mentions
    if isinstance(value, str):
        raise SerdeError(f"unknown variant `{value}`, expected one of `all`, `allWithVotes`, `mentions`")
    raise SerdeError(f"invalid type: {describe(value)}, expected string or map")


class Connection:
    """One client: its subscriptions, and what waits to be sent to it."""

    def __init__(self, node: Node, subscriptions: Subscriptions, socket: ServerConnection) -> None:
        self._node = node
        self._subscriptions = subscriptions
        self._socket = socket
        self._own: set[int] = set()
        self._waiting: asyncio.Queue[str] = asyncio.Queue()

    async def run(self) -> None:
        """Serve the connection until it ends."""
        sender = asyncio.create_task(self._send())
        try:
            async for message in self._socket:
                body = message.encode() if isinstance(message, str) else message
                reply = jsonrpc.answer(body, self._call)
                if reply:
                    self._waiting.put_nowait(reply)
        except ConnectionClosed:
            pass
        finally:
            for identifier in self._own:
                self._subscriptions.remove(identifier)
            sender.cancel()

    async def _send(self) -> None:
        try:
            while True:
                await self._socket.send(await self._waiting.get())
        except ConnectionClosed:
            pass

    def _notify(self, message: dict[str, Json]) -> None:
        if self._waiting.qsize() >= MAX_WAITING:
            self._socket.transport.abort()
            return
        self._waiting.put_nowait(json.dumps(message, separators=(",", ":")))

    def _call(self, name: str, params: Json) -> Json:
        if name == "getVersion":
            return get_version(self._node)
        found = _METHODS.get(name)
        if found is None:
            raise method_not_found()
        return found.handler(self, *found.read(params))

    def _subscribe(self, name: str, config: Config | None, **options: Json) -> int:
        commitment = (config or {}).get("commitment") or FINALIZED
        subscription = self._subscriptions.add(name, self._notify, commitment=commitment, **options)
        self._own.add(subscription.id)
        return subscription.id

    # The methods

    def account_subscribe(self, address: str, config: Config | None) -> int:
        """Tell when an account changes."""
        return self._subscribe("accountNotification", config, key=_address(address, "pubkey"), **_encoding(config))

    def program_subscribe(self, address: str, config: Config | None) -> int:
        """Tell when an account of a program changes."""
        try:
            filters = Filters((config or {}).get("filters"))
        except InvalidParamsError as problem:
            raise InvalidParamsError(f"Invalid params: {problem.message}") from None
        key = _address(address, "pubkey")
        return self._subscribe("programNotification", config, key=key, filters=filters, **_encoding(config))

    def logs_subscribe(self, mentions: list[str] | None, config: Config | None) -> int:
        """Tell the logs of transactions."""
        if mentions is not None and len(mentions) != 1:
            raise InvalidParamsError("Invalid Request: Only 1 address supported")
        key = None if mentions is None else _address(mentions[0], "mentions")
        return self._subscribe("logsNotification", config, key=key)

    def signature_subscribe(self, value: str, config: Config | None) -> int:
        """Tell once when a transaction is at the commitment."""
        # A single node never tells that a signature was received: only nodes that replay a leader's blocks do.
        return self._subscribe("signatureNotification", config, signature=_signature(value))

    def slot_subscribe(self) -> int:
        """Tell every slot that begins."""
        return self._subscribe("slotNotification", None)

    def slots_updates_subscribe(self) -> int:
        """Tell every step in the life of every slot."""
        return self._subscribe("slotsUpdatesNotification", None)

    def root_subscribe(self) -> int:
        """Tell every slot that is final."""
        return self._subscribe("rootNotification", None)

    def unsubscribe(self, identifier: int) -> bool:
        """End a subscription."""
        if identifier not in self._own:
            raise RpcError(INVALID_PARAMS, "Invalid subscription id.")
        self._own.discard(identifier)
        self._subscriptions.remove(identifier)
        return True


def _encoding(config: Config | None) -> dict[str, Json]:
    options = config or {}
    return {"encoding": options.get("encoding") or "binary", "data_slice": options.get("dataSlice")}


def _address(value: str, what: str) -> Pubkey:
    try:
        return pubkey(value)
    except InvalidParamsError:
        raise InvalidParamsError(f"Invalid Request: Invalid {what} provided") from None


def _signature(value: str) -> Signature:
    try:
        return signature(value)
    except InvalidParamsError:
        raise InvalidParamsError("Invalid Request: Invalid signature provided") from None


_METHODS = {
    "accountSubscribe": Method(Connection.account_subscribe, (text,), (account_config,)),
    "programSubscribe": Method(Connection.program_subscribe, (text,), (program_accounts_config,)),
    "logsSubscribe": Method(Connection.logs_subscribe, (_logs_filter,), (_logs_config,)),
    "signatureSubscribe": Method(Connection.signature_subscribe, (text,), (_signature_config,)),
    "slotSubscribe": Method(Connection.slot_subscribe, (), ()),
    "slotsUpdatesSubscribe": Method(Connection.slots_updates_subscribe, (), ()),
    "rootSubscribe": Method(Connection.root_subscribe, (), ()),
} | {
    f"{kind}Unsubscribe": Method(Connection.unsubscribe, (u64,), ())
    for kind in ("account", "program", "logs", "signature", "slot", "slotsUpdates", "root")
}
