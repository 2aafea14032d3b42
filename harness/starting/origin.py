"""Where this program was installed from, as another machine can be told: what pip is given there."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from harness.model import Json

NAME: Final = "param-harness"
_WANTED: Final = f"{NAME}[media]"
#: What may stand in a line of a shell, in double quotes, inside YAML.
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~:/@%+,=-]+")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VERSION: Final = re.compile(r"[0-9A-Za-z.+!-]+")
_HERE: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})


def requirement(package: Path) -> str | None:
    """What `pip install` is told for the program that runs, whose package is the folder `package`.

    None where only this machine has it (a folder, an editable install, a file, an address with a signature), and where
    nobody can tell. Names and passwords in an address are left out.
    """
    try:
        found = distribution(NAME)
    except PackageNotFoundError:
        return None
    return told_by(found, package)


def told_by(found: Distribution, package: Path) -> str | None:
    """The same, from what the installer left of the distribution (PEP 610: `direct_url.json`)."""
    noted = found.read_text("direct_url.json")
    if noted is None:  # by its name, from an index; or not installed at all, and another copy was
        own = Path(str(found.locate_file(package.name))).resolve() == package.resolve()
        return f"{_WANTED}=={found.version}" if own and _VERSION.fullmatch(found.version) else None
    try:
        noted = json.loads(noted)
        parts = urlsplit(str(noted["url"]))
        host = parts.hostname or ""
    except (ValueError, KeyError, TypeError):
        return None
    if host in _HERE or parts.query or parts.scheme not in {"https", "http", "ssh", "git"}:
        return None
    if isinstance(git := noted.get("vcs_info"), dict):
        return _of_git(noted, git, parts)
    if "archive_info" in noted and parts.scheme in {"https", "http"}:
        return _plain(_address(parts))
    return None


def _of_git(noted: dict[str, Json], git: dict[str, Json], parts: SplitResult) -> str | None:
    commit, folder = str(git.get("commit_id")), noted.get("subdirectory")
    if git.get("vcs") != "git" or not _COMMIT.fullmatch(commit):
        return None
    found = _plain(f"git+{_address(parts)}@{commit}")
    if found is None or folder is None:
        return found
    return f"{found}#subdirectory={folder}" if isinstance(folder, str) and _PLAIN.fullmatch(folder) else None


def _address(parts: SplitResult) -> str:
    """The address without who logs in there; `git@` of ssh names everybody."""
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{'git@' if parts.scheme == 'ssh' else ''}{place}{parts.path}"


def _plain(address: str) -> str | None:
    return f"{_WANTED} @ {address}" if _PLAIN.fullmatch(address) else None
