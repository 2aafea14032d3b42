from __future__ import annotations

import subprocess
import sys

import harness


def test_every_public_name_is_there() -> None:
    assert all(getattr(harness, name) is not None for name in harness.__all__)
    assert dir(harness) == sorted(harness.__all__)


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, harness; print(sorted(name for name in sys.modules if name.split('.')[0] in sys.argv[1].split()))"
    )
    heavy = "httpx aiohttp PIL av yaml jsonschema_rs tabulate asyncio"
    done = subprocess.run([sys.executable, "-c", code, heavy], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
