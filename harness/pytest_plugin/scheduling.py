"""Which worker of pytest-xdist runs which item: a variant goes to the worker that fires it.

Whatever is no variant is left to the scheduler that was asked for (`--dist`): it sees a session without variants.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import pytest

#: Variants that a worker knows to be next. The others are kept back, so that a stop reaches it soon.
_MOST: Final = 16


class Worker(Protocol):
    """What pytest-xdist knows of a worker (`xdist.workermanage.WorkerController`)."""

    gateway: Any
    config: pytest.Config
    workerinput: dict[str, Any]

    @property
    def shutting_down(self) -> bool: ...  # noqa: D102
    def send_runtest_some(self, indices: Sequence[int]) -> None: ...  # noqa: D102
    def send_steal(self, indices: Sequence[int]) -> None: ...  # noqa: D102
    def shutdown(self) -> None: ...  # noqa: D102


class Scheduling(Protocol):
    """What pytest-xdist asks of a scheduler (`xdist.scheduler.Scheduling`)."""

    @property
    def nodes(self) -> list[Any]: ...  # noqa: D102
    @property
    def collection_is_completed(self) -> bool: ...  # noqa: D102
    @property
    def tests_finished(self) -> bool: ...  # noqa: D102
    @property
    def has_pending(self) -> bool: ...  # noqa: D102
    def add_node(self, node: Any) -> None: ...  # noqa: D102
    def add_node_collection(self, node: Any, collection: Sequence[str]) -> None: ...  # noqa: D102
    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None: ...  # noqa: D102
    def mark_test_pending(self, item: str) -> None: ...  # noqa: D102
    def remove_pending_tests_from_node(self, node: Any, indices: Sequence[int]) -> None: ...  # noqa: D102
    def remove_node(self, node: Any) -> str | None: ...  # noqa: D102
    def schedule(self) -> None: ...  # noqa: D102


class Owners(Protocol):
    """Who knows which share of the variants is whose."""

    def is_variant(self, nodeid: str) -> bool:
        """True for the id of a variant's item."""

    def share_of(self, node: Worker) -> int:
        """The share of a worker; one that replaces another has that one's."""

    def plan(self, nodeids: Sequence[str], others: int) -> Mapping[str, int]:
        """The share of each variant, once all workers have collected. Raises pytest's UsageError."""


class _Node:
    """A worker as the other scheduler sees it: in a session without variants."""

    def __init__(self, node: Worker) -> None:
        self.real = node
        #: Place in the shown collection → place in the worker's own.
        self.places: list[int] = []
        #: Variants that were sent, and those that are to come; both in their order.
        self.sent: list[int] = []
        self.rest: deque[int] = deque()
        self.told_to_end = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    @property
    def shutting_down(self) -> bool:
        return self.told_to_end or self.real.shutting_down

    def send_runtest_some(self, indices: Iterable[int]) -> None:
        self.real.send_runtest_some([self.places[index] for index in indices])

    def send_steal(self, indices: Iterable[int]) -> None:
        self.real.send_steal([self.places[index] for index in indices])

    def shutdown(self) -> None:
        """Ends the worker when it has all of its variants."""
        self.told_to_end = True
        if not self.rest:
            self.real.shutdown()

    def feed(self) -> None:
        """Sends the next variants, if it has few."""
        if not self.rest or len(self.sent) > _MOST // 2 or self.real.shutting_down:
            return
        batch = [self.rest.popleft() for _ in range(min(len(self.rest), _MOST - len(self.sent)))]
        self.sent += batch
        self.real.send_runtest_some(batch)
        if self.told_to_end:
            self.shutdown()


class Shares:
    """A scheduler that gives each worker its own variants, and leaves the rest to another one."""

    def __init__(self, other: Scheduling, owners: Owners) -> None:
        self._other = other
        self._owners = owners
        self._nodes: dict[Worker, _Node] = {}
        self._collections: dict[Worker, list[str]] = {}
        self._collection: list[str] = []
        #: Share → variants that no worker has: before the start, and after a worker's death.
        self._kept: dict[int, deque[int]] = {}
        self._begun = False

    @property
    def nodes(self) -> list[Worker]:
        """The workers."""
        return list(self._nodes)

    @property
    def collection_is_completed(self) -> bool:
        """True when all workers have collected."""
        return self._other.collection_is_completed

    @property
    def tests_finished(self) -> bool:
        """True when each worker has at most its last item, which it runs once it is told that it is the last."""
        if not self._other.tests_finished or any(self._kept.values()):
            return False
        return all(len(node.sent) < 2 and not node.rest for node in self._nodes.values())

    @property
    def has_pending(self) -> bool:
        """True while items are being run."""
        return self._other.has_pending or any(node.sent or node.rest for node in self._nodes.values())

    def add_node(self, node: Worker) -> None:
        """A worker is ready to collect."""
        self._nodes[node] = _Node(node)
        self._other.add_node(self._nodes[node])

    def add_node_collection(self, node: Worker, collection: Sequence[str]) -> None:
        """A worker has collected."""
        mine = self._nodes[node]
        self._collections[node] = list(collection)
        mine.places = [index for index, nodeid in enumerate(collection) if not self._owners.is_variant(nodeid)]
        if mine.places or not self._begun:  # of a session without items it expects no new workers
            self._other.add_node_collection(mine, [collection[index] for index in mine.places])

    def schedule(self) -> None:
        """Gives the workers what to run, as soon as all have collected; later, what there is for a new one."""
        if not self._begun:
            self._begun = True
            if not self._begin():
                return
        for node, mine in self._nodes.items():
            kept = self._kept.get(self._owners.share_of(node))
            if kept and node in self._collections:
                if self._collections[node] != self._collection:
                    continue  # it cannot be told which items are meant
                mine.rest += kept
                kept.clear()
            mine.feed()
        if any(mine.places for mine in self._nodes.values()):
            self._other.schedule()

    def _begin(self) -> bool:
        """Deals the variants; False where the workers did not collect the same."""
        first, *others = self._collections
        self._collection = self._collections[first]
        for node in others:
            if self._collections[node] != self._collection:
                self._differ(first, node)
                return False
        variants = [nodeid for nodeid in self._collection if self._owners.is_variant(nodeid)]
        if variants:
            shares = self._owners.plan(variants, len(self._collection) - len(variants))
            for index, nodeid in enumerate(self._collection):
                if nodeid in shares:
                    self._kept.setdefault(shares[nodeid], deque()).append(index)
        return True

    def _differ(self, first: Worker, node: Worker) -> None:
        one, two = set(self._collections[first]), set(self._collections[node])
        from harness.pytest_plugin.options import settings_of
        from harness.words import text

        lang = settings_of(node.config).lang
        some = sorted(one ^ two)[:10] or [text("plugin.order", lang)]
        names = {"one": first.gateway.id, "other": node.gateway.id}
        what = text("plugin.differ", lang, **names, items=", ".join(some))
        report = pytest.CollectReport(nodeid=node.gateway.id, outcome="failed", longrepr=what, result=[])
        node.config.hook.pytest_collectreport(report=report)

    def mark_test_complete(self, node: Worker, item_index: int, duration: float = 0) -> None:
        """A worker has run an item."""
        mine = self._nodes[node]
        if item_index in mine.sent:
            mine.sent.remove(item_index)
            mine.feed()
        else:
            self._other.mark_test_complete(mine, mine.places.index(item_index), duration)

    def mark_test_pending(self, item: str) -> None:
        """Another plugin wants an item to be run again. Not so a variant: it was fired, and how it ended is known."""
        if not self._owners.is_variant(item):
            self._other.mark_test_pending(item)

    def remove_pending_tests_from_node(self, node: Worker, indices: Sequence[int]) -> None:
        """A worker has given items back."""
        mine = self._nodes[node]
        self._other.remove_pending_tests_from_node(mine, [mine.places.index(index) for index in indices])

    def remove_node(self, node: Worker) -> str | None:
        """A worker is gone; the item that it died of, if it did. Whoever replaces it gets its variants."""
        mine = self._nodes.pop(node)
        self._collections.pop(node, None)
        # The other one lets go of workers that it has nothing for.
        crashed = self._other.remove_node(mine) if mine in self._other.nodes else None
        if not mine.sent:
            return crashed
        if crashed is not None:  # variants come first: it had not begun with that one
            self._other.mark_test_pending(crashed)
        index, *left = mine.sent
        self._kept.setdefault(self._owners.share_of(node), deque()).extend((*left, *mine.rest))
        return self._collection[index]
