"""A small local server that stands in for Hugging Face's daily papers on the sample days."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

DAYS = Path(__file__).parent / "huggingface"


class Handler(BaseHTTPRequestHandler):
    """Serves `/api/daily_papers?date=D&p=P`: a day's file on page 0, and else an empty list."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        if address.path != "/api/daily_papers":
            self.send_error(404)
            return
        files = {file.stem: file for file in DAYS.glob("*.json")}
        file = files.get(query.get("date", [""])[0])
        first_page = query.get("p", ["0"])[0] == "0"
        body = file.read_bytes() if file and first_page else b"[]"
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Log nothing, because the terminal belongs to the command that runs this server."""


@contextmanager
def running() -> Iterator[str]:
    """Run the server on a free loopback port while the block lasts, and yield its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
