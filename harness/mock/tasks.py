"""The mock's tasks: what each one is at a given time, and how many of them run at once.

`phase` is a pure function of (task, time). Nothing ticks: `Tasks` only looks at its clockwork when somebody asks, and
then does in order of time everything that was due: tasks end, their slots free, throttled ones begin at that moment.

Ids and times are drawn from seed and body (`harness.mock.draws`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from msgspec import Struct

from harness.mock.draws import Identity, Kind, draw
from harness.model import TaskState, replace

#: Tasks held at once, ended ones included. The oldest ended task is forgotten first; unfinished ones never are.
MAX_TASKS: Final = 20_000
#: Bodies whose repetitions are counted; beyond it the oldest count is forgotten.
MAX_BODIES: Final = 100_000
#: A running task never says 1 before it has ended.
_MAX_PROGRESS: Final = 0.99


class Shape(Struct, frozen=True, kw_only=True):
    """What one output file is. Sizes in pixels, `duration_s` 0 for an image; `extension` without the dot."""

    kind: Kind
    extension: str
    width: int
    height: int
    duration_s: float


class Ending(Struct, frozen=True, kw_only=True):
    """How a task ends. `refunded` gives its credits back when it does; one that `vanishes` is not to be found then."""

    state: TaskState = TaskState.SUCCEEDED
    failure: str | None = None
    failure_code: str | None = None
    refunded: bool = False
    vanishes: bool = False


SUCCESS: Final = Ending()


class Quirks(NamedTuple):
    """What is wrong with a task on purpose: progress that falls, files that are broken, a first set of dead URLs."""

    backwards: bool = False
    corrupt: bool = False
    stale_urls: bool = False


NO_QUIRKS: Final = Quirks()


class Task(Struct, frozen=True, kw_only=True):
    """One task. Times are seconds of the clock. `admitted_s` is None while it is throttled.

    `route` is the template of the path it is polled at, `group` what its concurrency is counted by: the model, or the
    endpoint where a body names none. `credits` is estimated and, unless refunded, charged. An infinite `render_s` never
    ends.
    """

    id: str
    route: str
    group: str
    created_s: float
    created_at: str
    queue_s: float
    render_s: float
    credits: int
    shapes: tuple[Shape, ...] = ()
    ending: Ending = SUCCESS
    quirks: Quirks = NO_QUIRKS
    admitted_s: float | None = None

    @property
    def ends_s(self) -> float:
        """When it ends; infinite while it is throttled."""
        return float("inf") if self.admitted_s is None else self.admitted_s + self.queue_s + self.render_s


class Phase(Struct, frozen=True, kw_only=True):
    """What a poll at one moment sees. `progress` is a fraction (0 to 1), 0 unless running."""

    state: TaskState
    progress: float = 0.0


_PENDING: Final = Phase(state=TaskState.PENDING)
_THROTTLED: Final = Phase(state=TaskState.THROTTLED)


def phase(task: Task, now_s: float) -> Phase:
    """The phase of a task at a time.

    >>> task = Task(id="a", route="/t/{id}", group="m", created_s=0, created_at="", queue_s=2, render_s=10, credits=5,
    ...             admitted_s=0)
    >>> [(phase(task, t).state.value, phase(task, t).progress) for t in (0, 2, 7, 12)]
    [('PENDING', 0.0), ('RUNNING', 0.0), ('RUNNING', 0.5), ('SUCCEEDED', 0.0)]
    """
    if task.admitted_s is None:
        return _THROTTLED
    if now_s >= task.ends_s:
        return Phase(state=task.ending.state)
    begins_s = task.admitted_s + task.queue_s
    if now_s < begins_s:
        return _PENDING
    progress = min(_MAX_PROGRESS, round((now_s - begins_s) / task.render_s, 2))
    if task.quirks.backwards:
        progress = round(_MAX_PROGRESS - progress, 2)
    return Phase(state=TaskState.RUNNING, progress=progress)


class Full(Exception):
    """As many unfinished tasks as the mock holds."""


@dataclass(slots=True)
class _Group:
    """The tasks of one model that count against its concurrency."""

    running: int = 0
    waiting: dict[str, None] = field(default_factory=dict)


class Tasks:
    """All tasks of a mock. `concurrency` answers how many of a group may run at once (None: any number).

    `on_end` is told of each task that ended by itself, in order of time, with the time it ended.
    """

    def __init__(
        self,
        *,
        concurrency: Callable[[str], int | None] = lambda _group: None,
        on_end: Callable[[Task, float], None] = lambda _task, _ends_s: None,
        limit: int = MAX_TASKS,
    ) -> None:
        self._concurrency = concurrency
        self._on_end = on_end
        self._limit = limit
        self._tasks: dict[str, Task] = {}
        self._ended: dict[str, None] = {}
        self._ends: list[tuple[float, str]] = []
        self._groups: dict[str, _Group] = {}
        self._ordinals: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def next_identity(self, seed: int, route: str, digest: bytes) -> Identity:
        """The draw for one more body of that digest, with an id that no task held here has."""
        key = route.encode() + digest
        ordinal = self._ordinals.pop(key, 0)
        while (identity := draw(seed, route, digest, ordinal)).id in self._tasks:
            ordinal += 1
        self._ordinals[key] = ordinal + 1
        if len(self._ordinals) > MAX_BODIES:
            del self._ordinals[next(iter(self._ordinals))]
        return identity

    def add(self, task: Task, now_s: float) -> Task:
        """Takes a task in and admits it at once if its group has room. Raises Full."""
        self.advance(now_s)
        if len(self._tasks) >= self._limit:
            if not self._ended:
                raise Full
            self._forget(next(iter(self._ended)))
        group = self._groups.setdefault(task.group, _Group())
        limit = self._concurrency(task.group)
        if limit is not None and group.running >= limit:
            group.waiting[task.id] = None
            self._tasks[task.id] = task
            return task
        return self._admit(task, group, now_s)

    def get(self, task_id: str, now_s: float) -> Task | None:
        """The task as it is now; None when there is none (any more)."""
        self.advance(now_s)
        return self._tasks.get(task_id)

    def replace(self, task: Task) -> None:
        """Puts a task that is held in the place of the one with its id. Its times must be the same."""
        self._tasks[task.id] = task

    def remove(self, task_id: str, now_s: float) -> Phase | None:
        """Cancels or deletes a task. The phase it was in; None when there is none."""
        task = self.get(task_id, now_s)
        if task is None:
            return None
        seen = phase(task, now_s)
        self._forget(task_id)
        if not seen.state.final:
            group = self._groups[task.group]
            if task.admitted_s is None:
                del group.waiting[task_id]
            else:
                self._release(task.group, now_s)
            self._drop_empty(task.group)
        return seen

    def advance(self, now_s: float) -> None:
        """Does, in order of time, everything that was due up to now."""
        while self._ends and self._ends[0][0] <= now_s:
            ends_s, task_id = heapq.heappop(self._ends)
            task = self._tasks.get(task_id)
            if task is None or task.ends_s != ends_s:
                continue  # removed before its time, or another task of that id since
            if task.ending.vanishes:
                del self._tasks[task_id]
            else:
                self._ended[task_id] = None
            self._on_end(task, ends_s)
            self._release(task.group, ends_s)
            self._drop_empty(task.group)

    def _admit(self, task: Task, group: _Group, at_s: float) -> Task:
        group.running += 1
        admitted = replace(task, admitted_s=at_s)
        self._tasks[task.id] = admitted
        if admitted.ends_s < float("inf"):
            heapq.heappush(self._ends, (admitted.ends_s, task.id))
        return admitted

    def _release(self, name: str, at_s: float) -> None:
        group = self._groups[name]
        group.running -= 1
        if group.waiting:
            task_id = next(iter(group.waiting))
            del group.waiting[task_id]
            self._admit(self._tasks[task_id], group, at_s)

    def _drop_empty(self, name: str) -> None:
        group = self._groups[name]
        if not group.running and not group.waiting:
            del self._groups[name]

    def _forget(self, task_id: str) -> None:
        del self._tasks[task_id]
        self._ended.pop(task_id, None)
