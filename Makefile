# `make check` is what continuous integration runs.
BIN := .venv-dev/bin

.PHONY: check setup format lint test cases tables diagnostics commands editors

check:
	bash .ci/run

setup:
	python3 -m venv .venv-dev
	$(BIN)/pip install --quiet -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps -e .

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src

test:
	$(BIN)/pytest -n auto

# Writes what comes out of the golden cases into them; look at the difference before you commit it.
cases:
	UPDATE_CASES=1 $(BIN)/pytest tests/test_cases.py

# The parse tables, after a change to the grammar.
tables:
	$(BIN)/python -c "from storyscript.syntax import parser, tables; print(tables.dump(parser.grammar_text(), parser.build_parser()), end='')" > src/storyscript/syntax/tables.json

# The page of all codes, after a change to one of theirs in src/storyscript/explanations.
diagnostics:
	$(BIN)/python -c "from storyscript.explanations import book; print(book(), end='')" > docs/diagnostics.md

# The tables of words on the page of all commands and the table of names on the page on Python, after a change to one.
commands:
	UPDATE_COMMANDS=1 $(BIN)/pytest -q tests/cli/test_commands_page.py tests/test_python_page.py

# The lists of words in the files of the editors, after a change to a word, a setting, a style or a model.
editors:
	UPDATE_EDITORS=1 $(BIN)/pytest -q tests/editors/test_words.py
