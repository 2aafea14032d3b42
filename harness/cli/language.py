"""The language to speak before, and after, the options could be read: also of what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from harness.words import LANGS

_FLAGS: Final = ("--lang", "--lang=")


def language(words: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """The language that `--lang`, HARNESS_LANG or `[tool.harness]` asks for, in this order; English when none does.

    >>> language(["validate", "--lang", "ru"], {}), language(["--lang=ru"], {}), language(["--", "--lang=ru"], {})
    ('ru', 'ru', 'en')
    """
    env = os.environ if env is None else env
    flags = list(words[: words.index("--")] if "--" in words else words)
    asked = [after if flag == "--lang" else flag[7:] for flag, after in pairwise([*flags, ""]) if flag[:7] in _FLAGS]
    asked = [value for value in asked if value]
    if not asked:
        asked = [env.get("HARNESS_LANG") or _of_project(cwd)]
    return asked[-1] if asked[-1] in LANGS else "en"


def _of_project(cwd: Path | None) -> str:
    from harness.cli.options import tool_settings
    from harness.errors import UsageError

    try:
        _, settings = tool_settings(cwd or Path.cwd())
    except (UsageError, OSError):
        return "en"
    return str(settings.get("lang", "en"))
