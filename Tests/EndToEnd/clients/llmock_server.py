"""llmock, a provider of many dialects that others wrote, on a port that the system chooses."""

import socket

import uvicorn
from llmock.main import create_app


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(f"llmock listening on http://127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    # A stream that it stalls is not waited for.
    options = {"log_level": "warning", "timeout_graceful_shutdown": 1}
    Server(uvicorn.Config(create_app(), **options)).run(sockets=[listener])
