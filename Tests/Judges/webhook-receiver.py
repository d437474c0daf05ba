"""A receiver of webhooks on 127.0.0.1: prints its port, keeps every request as a line of a file, and ends with its input.

Paths: /ok (204), /slow (answers after 20 s), /pause (after 30 ms), /500, /gone (410), /redirect, /huge (an answer of 1 MiB).
With `tls CERT KEY` it speaks TLS. With `verify SECRET...` it reads the file instead, and judges each line by
`standardwebhooks` under every one of the secrets; it prints how many passed.
"""
import base64
import http.server
import json
import os
import ssl
import sys
import threading
import time

log = sys.argv[1]


def verify(secrets):
    from standardwebhooks import Webhook

    count = 0
    for line in open(log):
        entry = json.loads(line)
        for secret in secrets:
            Webhook(secret).verify(base64.b64decode(entry["body"]), entry["headers"])
        count += 1
    print(count)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.answer(200, b"followed")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        entry = {"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()},
                 "body": base64.b64encode(body).decode()}
        with Receiver.lock:
            with open(log, "a") as file:
                file.write(json.dumps(entry) + "\n")
        time.sleep({"/slow": 20, "/pause": 0.03}.get(self.path, 0))
        if self.path == "/500":
            return self.answer(500)
        if self.path == "/gone":
            return self.answer(410)
        if self.path == "/redirect":
            return self.answer(302, fields={"Location": "/ok"})
        if self.path == "/huge":
            return self.answer(200, b"x" * (1 << 20))
        self.answer(204)

    def answer(self, status, body=b"", fields={}):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


if sys.argv[2:3] == ["verify"]:
    verify(sys.argv[3:])
else:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    if sys.argv[2:3] == ["tls"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*sys.argv[3:])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *arguments: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    os._exit(0)
