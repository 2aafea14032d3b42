"""Proposals as changes of a payload: RFC 6902 JSON patches, and the whole payload with them. Nothing is altered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.model import Json, JsonObject, Path, Proposal
from harness.provider.records import ABSENT
from harness.refusal.records import parse_path, value_at

Operation = dict[str, Json]


def as_patch(proposal: Proposal, payload: JsonObject) -> list[Operation]:
    """The proposal as a JSON patch (RFC 6902) of the payload: `remove`, `replace` or `add`.

    Empty where there is nothing to do: a field to leave out that was not sent. Objects that are missing above an added
    field are added with it; a place inside a list or a text that was not sent cannot be reached, and gives no patch.

    >>> from harness.model import Phrase
    >>> as_patch(Proposal(field="seed", remove=True, reason=Phrase(key="propose.leave_out")), {"seed": None})
    [{'op': 'remove', 'path': '/seed'}]
    """
    path = _path(proposal.field, payload)
    if value_at(payload, path) is not ABSENT:
        if proposal.remove:
            return [{"op": "remove", "path": _pointer(path)}]
        return [{"op": "replace", "path": _pointer(path), "value": proposal.value}]
    if proposal.remove or not path:
        return []
    depth = next(at for at in range(len(path), 0, -1) if value_at(payload, path[: at - 1]) is not ABSENT)
    inside = path[depth:]
    if not isinstance(value_at(payload, path[: depth - 1]), Mapping) or any(isinstance(part, int) for part in inside):
        return []
    value = proposal.value
    for part in reversed(inside):
        value = {part: value}
    return [{"op": "add", "path": _pointer(path[:depth]), "value": value}]


def apply(proposals: Sequence[Proposal], payload: JsonObject) -> dict[str, Json]:
    """The whole payload with the proposals in it; the payload itself stays as it is. The first of two for a field wins.

    Entries of lists are left out last and from the end, so that the places of the other proposals still mean the same.
    """
    first: dict[Path, Proposal] = {}
    for proposal in proposals:
        first.setdefault(_path(proposal.field, payload), proposal)
    changed: Json = payload
    for path, proposal in sorted(first.items(), key=_order):
        if as_patch(proposal, changed):
            changed = _with(changed, path, proposal)
    return dict(changed)


def _order(entry: tuple[Path, Proposal]) -> tuple[bool, list[int]]:
    path, proposal = entry
    return proposal.remove, [-part for part in path if isinstance(part, int)]


def _with(value: Json, path: Path, proposal: Proposal) -> Json:
    """The value with the change at the path: only what lies on the way is copied."""
    if not path:
        return proposal.value
    part, rest = path[0], path[1:]
    gone = proposal.remove and not rest
    if isinstance(value, (list, tuple)):
        index = int(part)
        entries = [] if gone else [_with(value[index], rest, proposal)]
        return [*value[:index], *entries, *value[index + 1 :]]
    members = dict(value) if isinstance(value, Mapping) else {}
    if gone:
        del members[part]
    else:
        members[part] = _with(members.get(part), rest, proposal)
    return members


def _path(field: str, payload: JsonObject) -> Path:
    """Where a dotted field stands; a key that itself has dots is found as it stands."""
    return (field,) if field in payload else parse_path(field)


def _pointer(path: Path) -> str:
    """The path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
