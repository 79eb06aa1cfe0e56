"""What the documentation shows is what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from storyscript.analysis.fixes.proof import MAKERS
from storyscript.cli import main
from storyscript.compiler import compile as compile_story
from storyscript.diagnostics.catalog import TITLES
from storyscript.syntax.parser import grammar_text

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def fences(path: Path) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in _FENCE.findall(path.read_text("utf-8"))]


def stories(path: Path) -> list[tuple[str, str | None]]:
    """Each story of a page, with the output of `check` where that follows directly."""
    found = fences(path)
    after = [*found[1:], ("", "")][: len(found)]
    return [
        (text, output if kind == "text" else None)
        for (what, text), (kind, output) in zip(found, after, strict=True)
        if what == "story"
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_stories_of_a_page_compile_or_are_followed_by_what_check_says(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for text, output in stories(path):
        command = re.match(r"\$ storyscript check (\S+)\n", output or "")
        name = command[1] if command else "example.story"
        Path(name).write_text(text, "utf-8")
        main(["check", name])
        out, err = capsys.readouterr()
        if output is not None and ("error[" in output or "warning[" in output):
            shown = output.removeprefix(command[0] if command else "").strip()
            assert shown in (out.strip(), (out + err).strip())
        else:
            assert compile_story(text, name=name).problems == (), text


def test_parameters_that_the_language_page_shows_are_those_that_come_out() -> None:
    story, shown = "", 0
    for kind, text in fences(ROOT / "docs/language.md"):
        if kind == "story":
            story = text
        elif kind == "json" and story:
            wanted = json.loads(text)
            got = compile_story(story).payloads
            for want, payload in zip(wanted if isinstance(wanted, list) else [wanted], got, strict=True):
                assert {key: payload[key] for key in want} == want
                shown += 1
        elif kind != "text":
            story = ""
    assert shown > 0


def test_copies_of_the_examples_are_up_to_date() -> None:
    examples = [path.read_text("utf-8") for path in (ROOT / "examples").rglob("*.story")]
    for text in [text for kind, text in fences(ROOT / "docs/language.md") if kind == "storyscript"]:
        assert text in examples


def test_the_grammar_of_the_language_page_is_the_grammar() -> None:
    [text] = [text for kind, text in fences(ROOT / "docs/language.md") if kind == "lark"]
    assert text == grammar_text()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for target in _LINK.findall(path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_the_readmes_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [code] = [text for kind, text in fences(ROOT / "README.md") if kind == "python"]
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own page
    assert "draws at home" in capsys.readouterr().out


def test_the_readmes_build_prints_what_it_shows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    shown = next(text for kind, text in fences(ROOT / "README.md") if text.startswith("$ storyscript build"))
    main(["build", "examples/lamp.story", "--set", "seed=7"])
    printed = [
        line for line in capsys.readouterr().out.splitlines() if re.search('"(prompt|generalPrompt|seed)"', line)
    ]
    assert shown.splitlines()[1:] == printed[-3:]


def test_the_import_page_shows_what_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [(_, given), (_, shown)] = fences(ROOT / "docs/importing.md")
    command, _, printed = shown.partition("\n")
    name = command.split()[-1]
    Path(name).write_text(given, "utf-8")
    assert main(["import", name]) == 0
    out, err = capsys.readouterr()
    assert printed == err + out
    assert not compile_story(out).has_errors


def test_the_table_of_fixes_has_each_code_in_its_column() -> None:
    table = (ROOT / "docs/language.md").read_text("utf-8").partition("### Fixes")[2].partition("\n\n**")[0]
    fixable: set[str] = set()
    others: set[str] = set()
    for codes, fix, offer in re.findall(r"^\| (SS[^|]*) \| ([^|]*) \| ([^|]*)\|", table, re.MULTILINE):
        found = [int(code) for code in re.findall(r"[0-9]+", codes.replace(" to ", "-"))]
        between = re.findall(r"SS([0-9]+) to SS([0-9]+)", codes)
        found += [number for first, last in between for number in range(int(first), int(last))]
        (others if fix == "none" and not offer else fixable).update(f"SS{number}" for number in found)
    assert fixable == set(MAKERS)
    assert fixable | others >= set(TITLES)
    assert not fixable & others
