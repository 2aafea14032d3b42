"""The scheduler by itself, with workers and another scheduler that only take notes."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from harness.pytest_plugin.scheduling import Shares
from harness.pytest_plugin.stashed import SETTINGS
from harness.run.settings import RunSettings

VARIANTS = [f"s.yaml::n{number}[v-{number:08x}]" for number in range(40)]
OTHERS = ["test_a.py::one", "test_a.py::two", "test_a.py::three"]


class Node:
    """A worker that notes what it is sent."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.told: list[tuple[str, CollectReport]] = []
        self.config: Any = SimpleNamespace(
            hook=SimpleNamespace(pytest_collectreport=self._report), stash={SETTINGS: RunSettings()}
        )
        self.workerinput: dict[str, Any] = {}
        self.queue: list[int | str] = []
        self.shutting_down = False

    def _report(self, report: "CollectReport") -> None:
        self.told.append((report.nodeid, report))

    def send_runtest_some(self, indices: Sequence[int]) -> None:
        self.queue += indices

    def send_steal(self, indices: Sequence[int]) -> None:
        self.queue.append(f"steal {list(indices)}")

    def shutdown(self) -> None:
        self.queue.append("end")
        self.shutting_down = True


CollectReport = pytest.CollectReport


class Other:
    """Another scheduler: it gives the first worker everything at once, and ends all workers."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pending: dict[Any, list[int]] = {}
        self.collections: dict[Any, list[str]] = {}

    @property
    def nodes(self) -> list[Any]:
        return list(self.pending)

    @property
    def collection_is_completed(self) -> bool:
        return len(self.collections) >= self.count

    @property
    def tests_finished(self) -> bool:
        return self.collection_is_completed and all(len(each) < 2 for each in self.pending.values())

    @property
    def has_pending(self) -> bool:
        return any(self.pending.values())

    def add_node(self, node: Any) -> None:
        self.pending[node] = []

    def add_node_collection(self, node: Any, collection: Sequence[str]) -> None:
        self.collections[node] = list(collection)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:  # noqa: ARG002
        self.pending[node].remove(item_index)

    def mark_test_pending(self, item: str) -> None:
        self.pending[self.nodes[0]].append(next(iter(self.collections.values())).index(item))

    def remove_pending_tests_from_node(self, node: Any, indices: Sequence[int]) -> None:
        for index in indices:
            self.pending[node].remove(index)

    def remove_node(self, node: Any) -> str | None:
        left = self.pending.pop(node)
        return self.collections[node][left[0]] if left else None

    def schedule(self) -> None:
        first = self.nodes[0]
        self.pending[first] = list(range(len(self.collections[first])))
        first.send_runtest_some(self.pending[first])
        for node in self.nodes:
            node.shutdown()


class Owners:
    """Deals the variants in turn."""

    def __init__(self) -> None:
        self.shares: dict[str, int] = {}

    def is_variant(self, nodeid: str) -> bool:
        return nodeid.startswith("s.yaml")

    def share_of(self, node: Any) -> int:
        return self.shares[node.gateway.id]

    def plan(self, nodeids: Sequence[str], others: int) -> Mapping[str, int]:  # noqa: ARG002
        return {nodeid: 1 + number % 2 for number, nodeid in enumerate(nodeids)}


def begin(collection: Sequence[str], *more: Sequence[str]) -> tuple[Shares, Owners, Node, Node]:
    owners, one, two = Owners(), Node("gw0"), Node("gw1")
    owners.shares = {"gw0": 1, "gw1": 2}
    shares = Shares(Other(2), owners)
    for node in (one, two):
        shares.add_node(node)
    shares.add_node_collection(one, collection)
    shares.add_node_collection(two, more[0] if more else collection)
    assert shares.collection_is_completed
    shares.schedule()
    return shares, owners, one, two


def work(shares: Shares, node: Node) -> list[int]:
    """Runs what the worker has as xdist's does: an item once the next one, or the end, is known."""
    done = []
    while len(node.queue) > 1 or shares.tests_finished:
        if shares.tests_finished and not node.shutting_down:
            node.shutdown()
        index = node.queue.pop(0)
        if index == "end":
            break
        assert isinstance(index, int)
        done.append(index)
        shares.mark_test_complete(node, index)
    return done


def test_each_worker_runs_its_own_variants_in_their_order() -> None:
    shares, _, one, two = begin(VARIANTS)

    assert (len(one.queue), len(two.queue)) == (16, 16)  # the rest is kept back
    first = work(shares, one)
    second = work(shares, two)
    assert first + work(shares, one) == list(range(0, 40, 2))
    assert second == list(range(1, 40, 2))
    assert shares.tests_finished
    assert not shares.has_pending


def test_whatever_is_no_variant_goes_where_it_was_asked_for_to_go() -> None:
    mixed = [OTHERS[0], *VARIANTS, *OTHERS[1:]]
    shares, _, one, two = begin(mixed)

    assert [index for index in one.queue if index in (0, 41, 42)] == [0, 41, 42]
    assert "end" not in one.queue + two.queue  # the other scheduler has nothing more, we have
    first, second = work(shares, one), work(shares, two)
    assert sorted(first + work(shares, one) + second) == list(range(43))
    assert (one.queue, two.queue) == ([], [])


def test_a_session_without_variants_is_left_alone() -> None:
    shares, _, one, two = begin(OTHERS)

    assert (one.queue, two.queue) == ([0, 1, 2, "end"], ["end"])
    assert work(shares, one) == [0, 1, 2]


def test_who_replaces_a_dead_worker_gets_its_variants() -> None:
    shares, owners, one, two = begin(VARIANTS)
    for _ in range(3):
        index = two.queue.pop(0)
        assert isinstance(index, int)
        shares.mark_test_complete(two, index)

    assert shares.remove_node(two) == VARIANTS[7]  # the one that it died of is not tried again
    assert not shares.tests_finished
    three = Node("gw2")
    owners.shares["gw2"] = 2
    shares.add_node(three)
    shares.add_node_collection(three, VARIANTS)
    shares.schedule()

    first = work(shares, one)
    assert work(shares, three) == list(range(9, 40, 2))
    assert first + work(shares, one) == list(range(0, 40, 2))
    assert shares.remove_node(three) is None


def test_a_worker_that_is_ended_early_has_died_of_nothing() -> None:
    shares, _, one, _ = begin(VARIANTS)
    one.shutdown()
    while one.queue[0] != "end":
        index = one.queue.pop(0)
        assert isinstance(index, int)
        shares.mark_test_complete(one, index)

    assert shares.remove_node(one) is None  # what it was not sent is no item that it died of


def test_workers_that_collected_different_variants_run_nothing() -> None:
    _, _, one, two = begin(VARIANTS, [*VARIANTS[:-1], "s.yaml::other[v-ffffffff]"])

    assert (one.queue, two.queue) == ([], [])
    assert [(name, report.outcome, report.longrepr) for name, report in two.told] == [
        (
            "gw1",
            "failed",
            "gw0 and gw1 collected different items: s.yaml::n39[v-00000027], s.yaml::other[v-ffffffff]",
        )
    ]


def test_items_that_are_given_back_are_those_of_the_other_scheduler() -> None:
    shares, _, one, _ = begin([VARIANTS[0], *OTHERS, VARIANTS[1]])

    shares.remove_pending_tests_from_node(one, [2, 3])
    shares.mark_test_pending(VARIANTS[0])  # a variant is not fired again
    shares.mark_test_pending(OTHERS[2])

    assert shares.has_pending
    shares.mark_test_complete(one, 1)
    shares.mark_test_complete(one, 3)
    shares.mark_test_complete(one, 0)
    assert shares.tests_finished
