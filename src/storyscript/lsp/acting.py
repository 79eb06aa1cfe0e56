"""Code actions: what `storyscript.editing.actions` offers, and all fixes of a text at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.actions import Kind, actions, problems_in
from storyscript.editing.mending import changes, mended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storyscript.diagnostics.model import Problem
    from storyscript.editing.actions import Action
    from storyscript.lsp.sight import Sight

FIX_ALL: Final = "source.fixAll.storyscript"
"""What an editor asks for that mends whatever it can when a text is saved."""
OPTIONS: Final = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=False
)


def answer(sight: Sight, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done about a stretch of a text; and about all of it, where the editor or the writer asks for that."""
    context = params.context
    found: list[types.CodeAction] = []
    by_hand = context.trigger_kind is not types.CodeActionTriggerKind.Automatic
    if _is_wanted(types.CodeActionKind.QuickFix.value, context.only):
        start, end = sight.offset(params.range.start), sight.offset(params.range.end)
        here = problems_in(sight.problems, sight.file, start, end)
        if not here and by_hand:
            here = problems_in(sight.problems, sight.file, *_lines(sight.source.text, start, end))
        found += _quick(sight, here, context.diagnostics)
    # It takes its time: an editor that only looks whether there is something to offer goes without.
    if _is_wanted(FIX_ALL, context.only) and (context.only or by_hand):
        found += _fix_all(sight)
    return found


def _is_wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    if not only:
        return True
    wanted = [one.value if isinstance(one, types.CodeActionKind) else one for one in only]
    return any(kind == one or kind.startswith(f"{one}.") or not one for one in wanted)


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines that a stretch is in: a writer who asks for what mends a line need not point at what is wrong in it."""
    stop = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if stop < 0 else stop


def _quick(
    sight: Sight, wrong: Sequence[Problem], diagnostics: Sequence[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    if not wrong:
        return
    here = {(problem.code, problem.span) for problem in wrong}
    problems = sight.with_fixes(lambda problem: (problem.code, problem.span) in here)
    for action in actions(sight.file, problems):
        yield _shown(sight, action, diagnostics)


def _shown(sight: Sight, action: Action, diagnostics: Sequence[types.Diagnostic]) -> types.CodeAction:
    problem = action.problem
    where = sight.range(problem.span.start, problem.span.end)
    return types.CodeAction(
        action.title,
        types.CodeActionKind.QuickFix,
        diagnostics=[one for one in diagnostics if one.code == problem.code and one.range == where] or None,
        is_preferred=True if action.kind is Kind.FIX else None,
        edit=sight.workspace_edit(action.edits),
    )


def _fix_all(sight: Sight) -> Iterator[types.CodeAction]:
    text = mended(sight.source.text, sight.seen_with)
    if text != sight.source.text:
        edit = sight.workspace_edit(changes(sight.source, text))
        yield types.CodeAction("Fix all that can be fixed", FIX_ALL, edit=edit)
