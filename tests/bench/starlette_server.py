"""What the served mock is measured against: two bare Starlette routes under the same uvicorn. Prints its port."""

from __future__ import annotations

import socket
import uuid

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def create(request: Request) -> JSONResponse:
    body = await request.json()
    return JSONResponse({"id": str(uuid.uuid4()), "estimatedCost": {"credits": 5 * body["duration"]}})


async def poll(request: Request) -> JSONResponse:
    task = {"createdAt": "2026-11-22T10:15:00.000Z", "status": "PENDING", "estimatedCost": {"credits": 25}}
    return JSONResponse({"id": request.path_params["id"], **task})


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


if __name__ == "__main__":
    app = Starlette(routes=[Route("/v1/image_to_video", create, methods=["POST"]), Route("/v1/tasks/{id}", poll)])
    config = uvicorn.Config(
        app, port=0, http="h11", loop="asyncio", ws="none", lifespan="off", access_log=False, log_level="critical"
    )
    Server(config).run()
