"""`{$call: "package.module:function"}`: the user's own payload code. Run only with the user's consent."""

from __future__ import annotations

import importlib
import math
import sys
from pathlib import Path
from typing import Any, Final

from harness.model import Json
from harness.redact import clean
from harness.scenario.records import BadValue
from harness.words import told

_MAX_DEPTH: Final = 100
_MAX_NODES: Final = 1_000_000
_MAX_BITS: Final = 3000  # of a whole number: some 900 digits, as the YAML reader allows


def call(target: str, root: Path) -> Json:
    """What the function gives back, called without arguments, as a copy of its own. `root` is looked in for modules.

    `target` is "package.module:function". BadValue for everything that goes wrong.
    """
    module, _, name = target.partition(":")
    place = str(root)
    sys.path.insert(0, place)
    importlib.invalidate_caches()
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        result = found()
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(error.name + ".")):
            raise BadValue(told("code.no_module", name=error.name, folder=clean(place, 200))) from None
        raise _failed(target, error) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - code of the user may raise anything, and it is told
        raise _failed(target, error) from None
    finally:
        if place in sys.path:
            sys.path.remove(place)
    return _Copy(target).of(result, "result", 0)


def _failed(target: str, error: BaseException) -> BadValue:
    try:
        text = clean(str(error), 300)
    except Exception:  # noqa: BLE001 - even __str__ is code of the user
        text = ""
    key = "code.raised.text" if text else "code.raised"
    what = told(key, target=target, error=type(error).__name__, text=text)
    return BadValue(what, told("code.raised.fix"))


class _Copy:
    def __init__(self, target: str) -> None:
        self._target = target
        self._left = _MAX_NODES

    def of(self, value: Any, place: str, depth: int) -> Json:
        """A copy of JSON data. BadValue for anything else."""
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            raise self._refused(place, told("code.too_much"))
        kind = type(value)
        if kind is dict:
            return {self._key(key, place): self.of(item, f"{place}.{key}", depth + 1) for key, item in value.items()}
        if kind is list:
            return [self.of(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]
        if kind is str and not any("\ud800" <= char <= "\udfff" for char in value):
            return value
        if kind is float and math.isfinite(value):
            return value
        if value is None or kind is bool or (kind is int and value.bit_length() <= _MAX_BITS):
            return value
        odd = kind in (str, float, int)
        raise self._refused(place, told("code.odd" if odd else "code.kind", kind=kind.__name__))

    def _key(self, key: Any, place: str) -> str:
        if type(key) is not str:
            raise self._refused(place, told("code.key", kind=type(key).__name__))
        return key

    def _refused(self, place: str, found: str) -> BadValue:
        what = told("code.no_json", target=self._target, found=found, place=clean(place, 120))
        return BadValue(what, told("code.no_json.fix"))
