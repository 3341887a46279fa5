"""Asks /healthz twenty times a second, each time anew, from a process of its own; prints how long each answer took."""

import http.client
import sys
import time

EVERY = 0.05  # seconds
TIMEOUT = 10.0


def main(port: int) -> None:
    due = time.perf_counter()
    print("watching", flush=True)
    while True:
        due = max(due + EVERY, time.perf_counter())
        time.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        status = 0
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            status = answer.status
            answer.read()
            connection.close()
        except OSError:
            pass
        print(f"{status} {time.perf_counter() - began:.6f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
