"""Several issues made one: the branches of a union, and what a body says twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from harness.model import Json, Path, replace
from harness.refusal.records import IssueKind, RefusalIssue


def branches_of(node: Mapping[str, Json], folded: Mapping[str, str]) -> list[list[Json]] | None:
    """What each alternative of a union says: zod 4 has lists of issues in `errors`, zod 3 errors in `unionErrors`."""
    three = node.get(folded.get("unionerrors", ""))
    if isinstance(three, list):
        return [
            entry["issues"] for entry in three if isinstance(entry, Mapping) and isinstance(entry.get("issues"), list)
        ]
    four = node.get(folded.get("errors", ""))
    if isinstance(four, list) and four and all(isinstance(entry, list) for entry in four):
        return list(four)
    return None


def rebased(entry: Json, base: Path) -> Json:
    """The issue of a branch with its path from the root: zod 4 counts it from the union."""
    path = entry.get("path") if isinstance(entry, Mapping) else None
    if not isinstance(path, list) or tuple(path[: len(base)]) == base != ():
        return entry
    return {**entry, "path": [*base, *path]}


def merge_branches(branches: list[list[RefusalIssue]], field: str | None, text: str) -> list[RefusalIssue]:
    """One answer from all alternatives: what they agree on, else the alternative that got furthest."""
    whole = [branch[0] for branch in branches if len(branch) == 1 and branch[0].field == field]
    if branches and len(whole) == len(branches):
        kinds = {issue.kind for issue in whole}
        allowed = tuple({(type(value), value): value for issue in whole for value in issue.allowed}.values())
        if len(kinds) == 1 and (kinds != {"enum"} or allowed):
            expected = " / ".join(dict.fromkeys(issue.expected for issue in whole if issue.expected)) or None
            return [replace(whole[0], allowed=allowed, expected=expected)]
    deeper = [
        branch for branch in branches if not any(issue.field == field and _of_another_sort(issue) for issue in branch)
    ]
    if len(deeper) == 1:
        return deeper[0]
    return [RefusalIssue(field=field, kind="union", text=text)] if branches and field is not None else []


def _of_another_sort(issue: RefusalIssue) -> bool:
    """The alternative wants something else altogether; a fraction where a whole number is wanted comes near."""
    return issue.kind in {"missing", "null"} or (issue.kind == "type" and issue.expected != "integer")


_VAGUE: Final = frozenset({"other", "union", "forbidden"})


def merged(issues: Sequence[RefusalIssue]) -> tuple[RefusalIssue, ...]:
    """One issue for a field and kind, no vague one beside a definite one, no nameless one beside a named one."""
    definite = {issue.field for issue in issues if issue.kind not in _VAGUE and issue.field is not None}
    named = any(issue.field is not None for issue in issues)
    kept: dict[tuple[str | None, IssueKind], RefusalIssue] = {}
    for issue in issues:
        if (issue.kind in _VAGUE and _told_better(issue.field, definite)) or (issue.field is None and named):
            continue
        key = (issue.field, issue.kind)
        kept[key] = issue if key not in kept else _together(kept[key], issue)
    return tuple(kept.values())


def _told_better(field: str | None, definite: Collection[str]) -> bool:
    """Does a definite issue speak of the field, or of what is inside it?"""
    return field is not None and (field in definite or any(other.startswith(f"{field}.") for other in definite))


def _together(one: RefusalIssue, other: RefusalIssue) -> RefusalIssue:
    """Of two issues of one kind on one field the one that says more: a list, or the narrower bound."""
    if other.allowed and not one.allowed:
        return other
    narrower = _least(other.maximum, one.maximum) or _least(_minus(other.minimum), _minus(one.minimum))
    return other if narrower else one


def _least(new: float | None, old: float | None) -> bool:
    return new is not None and (old is None or new < old)


def _minus(value: float | None) -> float | None:
    return None if value is None else -value
