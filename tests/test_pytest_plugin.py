"""The fixtures, as the tests of somebody else's project use them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parent.parent / "docs/testing.md"


def run(pytester: pytest.Pytester, code: str, *words: str) -> pytest.RunResult:
    """Run a test file in a process of its own, where warnings are errors."""
    pytester.makepyfile(test_them=code)
    return pytester.runpytest_subprocess("-q", "-W", "error", "-p", "no:cacheprovider", *words, timeout=120)


def test_the_example_of_the_page(pytester: pytest.Pytester) -> None:
    [code] = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    wanted = len(re.findall(r"^def test_", code, re.MULTILINE))
    assert wanted >= 3
    run(pytester, code).assert_outcomes(passed=wanted)


def test_both_are_listed_with_what_they_are(pytester: pytest.Pytester) -> None:
    listed = run(pytester, "", "--fixtures").stdout.str()
    assert "A Wiro in this process" in listed
    assert "A Wiro on a socket" in listed


def test_in_process(pytester: pytest.Pytester) -> None:
    code = """
        import asyncio
        import pytest
        import storyscript
        from storyscript import protocol
        from storyscript.fake import faults

        STORY = storyscript.compile("size: 64\\nscene lamp [NC]\\n  a lamp\\nscene [NC]\\n  rain\\n", name="x.story")

        def render(fake_wiro, out):
            return asyncio.run(storyscript.render(STORY, session=fake_wiro.session, out=out))

        def test_panels_and_ledger(fake_wiro, tmp_path):
            assert fake_wiro.ledger() == {"runs": []}
            assert [panel.name for panel in render(fake_wiro, tmp_path).panels] == ["001-lamp.png", "002-scene.png"]
            [run] = fake_wiro.ledger()["runs"]
            assert run["parameters"]["generalPrompt"] == "[NC] a lamp | [NC] rain"
            assert run["charged"] > 0
            assert render(fake_wiro, tmp_path).errors == []
            assert len(fake_wiro.ledger()["runs"]) == 1

        def test_each_test_has_its_own(fake_wiro):
            assert fake_wiro.ledger() == {"runs": []}

        def test_a_failing_task(fake_wiro, tmp_path):
            fake_wiro.faults.fail_next_task("CUDA out of memory")
            [error] = render(fake_wiro, tmp_path).errors
            assert isinstance(error, storyscript.TaskFailedError)
            assert fake_wiro.ledger()["runs"][0]["charged"] == 0

        def test_trouble(fake_wiro, tmp_path):
            fake_wiro.faults.order(protocol.RUN, faults.Broken("reset", executed=True))
            [error] = render(fake_wiro, tmp_path).errors
            assert isinstance(error, storyscript.SubmissionUnknownError)
            assert fake_wiro.faults.seen[protocol.RUN] == 1

        def test_a_slip_in_an_order(fake_wiro):
            with pytest.raises(ValueError, match="'/Foo' is not an endpoint"):
                fake_wiro.faults.order("/Foo", faults.HTML)

        def test_a_balance(fake_wiro, tmp_path):
            fake_wiro.balance = 0
            [error] = render(fake_wiro, tmp_path).errors
            assert isinstance(error, storyscript.LimitError)
            assert fake_wiro.balance == 0

        def test_a_speed(fake_wiro, tmp_path):
            fake_wiro.speed = 10_000  # hours, on a clock on which waiting takes no time
            [error] = render(fake_wiro, tmp_path).errors
            assert isinstance(error, storyscript.DeadlineError)
            with pytest.raises(storyscript.ConfigurationError):
                fake_wiro.speed = -1
            assert fake_wiro.speed == 10_000
    """
    run(pytester, code, "--disable-socket", "--allow-unix-socket").assert_outcomes(passed=7)


@pytest.mark.real_socket
def test_on_a_socket(pytester: pytest.Pytester) -> None:
    code = """
        import asyncio, gc, json, os, subprocess, sys, threading, urllib.error, urllib.request
        import pytest
        import storyscript

        STORY = "size: 64\\nscene lamp [NC]\\n  a lamp\\n"

        def post(url):
            request = urllib.request.Request(url, b"{}", method="POST")
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)

        def test_a_process_of_its_own(fake_wiro_server, tmp_path):
            (tmp_path / "x.story").write_text(STORY)
            command = [sys.executable, "-m", "storyscript", "run", "--yes", "x.story"]
            environment = {**os.environ, **fake_wiro_server.environment}
            subprocess.run(command, cwd=tmp_path, env=environment, check=True)
            assert (tmp_path / "out/x/panels/001-lamp.png").exists()
            [run] = fake_wiro_server.ledger()["runs"]
            assert (run["status"], run["charged"] > 0) == ("task_postprocess_end", True)

        def test_this_process(fake_wiro_server, tmp_path, monkeypatch):
            for name, value in fake_wiro_server.environment.items():
                monkeypatch.setenv(name, value)
            story = storyscript.compile(STORY, name="x.story")
            assert len(storyscript.render_sync(story, out=tmp_path).panels) == 1

        def test_signatures_are_checked(fake_wiro_server):
            with pytest.raises(urllib.error.HTTPError) as refused:
                post(f"{fake_wiro_server.base_url}/Task/List")
            with refused.value as answer:
                assert answer.code == 401
            assert (fake_wiro_server.key, fake_wiro_server.secret) == ("fake-wiro-key", "fake-wiro-secret")
            assert fake_wiro_server.socket_url.startswith("ws://127.0.0.1:")

        def test_trouble(fake_wiro_server):
            from storyscript.fake import faults
            fake_wiro_server.faults.order("/Task/List", faults.http(503))
            with pytest.raises(urllib.error.HTTPError) as refused:
                post(f"{fake_wiro_server.base_url}/Task/List")
            with refused.value as answer:
                assert answer.code == 503

        def test_nothing_is_left():
            gc.collect()
            assert [thread.name for thread in threading.enumerate() if "storyscript" in thread.name] == []
    """
    run(pytester, code).assert_outcomes(passed=5)


def test_it_is_light() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import storyscript.pytest_plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded == "['storyscript', 'storyscript.pytest_plugin']\n"
