"""What `benchmarks.mutants` makes slips in, and which tests judge them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SOURCES: Final = Path(__file__).parents[1] / "src" / "storyscript"

_EDITING: Final[dict[str, tuple[str, ...]]] = {
    "completion_comments": ("test_completion",),
    "completion_items": ("test_completion",),
    "completion_lines": ("test_completion",),
    "completion_paths": ("test_completion",),
    "completion_texts": ("test_completion",),
    "completion_values": ("test_completion",),
    "cursor": ("test_completion", "test_hover"),
    "definition": ("test_references",),
    "excerpts": ("test_outline", "test_completion", "test_fix_titles", "test_panels"),
    "heads": ("test_panels",),
    "hints": ("test_panels",),
    "hover_names": ("test_hover",),
    "hover_panels": ("test_hover",),
    "hover_words": ("test_hover",),
    "ignoring": ("test_actions",),
    "layout": ("test_outline", "test_folding", "test_hover"),
    "lenses": ("test_panels",),
    "meant": ("test_outline", "test_folding"),
    "mending": ("test_actions",),
    "prompts": ("test_panels", "test_hover"),
    "trial": ("test_renaming", "test_naming"),
    "view": ("test_hover", "test_panels"),
}
_LSP: Final[dict[str, tuple[str, ...]]] = {
    "acting": ("test_showing",),
    "annotating": ("test_showing",),
    "colouring": ("test_showing",),
    "completing": ("test_completing_and_hovering",),
    "defining": ("test_naming",),
    "features": ("test_showing", "test_closed_files"),
    "folding": ("test_showing",),
    "formatting": ("test_showing",),
    "hovering": ("test_completing_and_hovering",),
    "including": ("test_workspace",),
    "index": ("test_workspace",),
    "linking": ("test_showing",),
    "outlining": ("test_showing",),
    "protocol": ("test_protocol_edges", "test_beginning_and_end"),
    "reading": ("test_workspace", "test_closed_files"),
    "referring": ("test_naming",),
    "renaming": ("test_naming",),
    "roots": ("test_workspace",),
    "server": ("test_settings", "test_publishing", "test_beginning_and_end"),
    "sight": ("test_showing", "test_completing_and_hovering", "test_closed_files"),
    "stories": ("test_workspace",),
    "uris": ("test_workspace", "test_uris_and_texts"),
    "workspace": ("test_workspace", "test_closed_files", "test_any_session"),
}


def _every(room: str, tests: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every module of a room, and the tests that are written for it; by default those of its name."""
    for path in sorted((_SOURCES / room).glob("[!_]*.py")):
        yield f"{room}/{path.stem}", tests.get(path.stem, (f"test_{path.stem}",))


PARTS: Final[dict[str, tuple[str, ...]]] = {
    "encoding": ("test_encoding",),
    "wiro/signing": ("test_signing", "test_run"),
    "wiro/exchange": ("test_exchange",),
    "wiro/attempts": ("test_reads", "test_run"),
    "wiro/submissions": ("test_run",),
    "wiro/client": ("test_run", "test_reads", "test_lists", "test_uploads", "test_tools"),
    "wiro/answers": ("test_reads", "test_run"),
    "wiro/pacing": ("test_pacing",),
    "wiro/reading": ("test_reads", "test_lists", "test_tools"),
    "wiro/downloads": ("test_downloads",),
    "wiro/public": ("test_public",),
    "wiro/dialling": ("test_socket",),
    "wiro/uploads": ("test_uploads",),
    "wiro/addresses": ("test_addresses",),
    "rendering/journal": ("test_journal", "test_ledger", "test_power_cut"),
    "rendering/ledger": ("test_ledger",),
    "rendering/lookup": ("test_lookup", "test_lookup_beside"),
    "rendering/matching": ("test_matching",),
    "rendering/pool": ("test_pool",),
    "rendering/hints": ("test_hints",),
    "rendering/engine": ("test_engine", "test_render", "test_review"),
    "rendering/uploading": ("test_uploading",),
    "rendering/fetching": ("test_fetching", "test_late_outputs"),
    "folder": ("test_folder",),
    "config/project": ("test_project", "test_project_settings"),
    "config/defaults": ("test_project", "test_project_settings"),
    "config/codes": ("test_project", "test_project_settings"),
    "config/reading": ("test_settings", "test_project"),
    "config/files": ("test_settings", "test_project"),
    "config/places": ("test_places",),
    "syntax/formatter": ("test_formatter",),
    "syntax/layout": ("test_formatter",),
    "syntax/spacing": ("test_formatter",),
    "syntax/wording": ("test_formatter",),
    "syntax/reparse": ("test_reparse",),
    "analysis/memory": ("test_memory",),
    **dict(_every("editing", _EDITING)),
    **dict(_every("lsp", _LSP)),
}
"""The modules, and the tests that are written for them."""

_TESTS: Final[dict[str, tuple[str, ...]]] = {
    "encoding": ("tests/test_encoding.py",),
    "wiro": ("tests/wiro",),
    "rendering": ("tests/rendering",),
    "rendering/journal": ("tests/crashes/test_power_cut.py",),
    "folder": ("tests/test_folder.py", "tests/cli/test_folders.py"),
    "config": ("tests/config", "tests/cli/test_project_settings.py"),
    "syntax": ("tests/syntax",),
    "analysis": ("tests/analysis",),
    "editing": ("tests/editing", "tests/lsp"),
    "lsp": ("tests/lsp",),
}
"""What is meant to hold the modules of a room, and what one of them alone needs."""


def chosen(words: Sequence[str]) -> list[str]:
    """The parts that words name, each a part or a room; without words all."""
    return [part for part in PARTS if not words or part in words or part.partition("/")[0] in words]


def tests_of(parts: Sequence[str]) -> list[str]:
    """The files and folders of the tests that judge parts."""
    rooms = [room for room in _TESTS if any(f"{part}/".startswith(f"{room}/") for part in parts)]
    return list(dict.fromkeys(path for room in rooms for path in _TESTS[room]))
