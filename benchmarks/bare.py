"""What `storyscript run` is compared with: the same calls and nothing else.

`python -m benchmarks.bare PAYLOADS AT_ONCE FOLDER` has each payload of a JSON file drawn by the service that the
environment names: a signed Run, Detail every tenth of a second until the task has ended, a GET for each output, which
is written as it came. One `httpx.AsyncClient` for all. No ledger, no sync, no check of anything, no second try.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

import httpx

_PAUSE: Final = 0.1
"""Seconds between two looks at a task."""
_ENDED: Final = "task_postprocess_end"

_nonces = itertools.count(time.time_ns() // 1_000_000)


def _signed() -> dict[str, str]:
    key, secret, nonce = os.environ["WIRO_API_KEY"], os.environ["WIRO_API_SECRET"], str(next(_nonces))
    signature = hmac.new(key.encode(), (secret + nonce).encode(), hashlib.sha256).hexdigest()
    return {"x-api-key": key, "x-nonce": nonce, "x-signature": signature}


async def _post(client: httpx.AsyncClient, endpoint: str, fields: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"{os.environ['WIRO_BASE_URL']}{endpoint}", json=fields, headers=_signed())
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def _job(client: httpx.AsyncClient, payload: dict[str, Any], folder: Path, number: int) -> None:
    submission = await _post(client, "/Run/wiro/story-diffusion-advanced", payload)
    while True:
        [task] = (await _post(client, "/Task/Detail", {"taskid": submission["taskid"]}))["tasklist"]
        if task["status"] == _ENDED:
            break
        await asyncio.sleep(_PAUSE)
    for index, output in enumerate(task["outputs"]):
        (folder / f"{number}-{index}.png").write_bytes((await client.get(output["url"])).content)


async def _all(payloads: list[dict[str, Any]], at_once: int, folder: Path) -> None:
    room = asyncio.Semaphore(at_once)
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:

        async def one(number: int, payload: dict[str, Any]) -> None:
            async with room:
                await _job(client, payload, folder, number)

        await asyncio.gather(*(one(number, payload) for number, payload in enumerate(payloads)))


def main(payloads: str, at_once: str, folder: str) -> None:
    asyncio.run(_all(json.loads(Path(payloads).read_bytes()), int(at_once), Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
