"""The commands of the API's own page, word for word but for host, credentials, ids and tokens."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from end_to_end.processes import PATIENCE, Fake, environment, fake

if TYPE_CHECKING:
    from collections.abc import Mapping

BASH = shutil.which("bash") or "bash"
missing = [name for name in ("bash", "curl", "openssl") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.real_socket,
    pytest.mark.usefixtures("socket_enabled"),
    # `.ci/run` sees to it that they are there.
    pytest.mark.skipif(bool(missing), reason=f"not installed here: {', '.join(missing)}"),
]

ACCOUNT = ("--key", "key-of-the-page", "--secret", "secret|of the page")
SECTIONS = {
    head: commands
    for head, _, commands in (
        section.partition("\n")
        for section in Path(__file__).with_name("commands-of-the-page.sh").read_text("utf-8").split("## ")[1:]
    )
}
PREPARE = "Integration Header Prepare"
RUN = "Run Command - Make HTTP Post Request"
DETAIL = "Get Task Detail - Make HTTP Post Request with "
KILL = "Kill Task - Make HTTP Post Request with "
CANCEL = "Cancel Task - Make HTTP Post Request (For tasks on queue)"
BY_ID = "Task ID"
BY_TOKEN = "Socket Access Token"


def bash(server: Fake, home: Path, head: str, changes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a section's command prints, after the page's preparation; what a reader must change is changed."""
    script = SECTIONS[PREPARE] + SECTIONS[head]
    changes = {
        "{{useSelectedProjectAPIKey}}": ACCOUNT[1],
        "XXXXXXXXX": ACCOUNT[3],
        "https://api.wiro.ai/v1": server.base_url,
        **(changes or {}),
    }
    for old, new in changes.items():
        assert script.count(old) == 1
        script = script.replace(old, new)
    done = subprocess.run(
        [BASH, "-c", script], capture_output=True, text=True, check=True, env=environment(home), timeout=PATIENCE
    )
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def task_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    assert answer["result"] is True, answer
    [task] = answer["tasklist"]
    assert isinstance(task, dict)
    return task


def test_the_signature_is_sent_as_openssl_prints_it(tmp_path: Path) -> None:
    script = SECTIONS[PREPARE] + 'echo "$SIGNATURE"'
    done = subprocess.run([BASH, "-c", script], capture_output=True, text=True, check=True, env=environment(tmp_path))
    assert done.stdout.startswith(("SHA2-256(stdin)= ", "(stdin)= ", "HMAC-SHA2-256(stdin)= "))


def test_run_and_detail(tmp_path: Path) -> None:
    with fake(tmp_path, *ACCOUNT, "--speed", "0") as server:
        accepted = bash(server, tmp_path, RUN)
        assert list(accepted) == ["errors", "taskid", "socketaccesstoken", "result"]
        assert (accepted["errors"], accepted["result"], accepted["taskid"]) == ([], True, "2221")
        by_id = bash(server, tmp_path, DETAIL + BY_ID, {"2221": accepted["taskid"]})
        token = {"eDcCm5yyUfIvMFspTwww49OUfgXkQt": accepted["socketaccesstoken"]}
        assert bash(server, tmp_path, DETAIL + BY_TOKEN, token) == by_id
        task = task_of(by_id)
        assert task["status"] == "task_postprocess_end"
        assert len(task["outputs"]) == 8
        assert task["callbackurl"].startswith("You can provide a callback URL")
        [entry] = server.ledger()
        assert entry["parameters"]["inputImageUrl"] == "bg-img2.png"
        assert entry["parameters"] == task["parameters"]
        assert server.stop() == (0, "", "")


def test_cancel(tmp_path: Path) -> None:
    with fake(tmp_path, *ACCOUNT, "--speed", "1000") as server:
        accepted = bash(server, tmp_path, RUN)
        answer = bash(server, tmp_path, CANCEL, {"634574": accepted["taskid"]})
        assert (task_of(answer)["status"], "total" in answer) == ("task_cancel", False)
        refused = bash(server, tmp_path, CANCEL, {"634574": accepted["taskid"]})
        assert refused["errors"] == [{"code": 1, "message": "Task is not in a cancellable state."}]


@pytest.mark.parametrize(
    ("how", "sample", "field"),
    [(BY_ID, "534574", "taskid"), (BY_TOKEN, "ZpYote30on42O4jjHXNiKmrWAZqbRE", "socketaccesstoken")],
)
def test_kill(tmp_path: Path, how: str, sample: str, field: str) -> None:
    with fake(tmp_path, *ACCOUNT, "--speed", "5") as server:
        accepted = bash(server, tmp_path, RUN)
        while server.ledger()[0]["status"] == "task_queue":
            time.sleep(0.1)
        answer = bash(server, tmp_path, KILL + how, {sample: accepted[field]})
        assert (task_of(answer)["status"], "total" in answer) == ("task_cancel", False)
        assert server.ledger()[0]["charged"] == 0


def test_other_credentials_are_refused(tmp_path: Path) -> None:
    with fake(tmp_path, "--key", "other", "--secret", "other") as server:
        assert bash(server, tmp_path, RUN)["errors"][0]["message"] == "Project authorization is not founded."
        assert server.ledger() == []
