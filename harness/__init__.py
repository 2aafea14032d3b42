"""Fires payload variants at a paid, slow, asynchronous media API and judges them.

Importing the package imports nothing heavy: the public names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__version__: Final = "0.1.0"

_PUBLIC: Final = {
    "main": "harness.cli",
    "RunSettings": "harness.run.settings",
    "RunResult": "harness.run.settings",
    "prepare": "harness.run.prepare",
    "execute": "harness.run.execute",
    "Verdict": "harness.model",
    "Until": "harness.model",
}

__all__ = [*_PUBLIC, "__version__"]  # noqa: PLE0604  # names of the lazy table


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'harness' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
