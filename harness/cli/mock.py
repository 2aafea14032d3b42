"""`harness mock`: the mock on a real socket, for any client."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.cli.options import Option, read_argv, whole
from harness.cli.run_options import LANG
from harness.errors import EXIT_OK
from harness.words import text, told

if TYPE_CHECKING:
    from harness.provider import Provider

#: Connections that a served mock may hold at once, where the system lets it.
_CONNECTIONS: Final = 8192
#: What the environment line says where any key will do.
_ANY_KEY: Final = "key_mock"


def scale(text: str) -> float:
    """How many times faster the mock's time goes, 0.01 to 100,000.

    >>> scale("100")
    100.0
    """
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text.strip()) or not 0.01 <= float(text) <= 100_000:
        raise ValueError(told("expected.scale"))
    return float(text)


def key(text: str) -> str:
    """A key, as a header can carry it."""
    if not re.fullmatch(r"[!-~]{1,512}", text):
        raise ValueError(told("expected.key"))
    return text


def provider(text: str) -> str:
    """The name of a shipped provider, or the path of a file that is there."""
    if text.endswith((".yaml", ".yml")) and not Path(text).is_file():
        raise ValueError(told("expected.provider"))
    return text


OPTIONS: Final[tuple[Option, ...]] = (
    Option(flags=("--host",), read=str, metavar="ADDRESS", default="127.0.0.1", only_flag=True, group="where"),
    Option(flags=("--port",), read=whole(0, 65_535), metavar="N", default=8765, only_flag=True, group="where"),
    Option(flags=("--provider",), read=provider, metavar="NAME|FILE", default="runway", only_flag=True, group="what"),
    Option(flags=("--contract",), words="mock.contract", read=str, metavar="VERSION", group="what"),
    Option(flags=("--seed",), words="mock.seed", read=whole(0, 2**32 - 1), metavar="N", default=0, group="what"),
    Option(flags=("--time-scale",), read=scale, metavar="X", default=1.0, only_flag=True, group="what"),
    Option(flags=("--credits",), read=whole(0), metavar="N", only_flag=True, group="what"),
    Option(flags=("--tier",), read=whole(1, 5), metavar="N", only_flag=True, group="what"),
    Option(flags=("--key",), read=key, metavar="K", only_flag=True, group="how strict"),
    Option(flags=("--strict-keys",), only_flag=True, group="how strict"),
    Option(flags=("--strict-routers",), only_flag=True, group="how strict"),
    Option(flags=("--check-assets",), only_flag=True, group="how strict"),
    Option(
        flags=("--faults",),
        words="mock.faults",
        read=str,
        metavar="SPECS",
        repeat=True,
        only_flag=True,
        group="what goes wrong",
    ),
    Option(flags=("--list-faults",), only_flag=True, group="what goes wrong"),
    Option(flags=("-q", "--quiet"), words="mock.quiet", only_flag=True, group="what to show"),
    LANG,
)


def main(argv: Sequence[str]) -> int:
    """Serves until SIGINT or SIGTERM: the usual end of a server, so the exit code is 0."""
    values, _ = read_argv("mock", OPTIONS, argv)
    if values["list_faults"]:
        from harness.mock.faults import list_faults

        sys.stdout.write(list_faults(values["lang"]))
        return EXIT_OK
    from harness.provider import load

    _serve(load(values["provider"], base=Path.cwd(), contract=values["contract"]), values)
    return EXIT_OK


def _serve(provider: Provider, values: Mapping[str, Any]) -> None:
    from harness.clock import real_clock, scaled_clock
    from harness.fire.surroundings import allowed_connections
    from harness.mock import create_app
    from harness.mock.lines import Lines
    from harness.mock.server import base_url, is_loopback, listen, serve

    factor, lang = values["time_scale"], values["lang"]
    real = real_clock()
    clock = real if factor == 1 else scaled_clock(factor)
    options = ("seed", "credits", "tier", "key", "faults", "strict_keys", "strict_routers", "check_assets")
    app = create_app(provider, clock=clock, **{name: values[name] for name in options})
    listening = listen(values["host"], values["port"])
    url = base_url(listening)
    if not is_loopback(listening):
        _tell(text("mock.open", lang, host=values["host"]))
    allowed_connections(_CONNECTIONS)
    sys.stdout.write(f"{url}\n" if values["quiet"] else _greeting(provider, url, values))
    sys.stdout.flush()
    own = None if clock is real else clock
    lines = Lines(provider.profile, real, filter(None, [values["key"]]), lang=lang, own=own)
    serve(app, listening, lines=lines, log=None if values["quiet"] else _tell, problem=_tell)
    if sys.stderr.isatty():
        _tell("")  # behind the ^C


def _greeting(provider: Provider, url: str, values: Mapping[str, Any]) -> str:
    """What stands on the terminal before the first request."""
    from harness.media import has_av

    profile, lang = provider.profile, values["lang"]
    version = provider.contract_version
    count = len({**profile.endpoints, **provider.contract.endpoints} if provider.contract else provider.endpoints)
    facts = [
        text("mock.title", lang, provider=profile.title),
        text("mock.contract", lang, version=version) if provider.contract else text("mock.no_contract", lang),
        text("mock.endpoints", lang, count=count),
        f"seed {values['seed']}",
    ]
    if values["time_scale"] != 1:
        facts.append(text("mock.time_scale", lang, factor=f"{values['time_scale']:g}"))
    lines = [" · ".join(facts), text("mock.url", lang, url=url), ""]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in _environment(provider, url, values).items()]
    lines += [""] * (lines[-1] != "")
    if provider.contract is not None:
        lines.append(text("mock.document", lang, url=f"{url}/openapi.json"))
    if not has_av():
        lines.append(text("mock.no_av", lang))
    return "\n".join([*lines, text("mock.end", lang), "", ""])


def _environment(provider: Provider, url: str, values: Mapping[str, Any]) -> Mapping[str, str]:
    """The variables that the provider's own clients read."""
    profile = provider.profile
    names = {profile.base_url_env: url} if profile.base_url_env else {}
    if profile.key_env:
        names[profile.key_env[0]] = values["key"] or _ANY_KEY
    return names


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
