"""The options of a run, as one table. Their helps are `option.NAME` of the texts, their groups `options.GROUP`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from harness.cli.options import Option, amount, one_of, seconds, shard, whole

LANG: Final = Option(flags=("--lang",), read=one_of("en", "ru"), metavar="en|ru", default="en", group="what to show")
RUN_OPTIONS: Final[tuple[Option, ...]] = (
    Option(flags=("-k", "--select"), read=str, metavar="EXPR", default="", only_flag=True),
    Option(flags=("--tag",), read=str, metavar="T", repeat=True),
    Option(flags=("--only",), read=str, metavar="ID", repeat=True, only_flag=True),
    Option(flags=("--sample",), read=whole(1), metavar="N"),
    Option(flags=("--last-failed", "--lf"), only_flag=True),
    Option(flags=("--shard",), read=shard, metavar="I/N", only_flag=True),
    Option(flags=("--contract",), read=str, metavar="VERSION"),
    Option(flags=("--allow-code",)),
    Option(flags=("--live",), only_flag=True, group="where to"),
    Option(flags=("--base-url",), read=str, metavar="URL", group="where to"),
    Option(flags=("--env-file",), read=Path, metavar="FILE", group="where to"),
    Option(flags=("--max-credits",), read=amount, metavar="N", group="where to"),
    Option(flags=("--fit",), group="where to"),
    Option(flags=("--budget-rows",), read=whole(0), metavar="N", group="where to"),
    Option(flags=("--plan",), read=Path, metavar="FILE", only_flag=True, group="where to"),
    Option(flags=("--max-time",), read=seconds, metavar="T", group="where to"),
    Option(flags=("--assume-credits",), read=amount, metavar="N", group="where to"),
    Option(
        flags=("--until",),
        read=one_of("accepted", "finished", "verified"),
        metavar="STAGE",
        default="verified",
        group="how far",
    ),
    Option(flags=("-j", "--jobs"), read=whole(1, 10_000), metavar="N", default=4, group="how far"),
    Option(flags=("-x", "--exitfirst"), only_flag=True, group="how far"),
    Option(flags=("--max-failures",), read=whole(1), metavar="N", group="how far"),
    Option(flags=("--diagnose",), only_flag=True, group="how far"),
    Option(flags=("--max-probes",), read=whole(0, 10_000), metavar="N", default=60, group="how far"),
    Option(flags=("--recover",), only_flag=True, group="how far"),
    Option(flags=("--poll-interval",), read=seconds, metavar="T", group="how far"),
    Option(flags=("--task-timeout",), read=seconds, metavar="T", group="how far"),
    Option(flags=("--no-download",), group="how far"),
    Option(flags=("--faults",), read=str, metavar="NAME,…", repeat=True, only_flag=True, group="where to"),
    Option(flags=("--seed",), read=whole(0, 2**32 - 1), metavar="N", default=0, group="how far"),
    Option(flags=("--reports",), read=Path, metavar="DIR", default=Path("reports"), group="what to show"),
    Option(flags=("--report",), read=str, metavar="NAME[=PATH]", repeat=True, group="what to show"),
    Option(flags=("--baseline",), read=Path, metavar="FILE", group="what counts"),
    Option(flags=("--baseline-update",), only_flag=True, group="what counts"),
    Option(flags=("--baseline-prune",), only_flag=True, group="what counts"),
    Option(flags=("--drift",), group="what counts"),
    LANG,
    Option(
        flags=("--color",), read=one_of("auto", "always", "never"), metavar="WHEN", default="auto", group="what to show"
    ),
    Option(flags=("--ascii",), group="what to show"),
    Option(flags=("-q", "--quiet"), group="what to show"),
    Option(flags=("-v", "--verbose"), group="what to show"),
)
