"""A gateway before an upstream that does what its prompts say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upstream_harness.process import Upstream, upstream

from api_harness.gateway import Gateway, upstream_gateway
from api_harness.gateway_world import Shop, shop_world
from api_harness.server import free_port


@dataclass
class House:
    """An upstream, and a gateway before it."""

    world: Shop
    upstream: Upstream
    gateway: Gateway

    def another(self, folder: Path, *options: str, upstream: str = "") -> Any:
        return upstream_gateway(
            folder,
            api=self.world.server.url,
            operator_key=self.world.operator_key,
            upstream=upstream or self.upstream.url,
            options=options,
        )

    def asked(self) -> dict[str, Any]:
        """The body that the upstream was asked last."""
        return self.upstream.bodies()[-1]


@contextmanager
def gateway_house(localnet_url: str, folder: Path) -> Iterator[House]:
    """Run all of it for the length of a block, with its files in `folder`."""
    with (
        shop_world(localnet_url, folder) as world,
        upstream(free_port()) as model,
        upstream_gateway(folder, api=world.server.url, operator_key=world.operator_key, upstream=model.url) as running,
    ):
        yield House(world, model, running)
