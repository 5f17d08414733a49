"""An Elasticsearch that is played by a small server, for what a real one seldom does."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Answers each path with (status, body) from a table, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, object]] = {}
        self.received: list[tuple[str, str]] = []
        table = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                table.received.append((self.path, sent))
                found = (answer for end, answer in table.answers.items() if end in self.path)
                status, body = next(found, (404, {}))
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                self.do_POST()

            def do_PUT(self) -> None:
                self.do_POST()

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
