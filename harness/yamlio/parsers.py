"""PyYAML's two parsers as one: something that gives events."""

from __future__ import annotations

from typing import Protocol

import yaml
from yaml.events import Event
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner


class EventSource(Protocol):
    """What PyYAML's C parser and its Python one have in common."""

    def get_event(self) -> Event | None:
        """The next event."""


class _PythonParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python: the same events, many times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def open_parser(text: str, *, python: bool = not yaml.__with_libyaml__) -> EventSource:
    """PyYAML's C parser over a text, or the one in Python where PyYAML was built without libyaml."""
    if python:
        return _PythonParser(text)
    from yaml._yaml import CParser  # not everywhere to be had

    return CParser(text)
