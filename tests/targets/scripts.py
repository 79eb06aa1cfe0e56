"""What the tests of scripts share: stories as scripts, run by the real bash in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.targets.curl import script

if TYPE_CHECKING:
    from pathlib import Path

STORY = "title: Its\ncharacter Mira\n  a girl\nscene a\n  walks home\n"
KEY, SECRET = "key-for-tests", "secret'for$tests"

BASH = shutil.which("bash") or "bash"

needs_programs = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "openssl"))), reason="bash, curl and openssl are not all here"
)

# The stand-in for curl: keeps what it is given, one file each, and answers as it is told.
STUB = """\
#!/usr/bin/env bash
here=${0%/*}
number=$(($(ls "$here" | grep -c '^words-') + 1))
printf '%s\\n' "$@" >"$here/words-$number"
cat >"$here/headers-$number"
while (($# > 0)); do
  if [[ $1 == --data-binary ]]; then cat "${2#@}" >"$here/body-$number"; fi
  shift
done
. "$here/answer"
"""

NO_MONEY = """printf '{"result":false,"errors":[{"code":97,"message":"Insufficient balance"}]}\\n200 0.1'"""


def script_of(story: str, name: str = "a.story") -> str:
    compiled = compile_story(story, name=name)
    assert compiled.story is not None, compiled.problems
    return script(compiled.story)


def environment(base: str = "https://127.0.0.1:9/v1", **more: str) -> dict[str, str]:
    service = {"WIRO_API_KEY": KEY, "WIRO_API_SECRET": SECRET, "WIRO_BASE_URL": base, "INTERVAL": "0"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, **service, **more}


def bash(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `a.sh` in a folder."""
    return subprocess.run(
        [BASH, "a.sh", *words],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def stub_curl(folder: Path, answer: str) -> str:
    """Put a stand-in for curl into `folder/bin`, whose answer is this shell command; gives a PATH that finds it."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin/curl").write_text(STUB)
    (folder / "bin/curl").chmod(0o755)
    (folder / "bin/answer").write_text(answer)
    return f"{folder / 'bin'}:{os.environ['PATH']}"
