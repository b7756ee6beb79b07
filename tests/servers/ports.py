"""Ports of the loopback interface."""

from __future__ import annotations

import socket
import subprocess
import time


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, process: subprocess.Popen[str] | subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Wait until somebody listens on `port`. Fails when `process` ends before, or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # a poll of the port: there is no event to wait for
    raise AssertionError(f"nobody listens on {port}")
