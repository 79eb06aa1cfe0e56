from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import storyscript

FACE = [
    "Compilation",
    "ConfigurationError",
    "CredentialsError",
    "DeadlineError",
    "Decompilation",
    "DiskError",
    "Edit",
    "EncodingError",
    "ExpiredError",
    "Fix",
    "FolderReader",
    "Job",
    "Label",
    "LimitError",
    "Located",
    "MalformedAnswerError",
    "OutsideRootError",
    "Panel",
    "Position",
    "Problem",
    "Progress",
    "Reader",
    "RefusedError",
    "Rendering",
    "Scene",
    "ServiceError",
    "Session",
    "Severity",
    "SourceFile",
    "Span",
    "Story",
    "StoryError",
    "StoryscriptError",
    "SubmissionUnknownError",
    "TaskFailedError",
    "UnfinishedError",
    "UnreachableError",
    "compile",
    "decode",
    "decode_events",
    "decompile",
    "encode",
    "encode_events",
    "format",
    "offline_session",
    "online_session",
    "render",
    "render_sync",
]

SIGNATURES = {
    "compile": "(text: 'str', *, name: 'str' = '<string>', reader: 'Reader | None' = None) -> 'Compilation'",
    "decompile": "(text: 'str', *, reader: 'Reader | None' = None) -> 'Decompilation'",
    "encode": "(scenes: 'Iterable[Scene]') -> 'str'",
    "decode": "(text: 'str') -> 'list[Scene]'",
    "encode_events": "(events: 'Iterable[str]') -> 'str'",
    "decode_events": "(text: 'str') -> 'list[str]'",
    "format": "(text: 'str') -> 'str'",
    "render": (
        "(compilation: 'Compilation', *, out: 'str | os.PathLike[str]' = 'out', "
        "home: 'str | os.PathLike[str] | None' = None, offline: 'bool' = False, "
        "session: 'Session | None' = None, on_progress: 'Callable[[rendering.Progress], None] | None' = None) "
        "-> 'rendering.Rendering'"
    ),
    "render_sync": (
        "(compilation: 'Compilation', *, out: 'str | os.PathLike[str]' = 'out', "
        "home: 'str | os.PathLike[str] | None' = None, offline: 'bool' = False, "
        "on_progress: 'Callable[[rendering.Progress], None] | None' = None) -> 'rendering.Rendering'"
    ),
}

ERRORS = """\
StoryscriptError
  StoryError
  ConfigurationError
  CredentialsError
  ServiceError
    MalformedAnswerError
    RefusedError
      ExpiredError
    TaskFailedError
  UnfinishedError
    UnreachableError
    SubmissionUnknownError
    LimitError
    DeadlineError
  DiskError"""


def test_the_public_names_are_these() -> None:
    assert storyscript.__all__ == FACE
    assert set(FACE) <= set(dir(storyscript))


def test_the_names_for_type_checkers_are_the_same() -> None:
    source = Path(inspect.getfile(storyscript)).read_text("utf-8")
    [block] = [node for node in ast.parse(source).body if isinstance(node, ast.If)]
    imported = [alias.asname for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(filter(None, imported)) == FACE


@pytest.mark.parametrize("name", FACE)
def test_each_public_thing_is_there_and_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(storyscript, name))


@pytest.mark.parametrize(("name", "signature"), SIGNATURES.items())
def test_signatures(name: str, signature: str) -> None:
    assert str(inspect.signature(getattr(storyscript, name))) == signature


def test_the_tree_of_errors() -> None:
    def drawn(kind: type[Exception], depth: int = 0) -> list[str]:
        return [
            "  " * depth + kind.__name__,
            *(line for child in kind.__subclasses__() for line in drawn(child, depth + 1)),
        ]

    assert "\n".join(drawn(storyscript.StoryscriptError)) == ERRORS


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        storyscript.nothing  # noqa: B018 - asking is the test


def test_the_package_is_typed_and_versioned() -> None:
    assert (Path(inspect.getfile(storyscript)).parent / "py.typed").exists()
    assert storyscript.__version__ == importlib.metadata.version("storyscript")


def test_importing_it_loads_nothing_heavy() -> None:
    heavy = ["lark", "httpx", "pydantic", "jinja2", "rich", "PIL", "respx"]
    code = f"import sys, storyscript; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_example_of_the_package_is_true() -> None:
    import doctest  # noqa: PLC0415 - beside its use

    assert doctest.testmod(storyscript).failed == 0
    assert doctest.testmod(storyscript).attempted > 0


def test_rendering_offline_in_one_line(tmp_path: Path) -> None:
    result = storyscript.compile("size: 64\nscene lamp [NC]\n  a lamp\n", name="x.story")
    rendering = storyscript.render_sync(result, out=tmp_path, offline=True)
    assert rendering.errors == []
    [panel] = rendering.panels
    assert panel == tmp_path / "x/panels/001-lamp.png"
    from PIL import Image  # noqa: PLC0415 - only this test looks at a picture

    with Image.open(panel) as picture:
        assert picture.size == (64, 64)
