"""What other tools call their commands, and what does that here: for people whose fingers know those."""

from __future__ import annotations

from typing import Final

ELSEWHERE: Final = {
    "auth": "login",
    "cancel": "task cancel",
    "compile": "build",
    "continue": "resume",
    "convert": "build",
    "create": "init",
    "decompile": "import",
    "draw": "run",
    "export": "build",
    "fetch": "resume",
    "fix": "check --fix",
    "format": "fmt",
    "generate": "run",
    "info": "doctor",
    "kill": "task kill",
    "language-server": "lsp",
    "lint": "check",
    "mock": "fake",
    "new": "init",
    "render": "run",
    "rule": "explain",
    "server": "lsp",
    "submit": "run",
    "validate": "check",
    "verify": "check",
    "version": "--version",
    "watch": "check --watch",
}
"""By a word that is no command of ours, the words of the command line that do what it says."""
