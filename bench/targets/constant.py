"""Answers everything at once with the same few bytes: against it, the load generator shows its own ceiling."""

import selectors
import socket
import sys

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + b"x" * 400


def serve(port: int) -> None:
    """Serves until it is killed; takes whatever arrives at once for one request, which holds on one machine."""
    with socket.create_server(("127.0.0.1", port), backlog=256) as server, selectors.DefaultSelector() as selector:
        selector.register(server, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is server:
                    selector.register(server.accept()[0], selectors.EVENT_READ)
                    continue
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                if connection.recv(65536):
                    connection.send(_ANSWER)
                else:
                    selector.unregister(connection)
                    connection.close()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
