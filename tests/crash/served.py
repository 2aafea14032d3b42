"""The mock in a process of its own, that remembers every create.

Prints its address, then answers each line of its input with what it did, as one line of JSON: `creates` (the seed of
each accepted body, the task's id, its credits) and `spent`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from harness.clock import scaled_clock
from harness.fire.surroundings import allowed_connections
from harness.mock import create_app
from harness.mock.server import serving
from harness.mock.service import Call
from harness.mock.wire import Response
from harness.provider import load

#: So many times faster than a real provider: a picture takes some hundredths of a second.
SCALE = 400


def main() -> None:
    app = create_app(load("runway", base=Path()), clock=scaled_clock(SCALE))
    service = app.service
    creates: list[list[Any]] = []
    create = service._actions["create"]

    def remembered(call: Call) -> Response:
        before, response = service.account.spent, create(call)
        if response.status == 200:
            task = json.loads(response.body)["id"]
            creates.append([call.payload["seed"], task, service.account.spent - before])
        return response

    service._actions = {**service._actions, "create": remembered}
    allowed_connections(1000)
    with serving(app) as url:
        print(url, flush=True)
        for _ in sys.stdin:
            print(json.dumps({"creates": creates, "spent": service.account.spent}), flush=True)


if __name__ == "__main__":
    main()
