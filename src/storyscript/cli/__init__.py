"""The command line: composes the rest, and nothing imports it.

Exit codes: command-line page, "Exit codes". Heavy imports stand inside the command that needs them.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, cast

from storyscript import errors
from storyscript.cli import exits
from storyscript.cli.arguments import parse_arguments
from storyscript.cli.results import leave

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: the words after the program's name; by default those of this process.

    Returns:
        The exit code.
    """
    # A stream that was closed by whoever started us is None.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as we do
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as we do
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # What is printed is UTF-8 whatever the locale says, as story files are.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    stderr, sys.stderr = sys.stderr, cast("TextIO", _Voice(sys.stderr))
    try:
        arguments = parse_arguments(sys.argv[1:] if argv is None else argv)
        code: int = arguments.command(arguments)
        sys.stdout.flush()
    except errors.StoryscriptError as error:
        return _fail(str(error), exits.code_of(error))
    except KeyboardInterrupt:
        return _fail("interrupted", exits.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has had enough.
        leave(sys.stdout)
        return exits.DONE
    except OSError as error:
        leave(sys.stdout)
        return _fail(f"cannot write the output: {error.strerror or error}", exits.DISK)
    finally:
        sys.stderr = stderr
    return code


class _Voice:
    """Standard error, which may have nobody listening: the work goes on, and the exit code still tells."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            leave(self._stream)
            return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)


def _fail(message: str, code: int) -> int:
    from storyscript.diagnostics.text import visible  # noqa: PLC0415 - only a failure needs it

    print(f"storyscript: {visible(message)}", file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice
    return code
