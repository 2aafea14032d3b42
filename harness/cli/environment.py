"""Variables of the environment that look like settings and are none: said once, instead of being passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from harness.cli.options import Option
from harness.redact import clean
from harness.words import Told, told

_PREFIX: Final = "HARNESS_"
#: How alike a name must be. What is like none is another program's: a CI service has the same prefix.
_ALIKE: Final = 0.75


def ignored(env: Mapping[str, str], options: Iterable[Option]) -> Iterator[Told]:
    """What is to be said of variables that count for nothing. Their values are never shown."""
    names = [name for name in env if name.startswith(_PREFIX) and env[name]]
    if not names:
        return
    from harness.cli.run_options import RUN_OPTIONS

    those = (*RUN_OPTIONS, *options)
    settings = {option.name.upper() for option in those if not option.only_flag}
    flags = {option.name.upper(): max(option.flags, key=len) for option in those if option.only_flag}
    for name in sorted(names):
        word = name.removeprefix(_PREFIX)
        if word in settings:
            continue
        if word in flags:
            yield told("usage.variable.flag", name=name, flag=flags[word])
        elif near := get_close_matches(word.upper(), settings, n=1, cutoff=_ALIKE):
            yield told("usage.variable", name=clean(name, 80), near=f"{_PREFIX}{near[0]}")
