"""Where the variants of a provider go, and with which key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from harness.errors import EnvironmentProblem, UsageError
from harness.fire.surroundings import is_loopback
from harness.provider import Provider
from harness.run.settings import RunSettings, Target
from harness.words import told

#: A key of the right form for targets on this machine, which need none.
DUMMY_KEY: Final = "key_" + "0" * 128
#: The host of the in-process mock. `.invalid` can never be looked up, so nothing can leave the machine by mistake.
MOCK_URL: Final = "http://mock.invalid"


def target_of(settings: RunSettings, provider: Provider, *, sends: bool = True) -> Target:
    """Where this provider's variants go, with the key. Raises UsageError, EnvironmentProblem (no key)."""
    profile = provider.profile
    if not settings.live and settings.base_url is None:
        return Target(label="mock", base_url=MOCK_URL, key=DUMMY_KEY, mock=True)
    url = (settings.base_url or profile.base_url).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_port(parts):
        raise UsageError(told("usage.base_url", url=url))
    if parts.username or parts.password:
        raise UsageError(told("usage.base_url.user"), told("usage.base_url.user.fix"))
    loopback = is_loopback(url)
    if not loopback and not settings.live:
        raise UsageError(
            told("usage.base_url.live", url=url),
            told("usage.base_url.live.fix"),
        )
    if parts.scheme == "http" and not loopback:
        raise UsageError(told("usage.base_url.http", url=url), told("usage.base_url.http.fix"))
    key = find_key(settings, profile.key_env)
    if key is None and not loopback and sends:
        raise EnvironmentProblem(
            told("env.no_key", provider=profile.title, names=", ".join(profile.key_env)),
            told("env.no_key.fix", name=profile.key_env[0]),
        )
    return Target(label=url, base_url=url, key=key or DUMMY_KEY, live=settings.live and not loopback)


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def find_key(settings: RunSettings, names: tuple[str, ...]) -> str | None:
    """The API key: from the environment, else from `--env-file`, else from keys.env or .env in the working folder."""
    for name in names:
        if value := settings.env.get(name, "").strip():
            return value
    if settings.env_file is not None and not settings.env_file.is_file():
        raise UsageError(told("usage.no_file", where=f"--env-file {settings.env_file}"))
    files = [settings.env_file] if settings.env_file else [settings.cwd / "keys.env", settings.cwd / ".env"]
    for file in files:
        if not file.is_file():
            continue
        from dotenv import dotenv_values

        try:
            values: Mapping[str, str | None] = dotenv_values(file, interpolate=False)
        except (OSError, UnicodeDecodeError) as error:
            raise EnvironmentProblem(told("env.key_file", file=file, why=error), told("env.key_file.fix")) from None
        for name in names:
            if value := (values.get(name) or "").strip():
                return value
    return None


def check_targets(targets: Mapping[str, Target]) -> None:
    """Raises UsageError for several providers that are not all the mock."""
    if len(targets) > 1 and not all(target.mock for target in targets.values()):
        raise UsageError(
            told("usage.one_provider", count=len(targets), names=", ".join(sorted(targets))),
            told("usage.one_provider.fix"),
        )
