import random
import re

import pytest

from harness.mock import tasks as tasks_module
from harness.mock.draws import PACES, Identity, draw, times
from harness.mock.tasks import Ending, Full, Quirks, Task, Tasks, phase
from harness.model import TaskState


def task(name: str = "a", *, group: str = "m", queue_s: float = 2.0, render_s: float = 10.0, **changes: object) -> Task:
    return Task(
        id=name,
        route="/v1/tasks/{id}",
        group=group,
        created_s=0.0,
        created_at="2026-01-01T00:00:00.000Z",
        queue_s=queue_s,
        render_s=render_s,
        credits=5,
        **changes,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("now_s", "state", "progress"),
    [
        (0.0, TaskState.PENDING, 0.0),
        (1.999, TaskState.PENDING, 0.0),
        (2.0, TaskState.RUNNING, 0.0),
        (2.2, TaskState.RUNNING, 0.02),
        (11.999, TaskState.RUNNING, 0.99),
        (12.0, TaskState.SUCCEEDED, 0.0),
        (1e9, TaskState.SUCCEEDED, 0.0),
    ],
)
def test_a_task_goes_through_its_states(now_s: float, state: TaskState, progress: float) -> None:
    seen = phase(task(admitted_s=0.0), now_s)
    assert (seen.state, seen.progress) == (state, progress)


def test_a_task_that_was_not_admitted_is_throttled_for_ever() -> None:
    assert phase(task(), 1e9).state is TaskState.THROTTLED


def test_a_task_can_end_badly() -> None:
    failing = task(admitted_s=0.0, ending=Ending(state=TaskState.FAILED, failure="no", failure_code="INTERNAL"))
    assert phase(failing, 12.0).state is TaskState.FAILED


def test_a_draw_depends_on_every_argument_and_on_nothing_else() -> None:
    base = draw(0, "/v1/x", b"digest", 0)
    assert draw(0, "/v1/x", b"digest", 0) == base
    others = [
        draw(1, "/v1/x", b"digest", 0),
        draw(0, "/v1/y", b"digest", 0),
        draw(0, "/v1/x", b"other", 0),
        draw(0, "/v1/x", b"digest", 1),
    ]
    assert len({base.id, *(other.id for other in others)}) == 5
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", base.id)


def test_times_stay_within_the_pace_and_grow_with_the_output() -> None:
    for ordinal in range(200):
        identity = draw(7, "/v1/x", b"", ordinal)
        pace = PACES["video"]
        queue_s, short_s = times(identity, "video", 5.0)
        _, long_s = times(identity, "video", 10.0)
        assert pace.queue_s[0] <= queue_s <= pace.queue_s[1]
        assert pace.base_s[0] + 5 * pace.per_second_s[0] <= short_s <= pace.base_s[1] + 5 * pace.per_second_s[1]
        assert long_s > short_s


def test_the_same_body_twice_gets_two_ids_whatever_comes_between() -> None:
    first, second = Tasks(), Tasks()
    plain = [first.next_identity(0, "/x", b"a"), first.next_identity(0, "/x", b"a")]
    mixed = [second.next_identity(0, "/x", b"a"), second.next_identity(0, "/x", b"b")]
    mixed.append(second.next_identity(0, "/x", b"a"))
    assert plain == [mixed[0], mixed[2]]
    assert plain[0] != plain[1]


def test_the_bodies_counted_are_bounded_and_no_id_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks_module, "MAX_BODIES", 3)
    tasks = Tasks()
    seen = set()
    for _ in range(3):
        for name in "abcde":
            identity = tasks.next_identity(0, "/x", name.encode())
            tasks.add(task(identity.id), 0.0)
            seen.add(identity.id)
    assert len(seen) == 15
    assert len(tasks._ordinals) == 3


def test_above_the_concurrency_tasks_wait_and_go_on_in_order() -> None:
    tasks = Tasks(concurrency=lambda _group: 1)
    for name in "abc":
        tasks.add(task(name), 0.0)
    assert [state(tasks, name, 5.0) for name in "abc"] == ["RUNNING", "THROTTLED", "THROTTLED"]
    assert [state(tasks, name, 13.0) for name in "abc"] == ["SUCCEEDED", "PENDING", "THROTTLED"]
    # nobody looked for a long time: everything still happened at its own moment
    assert [state(tasks, name, 30.0) for name in "abc"] == ["SUCCEEDED", "SUCCEEDED", "RUNNING"]
    last = tasks.get("c", 30.0)
    assert last is not None
    assert last.admitted_s == 24.0


def test_each_group_has_its_own_limit() -> None:
    tasks = Tasks(concurrency={"m": 1, "n": None}.get)
    for name, group in (("a", "m"), ("b", "m"), ("c", "n"), ("d", "n")):
        tasks.add(task(name, group=group), 0.0)
    assert [state(tasks, name, 0.0) for name in "abcd"] == ["PENDING", "THROTTLED", "PENDING", "PENDING"]


def test_removing_frees_the_slot_at_once() -> None:
    tasks = Tasks(concurrency=lambda _group: 1)
    for name in "abc":
        tasks.add(task(name), 0.0)
    removed = [tasks.remove(name, 4.0) for name in ("b", "a", "a")]
    assert [seen.state if seen else None for seen in removed] == [TaskState.THROTTLED, TaskState.RUNNING, None]
    assert state(tasks, "c", 4.0) == "PENDING"
    assert state(tasks, "c", 16.0) == "SUCCEEDED"
    assert tasks.get("a", 16.0) is None


def test_removing_an_ended_task_frees_nothing_twice() -> None:
    tasks = Tasks(concurrency=lambda _group: 1)
    tasks.add(task("a"), 0.0)
    assert tasks.remove("a", 20.0) is not None
    for name in "bc":
        tasks.add(task(name), 20.0)
    assert [state(tasks, name, 20.0) for name in "bc"] == ["PENDING", "THROTTLED"]


def test_ends_are_told_in_order_of_time_once_each() -> None:
    ends: list[tuple[str, float]] = []
    tasks = Tasks(on_end=lambda ended, at_s: ends.append((ended.id, at_s)))
    tasks.add(task("slow", render_s=50.0), 0.0)
    tasks.add(task("quick", render_s=5.0), 0.0)
    tasks.add(task("gone", render_s=1.0), 0.0)
    tasks.remove("gone", 1.0)
    tasks.advance(51.9)
    assert ends == [("quick", 7.0)]
    tasks.advance(1000.0)
    tasks.advance(2000.0)
    assert ends == [("quick", 7.0), ("slow", 52.0)]


def test_the_oldest_ended_task_is_forgotten_first_and_live_ones_never() -> None:
    tasks = Tasks(limit=3)
    for name, render_s in (("live", 100.0), ("b", 10.0), ("a", 1.0)):
        tasks.add(task(name, render_s=render_s), 0.0)
    with pytest.raises(Full):
        tasks.add(task("d"), 0.0)
    tasks.add(task("d"), 20.0)
    assert [tasks.get(name, 20.0) is not None for name in ("live", "a", "b", "d")] == [True, False, True, True]
    assert len(tasks) == 3


def test_a_removed_task_does_not_end_another_of_its_id() -> None:
    tasks = Tasks()
    tasks.add(task("a"), 0.0)
    tasks.remove("a", 1.0)
    tasks.add(task("a", render_s=100.0), 2.0)
    tasks.advance(50.0)
    assert list(tasks._ended) == []
    assert state(tasks, "a", 50.0) == "RUNNING"


def test_nothing_is_left_behind_after_many_tasks() -> None:
    rng = random.Random(1)
    tasks = Tasks(concurrency=lambda _group: 2, limit=50)
    for number in range(2000):
        now_s = number * 10.0
        tasks.add(task(str(number), group=rng.choice("xyz"), render_s=rng.uniform(1, 20)), now_s)
        if rng.random() < 0.3:
            tasks.remove(str(rng.randrange(number + 1)), now_s)
    tasks.advance(1e9)
    assert len(tasks) <= 50
    assert not tasks._groups
    assert not tasks._ends


def state(tasks: Tasks, name: str, now_s: float) -> str:
    found = tasks.get(name, now_s)
    assert found is not None
    return phase(found, now_s).state.value


def test_a_draw_is_the_same_on_every_machine() -> None:
    assert draw(0, "/v1/image_to_video", b"digest", 0) == Identity(
        id="b983cf72-f01d-494b-84ad-716ba7a1da3d",
        queue=0.32449173888976124,
        base=0.20700071628006306,
        speed=0.20051208921511698,
    )


def test_a_task_that_vanishes_is_gone_at_its_end_and_frees_its_place() -> None:
    ends: list[str] = []
    tasks = Tasks(concurrency=lambda _group: 1, on_end=lambda ended, _: ends.append(ended.id))
    tasks.add(task("a", ending=Ending(vanishes=True)), 0.0)
    tasks.add(task("b"), 0.0)
    assert [state(tasks, "a", 11.9), state(tasks, "b", 11.9)] == ["RUNNING", "THROTTLED"]
    assert tasks.get("a", 12.0) is None
    assert state(tasks, "b", 12.0) == "PENDING"
    assert (ends, len(tasks)) == (["a"], 1)


def test_a_task_without_an_end_leaves_nothing_behind_when_it_is_removed() -> None:
    tasks = Tasks(limit=2)
    for name in "ab":
        tasks.add(task(name, render_s=float("inf")), 0.0)
    assert state(tasks, "a", 1e12) == "RUNNING"
    with pytest.raises(Full):
        tasks.add(task("c"), 1e12)
    removed = tasks.remove("a", 1e12)
    assert removed is not None
    assert (removed.state, removed.progress) == (TaskState.RUNNING, 0.0)
    assert tasks._ends == []
    tasks.add(task("c"), 1e12)


def test_progress_that_falls() -> None:
    falling = task(admitted_s=0.0, quirks=Quirks(backwards=True))
    assert [phase(falling, now_s).progress for now_s in (1.0, 2.0, 7.0, 11.9, 12.0)] == [0.0, 0.99, 0.49, 0.0, 0.0]
