"""Wrong lines, made one at a time from right ones: what `benchmarks.mutants` lets the tests judge.

A mutant is a module with one small slip: a comparison that is off by one or the other way round, `and` for `or`, a
condition the other way round or short of a part, another number, another default, a value that is not returned, a
statement or a lock left out, an exception that is not caught. Annotations, messages and docstrings stay as they are,
for nothing hangs on them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
}
_LONGEST_TEXT: Final = 24
"""Letters; a longer string is a message."""
_SHOWN: Final = 70


@dataclass(frozen=True, slots=True)
class Mutant:
    """One slip.

    Attributes:
        line: where it is.
        what: the code as it was and as it is now; one line.
        apply: makes it, in the tree that it was found in; there is no way back.
    """

    line: int
    what: str
    apply: Callable[[], None]


def parse(file: str) -> ast.Module:
    """The tree of a source file."""
    return ast.parse(Path(file).read_text("utf-8"), file)


def mutants(tree: ast.Module) -> list[Mutant]:
    """All mutants of a module, from its first line to its last."""
    return sorted(_below(tree), key=lambda mutant: mutant.line)


def _below(node: ast.AST) -> Iterator[Mutant]:
    """The mutants of all that is in a node."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "type_params", "decorator_list", "bases"}:
            continue
        if isinstance(value, ast.AST):
            yield from _of(value, _setter(node, name))
        elif isinstance(value, list):
            for index, one in enumerate(value):
                if isinstance(one, ast.AST):
                    yield from _of(one, _item_setter(value, index))


def _of(node: ast.AST, put: Callable[[ast.AST], None]) -> Iterator[Mutant]:
    """The mutants of a node and of all that is in it; `put` has another node take its place."""
    if isinstance(node, ast.JoinedStr) or _is_docstring(node) or _is_for_the_type_checker(node):
        return
    if isinstance(node, ast.Raise):
        # What is said is no matter; that it is said is.
        yield _replaced(node, ast.Pass(), put)
        return
    if isinstance(node, ast.expr):
        yield from _of_expression(node, put)
    elif isinstance(node, ast.stmt):
        yield from _of_statement(node, put)
    elif isinstance(node, ast.ExceptHandler):
        yield from _of_handler(node)
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _edited(node.ifs[0], f"if {ast.unparse(node.ifs[0])}", "no condition", node.ifs.clear)
    elif isinstance(node, ast.match_case) and node.guard is not None:
        yield _edited(node.guard, f"if {ast.unparse(node.guard)}", "no guard", lambda: setattr(node, "guard", None))
    yield from _below(node)


def _of_expression(node: ast.expr, put: Callable[[ast.AST], None]) -> Iterator[Mutant]:
    match node:
        case ast.Compare(ops=ops):
            for index, operator in enumerate(ops):
                for other in _COMPARED[type(operator)]:
                    changed = ast.Compare(node.left, [*ops[:index], other(), *ops[index + 1 :]], node.comparators)
                    yield _replaced(node, changed, put)
        case ast.BoolOp(op=operator, values=values):
            yield _replaced(node, ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values), put)
            for index in range(len(values)):
                rest = values[:index] + values[index + 1 :]
                yield _replaced(node, ast.BoolOp(operator, rest) if len(rest) > 1 else rest[0], put)
        case ast.BinOp(op=operator) if type(operator) in _COMPUTED:
            yield _replaced(node, ast.BinOp(node.left, _COMPUTED[type(operator)](), node.right), put)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield _replaced(node, operand, put)
        case ast.IfExp(test=test):
            yield _replaced(node, ast.IfExp(ast.UnaryOp(ast.Not(), test), node.body, node.orelse), put)
        case ast.Constant():
            yield from _of_constant(node, put)
        case _:
            pass


def _of_constant(node: ast.Constant, put: Callable[[ast.AST], None]) -> Iterator[Mutant]:
    match node.value:
        case bool() as value:
            yield _replaced(node, ast.Constant(not value), put)
        case int() | float() as number:
            yield _replaced(node, ast.Constant(number + 1), put)
        case str() as text if len(text) <= _LONGEST_TEXT:
            yield _replaced(node, ast.Constant("" if text else "XX"), put)
        case bytes() as data if len(data) <= _LONGEST_TEXT:
            yield _replaced(node, ast.Constant(b"" if data else b"XX"), put)
        case _:
            pass


def _of_statement(node: ast.stmt, put: Callable[[ast.AST], None]) -> Iterator[Mutant]:
    match node:
        case ast.Expr(value=ast.Yield()):
            return  # a context manager without it is none
        case ast.Expr() | ast.AugAssign() | ast.Delete() | ast.Break() | ast.Continue() | ast.Return(value=None):
            yield _replaced(node, ast.Pass(), put)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield _replaced(node, ast.Pass(), put)
        case ast.Return(value=ast.Constant(value=None)):
            return
        case ast.Return():
            yield _replaced(node, ast.Return(ast.Constant(None)), put)
        case _:
            yield from _of_block(node, put)


def _of_block(node: ast.stmt, put: Callable[[ast.AST], None]) -> Iterator[Mutant]:
    match node:
        case ast.If(test=test) | ast.While(test=test) if not isinstance(test, ast.Constant):
            head = type(node).__name__.lower()
            yield _edited(
                node,
                f"{head} {ast.unparse(test)}",
                f"{head} not ({ast.unparse(test)})",
                lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test)),
            )
        case ast.With(items=items) | ast.AsyncWith(items=items) if all(one.optional_vars is None for one in items):
            what = f"with {', '.join(map(ast.unparse, items))}"
            yield _edited(node, what, "its body alone", lambda: put(ast.If(ast.Constant(value=True), node.body, [])))
        case ast.Try(finalbody=[first, *_] as last):
            what = f"finally: {'; '.join(map(ast.unparse, last))}"
            if node.handlers:
                yield _edited(first, what, "nothing", last.clear)
            else:
                yield _edited(first, what, "nothing", lambda: put(ast.If(ast.Constant(value=True), node.body, [])))
        case _:
            pass


def _of_handler(node: ast.ExceptHandler) -> Iterator[Mutant]:
    if isinstance(node.type, ast.Tuple):
        kinds = node.type
        for index, kind in enumerate(kinds.elts):
            yield _edited(kind, f"except {ast.unparse(kind)}", "not caught", _remover(kinds.elts, index))
    elif node.type is not None and not _raises(node.body):
        again: list[ast.stmt] = [ast.Raise()]
        what = f"except {ast.unparse(node.type)}"
        yield _edited(node, what, "not caught", lambda: setattr(node, "body", again))


def _raises(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Raise) and body[0].exc is None


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_the_type_checker(node: ast.AST) -> bool:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Assert() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name in {"__slots__", "State", "Standing", "Uploads", "Line"}
        case _:
            return False


def _replaced(old: ast.AST, new: ast.AST, put: Callable[[ast.AST], None]) -> Mutant:
    shown = "nothing" if isinstance(new, ast.Pass) else ast.unparse(new)
    return _edited(old, ast.unparse(old), shown, lambda: put(ast.copy_location(new, old)))


def _edited(place: ast.AST, before: str, after: str, apply: Callable[[], None]) -> Mutant:
    return Mutant(getattr(place, "lineno", 0), f"{_short(before)} → {_short(after)}", apply)


def _short(code: str) -> str:
    text = " ".join(code.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _setter(parent: ast.AST, name: str) -> Callable[[ast.AST], None]:
    return lambda new: setattr(parent, name, new)


def _item_setter(values: list[ast.AST], index: int) -> Callable[[ast.AST], None]:
    def put(new: ast.AST) -> None:
        values[index] = new

    return put


def _remover(values: list[ast.expr], index: int) -> Callable[[], None]:
    return lambda: values.__delitem__(index)
