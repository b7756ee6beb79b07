"""The program as its users run it: the command as child processes, on a throwaway profile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True)
class Program:
    """`kkdesk` on one profile, with one environment."""

    profile: Path
    env: Mapping[str, str]

    def run(self, *args: str, code: int = 0) -> dict[str, Any]:
        """Run a verb with --json and give its answer. Fails unless it ends with `code`."""
        result = subprocess.run(
            self._command(*args, "--json"), capture_output=True, text=True, check=False, env=self._environment()
        )
        assert result.returncode == code, f"{args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    @contextmanager
    def serving(self, port: int) -> Iterator[None]:
        """The endpoints, while the block runs."""
        command = self._command("serve", "--port", str(port))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self._environment()) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}"
                health = httpx.Client(transport=httpx.HTTPTransport(retries=8))
                assert health.get(f"http://127.0.0.1:{port}/api/health").json()["status"] == "ok"
                health.close()
                yield
            finally:
                process.terminate()
                process.wait()

    def _command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "kkdesk", "--data", str(self.profile), *args]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "KKDESK_LANGUAGE": "en", **self.env}
