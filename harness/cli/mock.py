"""`harness mock`: the mock on a real socket, for any client."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.cli.options import Option, parser, resolve, whole
from harness.errors import EXIT_OK

if TYPE_CHECKING:
    from harness.provider import Provider

_SUMMARY: Final = "Serves the mock of a provider: point any client at it. Ctrl-C ends it."
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
        raise ValueError("a number from 0.01 to 100000")
    return float(text)


def key(text: str) -> str:
    """A key, as a header can carry it."""
    if not re.fullmatch(r"[!-~]{1,512}", text):
        raise ValueError("a key without spaces, in ASCII")
    return text


def provider(text: str) -> str:
    """The name of a shipped provider, or the path of a file that is there."""
    if text.endswith((".yaml", ".yml")) and not Path(text).is_file():
        raise ValueError("a shipped provider or the path of a profile")
    return text


OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        flags=("--host",),
        read=str,
        metavar="ADDRESS",
        default="127.0.0.1",
        only_flag=True,
        group="where",
        help="the address to listen at (default 127.0.0.1: this machine only)",
    ),
    Option(
        flags=("--port",),
        read=whole(0, 65_535),
        metavar="N",
        default=8765,
        only_flag=True,
        group="where",
        help="the port (default 8765); 0: any free one",
    ),
    Option(
        flags=("--provider",),
        read=provider,
        metavar="NAME|FILE",
        default="runway",
        only_flag=True,
        group="what",
        help="a shipped provider (default runway), or a profile.yaml",
    ),
    Option(flags=("--contract",), read=str, metavar="VERSION", group="what", help="the dated contract, or `none`"),
    Option(
        flags=("--seed",),
        read=whole(0, 2**32 - 1),
        metavar="N",
        default=0,
        group="what",
        help="seed of ids, times and faults (default 0)",
    ),
    Option(
        flags=("--time-scale",),
        read=scale,
        metavar="X",
        default=1.0,
        only_flag=True,
        group="what",
        help="100: queues, renders and expiry go 100 times faster (default 1)",
    ),
    Option(
        flags=("--credits",),
        read=whole(0),
        metavar="N",
        only_flag=True,
        group="what",
        help="the balance to begin with (default: plenty)",
    ),
    Option(
        flags=("--tier",),
        read=whole(1, 5),
        metavar="N",
        only_flag=True,
        group="what",
        help="the limits of this usage tier, 1 to 5 (default: none)",
    ),
    Option(
        flags=("--key",),
        read=key,
        metavar="K",
        only_flag=True,
        group="how strict",
        help="the only key that is taken (default: any)",
    ),
    Option(
        flags=("--strict-keys",),
        only_flag=True,
        group="how strict",
        help="refuse keys that do not begin as the provider's do",
    ),
    Option(
        flags=("--strict-routers",),
        only_flag=True,
        group="how strict",
        help="refuse router configs that nobody saved: all of them",
    ),
    Option(
        flags=("--check-assets",),
        only_flag=True,
        group="how strict",
        help="decode files in data URIs, and refuse those beyond the provider's bounds",
    ),
    Option(
        flags=("--faults",),
        read=str,
        metavar="SPECS",
        repeat=True,
        only_flag=True,
        group="what goes wrong",
        help="faults to commit, such as http-503/poll:0.1,timeout@3 (repeatable)",
    ),
    Option(
        flags=("--list-faults",), only_flag=True, group="what goes wrong", help="explain all faults, and serve nothing"
    ),
    Option(flags=("-q", "--quiet"), only_flag=True, group="what to show", help="only the base URL: no line a request"),
)


def main(argv: Sequence[str]) -> int:
    """Serves until SIGINT or SIGTERM: the usual end of a server, so the exit code is 0."""
    given = vars(parser("mock", _SUMMARY, OPTIONS).parse_args(argv))
    values = resolve(OPTIONS, given, env=os.environ, cwd=Path.cwd(), command="mock")
    if values["list_faults"]:
        from harness.mock.faults import list_faults

        sys.stdout.write(list_faults())
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

    factor = values["time_scale"]
    clock = real_clock() if factor == 1 else scaled_clock(factor)
    options = ("seed", "credits", "tier", "key", "faults", "strict_keys", "strict_routers", "check_assets")
    app = create_app(provider, clock=clock, **{name: values[name] for name in options})
    listening = listen(values["host"], values["port"])
    url = base_url(listening)
    if not is_loopback(listening):
        _tell(
            f"WARNING: the mock listens at {values['host']}: whoever reaches this machine over the network can use it "
            "and fill its memory.\n  Leave --host out to serve this machine only."
        )
    allowed_connections(_CONNECTIONS)
    sys.stdout.write(f"{url}\n" if values["quiet"] else _greeting(provider, url, values))
    sys.stdout.flush()
    lines = Lines(provider.profile, clock, filter(None, [values["key"]]))
    serve(app, listening, lines=lines, log=None if values["quiet"] else _tell, problem=_tell)
    if sys.stderr.isatty():
        _tell("")  # behind the ^C


def _greeting(provider: Provider, url: str, values: Mapping[str, Any]) -> str:
    """What stands on the terminal before the first request."""
    from harness.media import has_av

    profile = provider.profile
    contract = f"contract {provider.contract_version}" if provider.contract else "no contract: every body is taken"
    count = len({**profile.endpoints, **provider.contract.endpoints} if provider.contract else provider.endpoints)
    facts = [f"{profile.title} mock", contract, f"{count} endpoint{'s' * (count != 1)}", f"seed {values['seed']}"]
    if values["time_scale"] != 1:
        facts.append(f"time × {values['time_scale']:g}")
    lines = [" · ".join(facts), f"Base URL: {url}", ""]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in _environment(provider, url, values).items()]
    lines += [""] * (lines[-1] != "")
    if provider.contract is not None:
        lines.append(f"The contract it answers from: {url}/openapi.json")
    if not has_av():
        lines.append("Videos are placeholders: av is not installed (pip install 'param-harness[media]').")
    return "\n".join([*lines, "Ctrl-C ends it.", "", ""])


def _environment(provider: Provider, url: str, values: Mapping[str, Any]) -> Mapping[str, str]:
    """The variables that the provider's own clients read."""
    profile = provider.profile
    names = {profile.base_url_env: url} if profile.base_url_env else {}
    if profile.key_env:
        names[profile.key_env[0]] = values["key"] or _ANY_KEY
    return names


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
