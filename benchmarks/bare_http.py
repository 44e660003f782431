"""A bare aiohttp server: reads JSON and answers JSON that it was given. What aiohttp alone costs.

`python -m benchmarks.bare_http` takes one line of JSON, `{"METHOD path": [status, body]}`, and prints `{"port": …}`.
Like the hall it writes no access log.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.Response]]


async def serve(answers: dict[str, list[object]]) -> None:
    """Serve until standard input closes."""
    app = web.Application()
    for name, (status, body) in answers.items():
        method, path = name.split(" ")
        app.router.add_route(method, f"/api/v1{path}", _handler(int(str(status)), json.loads(str(body))))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1_024)
    await site.start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def _handler(status: int, answer: object) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        if request.can_read_body:
            await request.json()
        return web.json_response(answer, status=status)

    return handle


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.stdin.readline())))
