"""One web process: `python -m config.serve`. As many of them as one likes listen on the same port, each watched by itself.

The kernel shares the connections out (SO_REUSEPORT). No process stands above the others: where one is killed, no orphan
holds the port, and the others go on. HOST (127.0.0.1) and PORT (8000) come from the environment.
"""

import os
import socket

import uvicorn

GRACE_S = 3


def main() -> None:
    """Listen and serve until SIGTERM or SIGINT."""
    address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    config = uvicorn.Config(
        "config.asgi:application",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_per_message_deflate=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_S,
    )
    with socket.create_server(address, family=family, reuse_port=True, backlog=config.backlog) as listener:
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
