"""The files of a first project: a scenario that runs at once, its picture, where the key goes, a CI workflow."""

from __future__ import annotations

import json
from typing import Final

from harness import words
from harness.scenario.schema import SCHEMA
from harness.starting.files import NewFile, template

SCENARIO: Final = "scenarios/example.yaml"
SCHEMA_FILE: Final = "scenarios/scenario.schema.json"
WORKFLOW: Final = ".github/workflows/payloads.yml"
#: What must not be committed: keys, and what runs leave.
IGNORED: Final = ("keys.env", ".env", "reports/")


#: What the workflow says of where pip gets the harness from: where that is known, and where not.
_MARK: Final = "  # INSTALL\n"
_KNOWN: Final = """\
  # As it was installed here (`media` measures what comes back; without it a run stops at "finished").
  PARAM_HARNESS: "{}"
"""
_FILL_IN: Final = """\
  # FILL IN where pip gets the harness from: a job cannot have it from where it was installed here. Such as
  # param-harness[media] @ git+https://HOST/OWNER/NAME@COMMIT (`media` measures what comes back; without it a run stops
  # at "finished").
  PARAM_HARNESS: "FILL IN where pip gets param-harness from"
"""


def first_project(lang: str = "en", requirement: str | None = None) -> tuple[NewFile, ...]:
    """Everything that `harness init` writes without a request to start from. Comments are in this language.

    `requirement` is what pip is told to install this program in a job of the workflow; None: the user is to fill it in.
    """
    from harness import media  # Pillow takes its time to load

    return (
        NewFile(path=SCENARIO, data=template("example.yaml", lang).encode(), what="start.scenario"),
        NewFile(path="scenarios/assets/example.jpg", data=media.make_image(720, 1280), what="start.picture"),
        NewFile(path=SCHEMA_FILE, data=_schema().encode(), what="start.schema"),
        env_example(("RUNWAYML_API_SECRET",), lang),
        NewFile(path=WORKFLOW, data=_workflow(requirement).encode(), what="start.workflow"),
        gitignore(),
    )


def _workflow(requirement: str | None) -> str:
    where = _FILL_IN if requirement is None else _KNOWN.format(requirement)
    return template("payloads.yml").replace(_MARK, where)


def env_example(names: tuple[str, ...], lang: str = "en", others: tuple[str, ...] = ()) -> NewFile:
    """A file that says which variables hold the key, without one.

    `others` are variables that a scenario reads, from the environment alone: this file holds nothing but the key.
    """
    lines = tuple(f"{name}=" for name in names)
    text = template("keys.txt", lang) + "".join(f"{line}\n" for line in lines)
    if others:
        text += f"\n# {words.text('start.env_others', lang)}\n" + "".join(f"#   export {name}=\n" for name in others)
    return NewFile(path="keys.env.example", data=text.encode(), what="start.keys", kept=True, lines=lines)


def gitignore() -> NewFile:
    """What keeps keys and reports out of a repository."""
    text = "".join(f"{line}\n" for line in IGNORED)
    return NewFile(path=".gitignore", data=text.encode(), what="start.ignore", kept=True, lines=IGNORED)


def _schema() -> str:
    return json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
