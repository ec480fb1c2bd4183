"""What Prometheus scrapes of a server: the parts of its readiness, and its own indexer's metrics."""

import asyncio
from collections.abc import Iterator
from typing import Any

from job_escrow_indexer.monitoring.metrics import IndexerCollector, Watch
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from job_escrow_api.domain.health.monitor import Monitor
from job_escrow_api.domain.health.parts import Part

_PREFIX = "job_escrow_api"
_SECONDS = 10.0


class ServerCollector(Collector):
    """The metrics, made when they are asked for, in another thread than the server's."""

    def __init__(self, monitor: Monitor, loop: asyncio.AbstractEventLoop) -> None:
        self._monitor = monitor
        self._loop = loop

    def parts(self) -> list[Part]:
        """The parts of readiness."""
        return asyncio.run_coroutine_threadsafe(self._monitor.parts(), self._loop).result(_SECONDS)

    def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether the server is ready, and what of it is not."""
        parts = self.parts()
        good = all(each.ok for each in parts)
        said = {each.name: each.detail if each.ok else f"{each.detail} {each.remedy}" for each in parts}
        return good, {"status": "ok" if good else "failing", **said}

    def describe(self) -> list[Metric]:
        """Nothing, so that registering looks at nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        parts = self.parts()
        yield GaugeMetricFamily(f"{_PREFIX}_ready", "1 where all parts work", value=all(each.ok for each in parts))
        working = GaugeMetricFamily(f"{_PREFIX}_part_works", "1 where the part works", labels=["part"])
        for each in parts:
            working.add_metric([each.name], each.ok)
        yield working
        for each in parts:
            for name, value in each.values.items():
                text = f"{name.replace('_', ' ')} of the part {each.name}"
                yield GaugeMetricFamily(f"{_PREFIX}_{each.name.replace(' ', '_')}_{name}", text, value=value)
        indexer = self._monitor.indexer()
        if indexer is not None:
            yield from IndexerCollector(Watch(indexer)).collect()
