"""The bare script that the harness is measured against: the same transport, create → poll → a table row, nothing else.

usage: bare.py URL VARIANTS JOBS [SECONDS BETWEEN POLLS]
"""

from __future__ import annotations

import asyncio
import json
import sys

from harness.fire.transport import open_transport
from harness.fire.wire import encode


async def main(url: str, variants: int, jobs: int, every_s: float) -> None:
    rows: list[str] = []
    numbers = iter(range(variants))
    headers = {"authorization": "Bearer none", "content-type": "application/json"}
    async with open_transport(url, connections=jobs) as transport:

        async def worker() -> None:
            for number in numbers:
                payload = {"model": "fast", "promptText": "A friendly wave at the camera", "seed": number}
                answer = await transport.request(
                    "POST", f"{url}/v1/make", headers=headers, body=encode(payload), timeout_s=60, limit_bytes=100_000
                )
                task = json.loads(answer.body)["id"]
                state = ""
                while state != "SUCCEEDED":
                    if every_s:
                        await asyncio.sleep(every_s)
                    answer = await transport.request(
                        "GET", f"{url}/v1/tasks/{task}", headers=headers, timeout_s=60, limit_bytes=100_000
                    )
                    state = json.loads(answer.body)["status"]
                rows.append(f"{number:6} {task} {state}")

        await asyncio.gather(*(worker() for _ in range(jobs)))
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float((*sys.argv, "0")[4])))
