"""Another code for a module that is loaded: for its functions, their defaults, and its constants."""

from __future__ import annotations

import ast
import gc
import sys
from importlib import import_module
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from benchmarks.mutating import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """A module that is loaded, whose code can be exchanged.

    Args:
        name: its name.
        file: where its source is.
    """

    def __init__(self, name: str, file: str) -> None:
        self._module = import_module(name)
        self._file = file
        self._before = parse(file)
        self._functions = [
            one for one in gc.get_objects() if isinstance(one, FunctionType) and one.__code__.co_filename == file
        ]

    def swap(self, tree: ast.Module) -> Callable[[], None] | None:
        """What has a tree's code take the place of the module's; None where it differs in what cannot be exchanged."""
        code = compile(ast.fix_missing_locations(tree), self._file, "exec", dont_inherit=True)
        new = {(one.co_qualname, one.co_firstlineno): one for one in _codes(code)}
        constants = list(_changed_constants(self._before, tree))
        defaults = list(_changed_defaults(self._before, tree))
        functions = [
            one
            for one in self._functions
            if (other := new.get((one.__code__.co_qualname, one.__code__.co_firstlineno))) is not None
            and len(other.co_freevars) == len(one.__code__.co_freevars)
        ]
        differs = any(new[one.__code__.co_qualname, one.__code__.co_firstlineno] != one.__code__ for one in functions)
        if not (constants or defaults or differs):
            return None

        def do() -> None:
            for one in functions:
                one.__code__ = new[one.__code__.co_qualname, one.__code__.co_firstlineno]
            for line, definition in defaults:
                self._set_defaults(functions, line, definition)
            for name, value in constants:
                self._set_constant(name, self._evaluated(value))

        return do

    def _evaluated(self, node: ast.expr) -> Any:  # noqa: ANN401 - a constant may be anything
        expression = ast.fix_missing_locations(ast.Expression(node))
        return eval(compile(expression, self._file, "eval"), vars(self._module))  # noqa: S307 - our own source

    def _set_defaults(self, functions: list[FunctionType], line: int, definition: _Function) -> None:
        arguments = definition.args
        for one in functions:
            if one.__name__ == definition.name and one.__code__.co_firstlineno == line:
                one.__defaults__ = tuple(map(self._evaluated, arguments.defaults)) or None
                pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                one.__kwdefaults__ = {
                    name.arg: self._evaluated(value) for name, value in pairs if value is not None
                } or None

    def _set_constant(self, name: str, value: object) -> None:
        """Also where it was imported to by name."""
        old = getattr(self._module, name)
        for module in [*sys.modules.values()]:
            if getattr(module, "__dict__", {}).get(name) is old:
                setattr(module, name, value)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _changed_constants(before: ast.Module, after: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for old, new in zip(before.body, after.body, strict=True):
        match new:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if ast.dump(old) != ast.dump(new):
                yield name, value
            case _:
                pass


def _changed_defaults(before: ast.Module, after: ast.Module) -> Iterator[tuple[int, _Function]]:
    """Functions with other defaults, and the first lines of their codes."""
    old = {(one.lineno, one.name): ast.dump(one.args) for one in ast.walk(before) if isinstance(one, _Function)}
    for one in ast.walk(after):
        if isinstance(one, _Function) and ast.dump(one.args) != old[one.lineno, one.name]:
            first = min([one.lineno, *(decorator.lineno for decorator in one.decorator_list)])
            yield first, one
