"""A request that somebody has → the files of a scenario that sends it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from harness.errors import MistakesError, UsageError
from harness.model import Json, JsonObject, Phrase
from harness.redact import clean
from harness.scenario import find
from harness.starting.aims import Aim, aim_of, own_profiles
from harness.starting.bodies import Written, variable, written_body
from harness.starting.files import NewFile
from harness.starting.profiles import NewProfile, base_url, new_profile, slug
from harness.starting.project import env_example, gitignore
from harness.starting.request import Request
from harness.starting.secrets import Secrets, looks_random
from harness.starting.variants import broken, variants_of
from harness.words import text, told
from harness.yamlio import parse, read
from harness.yamlio.blocks import block
from harness.yamlio.edit import written

SCENARIOS: Final = "scenarios/"
_NAMED: Final = 5
#: So many scenarios that are there already are looked at for their names.
_READ: Final = 500


class Started(Struct, frozen=True, kw_only=True):
    """What a request became: `files` with the scenario first, its path, things to know about it.

    `refused`: the contract would refuse the body as it was sent.
    """

    files: tuple[NewFile, ...]
    scenario: str
    notes: tuple[Phrase, ...] = ()
    refused: bool = False


def start_from(
    request: Request, *, folder: Path, env: Mapping[str, str], name: str | None = None, lang: str = "en"
) -> Started:
    """The files of a scenario, below `folder`. Their comments are in this language. UsageError.

    No secret of the request is in any of them, and none in a note or an error. `name` is that of the scenario.
    """
    _check_text(request.body)
    secrets = Secrets(request, env)
    aim = aim_of(request, own_profiles(folder))
    fresh = None if aim is not None else new_profile(request, secrets, lang)
    place = SCENARIOS if fresh is None else f"{SCENARIOS}{fresh.name}/"
    if aim is not None and aim.profile is not None:
        place = f"{aim.profile.parent.relative_to(folder).as_posix()}/"
    called = _free(slug([name], "scenario") if name else _name(aim, fresh), folder, place)
    body = written_body(request.body, secrets, name=called, folder=place)
    scenario = f"{place}{called}.yaml"
    files = [
        NewFile(
            path=scenario,
            data=_checked(_Text(request, aim, fresh, body, called=called, lang=lang).text(folder), body).encode(),
            what="start.from_scenario",
        )
    ]
    if fresh is not None:
        files.append(NewFile(path=f"{place}profile.yaml", data=fresh.text.encode(), what="start.profile"))
    files += body.assets
    keys = _key_names(aim, fresh)
    if keys:
        files.append(env_example(keys[:1], lang, (*_path_variables(fresh).values(), *body.variables)))
    files.append(gitignore())
    wrong = () if aim is None else broken(aim.provider, aim.endpoint, request.body)
    notes = tuple(_notes(wrong, aim, fresh, body))
    return Started(files=tuple(files), scenario=scenario, notes=notes, refused=bool(wrong))


def _name(aim: Aim | None, fresh: NewProfile | None) -> str:
    return slug([aim.endpoint.key], "scenario") if aim is not None else fresh.endpoint if fresh is not None else ""


def _free(name: str, folder: Path, place: str) -> str:
    """The name, with a number behind it where a scenario in another file has it: a run takes no two of one name."""
    here = (folder / SCENARIOS).resolve()
    taken = {_name_in(file): file.resolve() for file in _scenarios(here)}
    free, number = name, 1
    while taken.get(free, wanted := (folder / f"{place}{free}.yaml").resolve()) != wanted:
        number += 1
        free = f"{name}_{number}"
    return free


def _scenarios(folder: Path) -> list[Path]:
    try:
        return find([folder])[:_READ] if folder.is_dir() else []
    except UsageError:
        return []


def _name_in(file: Path) -> str:
    try:
        data = read(file).data
    except MistakesError:
        return ""
    return str(data.get("name", "")) if isinstance(data, dict) else ""


def _key_names(aim: Aim | None, fresh: NewProfile | None) -> tuple[str, ...]:
    if aim is not None:
        return aim.provider.profile.key_env
    return (fresh.key_env,) if fresh is not None and fresh.key_env else ()


def _path_variables(fresh: NewProfile | None) -> Mapping[str, str]:
    """What stands for a secret in the route: blank → variable."""
    return {} if fresh is None else {blank: variable(fresh.name, blank) for blank in sorted(fresh.blanks)}


class _Text:
    """The text of a scenario."""

    def __init__(
        self, request: Request, aim: Aim | None, fresh: NewProfile | None, body: Written, *, called: str, lang: str
    ) -> None:
        self._request = request
        self._aim = aim
        self._fresh = fresh
        self._body = body
        self._called = called
        self._lang = lang

    def text(self, folder: Path) -> str:
        """The whole file."""
        head = []
        aim, fresh = self._aim, self._fresh
        if aim is not None and aim.profile is None and (folder / SCENARIOS / "scenario.schema.json").is_file():
            head.append("# yaml-language-server: $schema=scenario.schema.json\n")
        provider = "./profile.yaml" if aim is None or aim.profile is not None else aim.name
        endpoint = aim.endpoint.key if aim is not None else fresh.endpoint if fresh is not None else ""
        facts: dict[str, Json] = {"name": self._called, "provider": provider, "endpoint": endpoint}
        path: dict[str, Json] = {}
        if aim is not None:
            path = dict(aim.path)
        elif fresh is not None:
            path = {blank: {"$env": name, "default": "not-set"} for blank, name in _path_variables(fresh).items()}
        if path:
            facts["path"] = path
        return "".join([*head, self._comment("start.made_from", source=self._source()), block(facts), *self._rest()])

    def _rest(self) -> list[str]:
        body = self._body
        provider, endpoint = (self._aim.provider, self._aim.endpoint) if self._aim else (None, None)
        variants = variants_of(provider, endpoint, self._request.body, body.body)
        known = provider is not None and endpoint is not None and provider.catalogue(endpoint) is not None
        return [
            f"baseline: {'{}' if not body.body else ''}".rstrip() + "\n",
            self._comment("start.in_variables", indent=2) if body.variables else "",
            block(body.body, indent=2) if body.body else "",
            "variants:\n",
            f"  - {written(variants[0])}\n",
            (self._comment("start.likely" if known else "start.unknown", indent=2) if variants[1:] else ""),
            *(f"  - {written(variant)}\n" for variant in variants[1:]),
        ]

    def _source(self) -> str:
        route = self._aim.endpoint.path if self._aim is not None else ""
        where = f"{base_url(self._request.url)}{route}" if route else base_url(self._request.url)
        return f"{self._request.method} {clean(where, 200)}"

    def _comment(self, key: str, *, indent: int = 0, **params: object) -> str:
        return "".join(f"{' ' * indent}# {line}\n" for line in text(key, self._lang, **params).split("\n"))


def _check_text(body: JsonObject) -> None:
    """UsageError for half of a surrogate pair, which JSON can say and no file."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except (UnicodeEncodeError, ValueError, RecursionError):
        raise UsageError(told("start.no_scenario"), told("start.smaller")) from None


def _checked(made: str, body: Written) -> str:
    """The text, which a scenario file can be. UsageError for a body that no YAML file can hold."""
    try:
        found = parse(made, file="scenario").data["baseline"]
    except (MistakesError, UnicodeEncodeError):
        found = None
    if repr(found) != repr(body.body):
        raise UsageError(told("start.no_scenario"), told("start.smaller"))
    return made


def _notes(wrong: tuple[str, ...], aim: Aim | None, fresh: NewProfile | None, body: Written) -> Iterable[Phrase]:
    """What the user should know: what was left out, what is to be filled in, what the contract refuses."""
    if body.variables:
        yield _phrase("start.note_variables", names=_some(body.variables), count=len(body.variables))
    if fresh is not None:
        yield _phrase("start.note_learned" if fresh.learned.poll_path else "start.note_fill_in")
        if fresh.blanks:
            yield _phrase("start.note_blanks", count=len(fresh.blanks))
    elif aim is not None and wrong:
        fields = _some([clean(one, 60) for one in wrong if not looks_random(one)])
        yield _phrase("start.note_refused", contract=aim.provider.contract_version, fields=fields)


def _some(words: list[str]) -> str:
    return ", ".join(words[:_NAMED]) + (", …" if len(words) > _NAMED else "")


def _phrase(key: str, **params: object) -> Phrase:
    return Phrase(key=key, params={name: str(value) for name, value in params.items()})
