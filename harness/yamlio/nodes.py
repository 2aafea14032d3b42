"""A text as a tree of places: where each key and value begins and ends, for those who change the text itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from harness.yamlio.hidden import Hidden
from harness.yamlio.parsers import open_parser

Kind = Literal["scalar", "mapping", "sequence", "alias"]
_OPENING: Final = {MappingStartEvent: "mapping", SequenceStartEvent: "sequence"}


@dataclass(slots=True, kw_only=True)
class Node:
    """One node, from `start` (of its anchor or tag, if any) to `end`, behind its last character: offsets in the text.

    The end of a block collection is that of its last part. `style` is the quote or block sign of a scalar ("" for a
    plain one); `flow` says that a collection is written in brackets. `parts` are the items of a list, or key, value,
    key, value… of a mapping. `anchored` says that a name is given to it.
    """

    kind: Kind
    start: int
    end: int
    style: str = ""
    flow: bool = False
    anchored: bool = False
    value: str = ""
    parts: list[Node] = field(default_factory=list)

    @property
    def entries(self) -> list[tuple[Node, Node]]:
        """Keys and values of a mapping."""
        return list(zip(self.parts[::2], self.parts[1::2], strict=True))

    @property
    def named(self) -> bool:
        """True when it or a part of it has a name, so that an alias elsewhere may mean it."""
        return self.anchored or any(part.named for part in self.parts)


def tree(text: str) -> Node | None:
    """The nodes of a text that `parse` has read without a mistake; None for one without a document.

    Offsets count in `text` without its byte order mark.
    """
    hidden = Hidden(text)
    parser = open_parser(hidden.text)
    open_nodes: list[Node] = []
    root: Node | None = None
    while True:
        event = parser.get_event()
        if event is None or isinstance(event, StreamEndEvent):
            return root
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            node, mark = open_nodes.pop(), event.end_mark
            assert mark is not None
            node.end = mark.index if node.flow or not node.parts else node.parts[-1].end
            continue
        made = _node(event)
        if made is None:
            continue
        if made.kind == "scalar":
            made.value = hidden.show(made.value, made.style)[0]
        if made.style in {"|", ">"}:  # the blank lines behind a block belong to what follows
            made.end = made.start + len(text[made.start : made.end].rstrip())
        if open_nodes:
            open_nodes[-1].parts.append(made)
        else:
            root = made
        if type(event) in _OPENING:
            open_nodes.append(made)


def _node(event: Any) -> Node | None:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, ScalarEvent):
        return Node(
            kind="scalar",
            start=start,
            end=end,
            style=event.style or "",
            anchored=event.anchor is not None,
            value=event.value,
        )
    if isinstance(event, AliasEvent):
        return Node(kind="alias", start=start, end=end)
    if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
        kind: Kind = "mapping" if isinstance(event, MappingStartEvent) else "sequence"
        flow = bool(event.flow_style)
        return Node(kind=kind, start=start, end=end, flow=flow, anchored=event.anchor is not None)
    return None
