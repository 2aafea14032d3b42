"""A body as it may stand in a scenario: secrets behind variables, data URIs in files of their own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.model import Json, JsonObject
from harness.scenario.assets import media_type_of, suffix_of
from harness.starting.files import NewFile
from harness.starting.secrets import Secrets, is_secret_name

#: Shorter data URIs are what somebody wrote by hand to see what happens.
_SHORT_URI: Final = 200
#: A longer text would make a scenario that nobody can read, or that is too big to be read.
_LONG_TEXT: Final = 100_000
_URI: Final = re.compile(r"data:(?P<type>[a-z]+/[a-zA-Z0-9.+-]+);base64,(?P<data>[A-Za-z0-9+/]+={0,2})")
_NOT_WORD: Final = re.compile(r"[^A-Za-z0-9]+")
#: What `redact.secrets_of` looks for in the name of a variable: reports hide the values of such.
_SAYS_SECRET: Final = re.compile("KEY|TOKEN|SECRET|PASS")
_NAME_CHARS: Final = 48


@dataclass(slots=True, kw_only=True)
class Written:
    """A body as a scenario writes it. `variables` are those that stand for secrets, `assets` the files it names."""

    body: JsonObject
    variables: list[str] = field(default_factory=list)
    assets: list[NewFile] = field(default_factory=list)


def written_body(body: JsonObject, secrets: Secrets, *, name: str, folder: str) -> Written:
    """The body of a scenario called `name` whose file lies in `folder`. Without secrets and files it is as it was."""
    writer = _Writer(secrets, name, folder)
    made = writer.value(body, (), secret=False)
    return Written(body=made, variables=writer.variables, assets=list(writer.assets.values()))


def variable(name: str, *parts: str) -> str:
    """The name of an environment variable that says what it is: ACME_WEBHOOK_SECRET."""
    words = [_NOT_WORD.sub("_", part).strip("_").upper() for part in (name, *parts)]
    made = "_".join(word for word in words if word)[:_NAME_CHARS].strip("_") or "HARNESS"
    made = made if _SAYS_SECRET.search(made) else f"{made}_SECRET"
    return made if not made[0].isdigit() else f"_{made}"


class _Writer:
    def __init__(self, secrets: Secrets, name: str, folder: str) -> None:
        self._secrets = secrets
        self._name = name
        self._folder = folder
        self.variables: list[str] = []
        self.assets: dict[str, NewFile] = {}

    def value(self, value: Json, path: tuple[str, ...], *, secret: bool) -> Json:
        if isinstance(value, dict):
            return {
                self._key(key): self.value(inner, (*path, key), secret=secret or _holds_secrets(key, inner))
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.value(inner, (*path, str(index)), secret=secret) for index, inner in enumerate(value)]
        if isinstance(value, str) and value.startswith("data:") and len(value) > _SHORT_URI:
            return self._data_uri(value, path)
        field_name = next((step for step in reversed(path) if not step.isdigit()), "")
        if secret and value is not None and not isinstance(value, bool):
            return self._variable(value, path)
        if self._secrets.in_field(field_name, value):
            return self._variable(value, path)
        if isinstance(value, str) and len(value) > _LONG_TEXT and not value.startswith("\ufeff"):
            return {"$file": self._asset(value.encode(), path, ".txt"), "as": "text"}
        return value

    def _key(self, key: str) -> str:
        if self._secrets.in_text(key):
            return "not-set"
        return f"${key}" if key.startswith("$") else key

    def _variable(self, value: Json, path: tuple[str, ...]) -> JsonObject:
        name = stem = variable(self._name, *(step for step in path if not self._secrets.in_text(step)))
        number = 1
        while name in self.variables:
            number += 1
            name = f"{stem}_{number}"
        self.variables.append(name)
        return {"$env": name, "default": self._secrets.harmless(value) if isinstance(value, str) else "not-set"}

    def _data_uri(self, uri: str, path: tuple[str, ...]) -> JsonObject:
        found = _URI.fullmatch(uri)
        data = _decoded(found["data"]) if found else None
        if found is None or data is None:  # written in a way that only the text itself says again
            return {"$file": self._asset(uri.encode(), path, ".txt"), "as": "text"}
        media_type = found["type"]
        suffix = suffix_of(media_type)
        file: dict[str, Json] = {"$file": self._asset(data, path, suffix)}
        return file if media_type_of(suffix) == media_type else {**file, "type": media_type}

    def _asset(self, data: bytes, path: tuple[str, ...], suffix: str) -> str:
        digest = hashlib.sha256(data).hexdigest() + suffix
        if digest not in self.assets:
            steps = [step for step in path if not self._secrets.in_text(step)]
            stem = "-".join([self._name, *(_NOT_WORD.sub("-", step).strip("-") for step in steps)])[:_NAME_CHARS]
            taken = {asset.path for asset in self.assets.values()}
            place = f"{self._folder}assets/{stem}{suffix}"
            if place in taken:
                place = f"{self._folder}assets/{stem}-{digest[:8]}{suffix}"
            self.assets[digest] = NewFile(path=place, data=data, what="start.asset")
        return self.assets[digest].path.removeprefix(self._folder)


def _holds_secrets(key: str, value: Json) -> bool:
    """True for a mapping or list of secrets: credentials: {user: …, pass: …}."""
    return isinstance(value, Mapping | list) and is_secret_name(key)


def _decoded(text: str) -> bytes | None:
    """The bytes of a base64 text that has only this one form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode() == text else None
