from __future__ import annotations

import subprocess
import sys

from storyscript import protocol


def test_a_life_ends_where_polling_stops() -> None:
    assert protocol.LIFE_CYCLE[-1] in protocol.TERMINAL_STATUSES
    assert protocol.TERMINAL_STATUSES.isdisjoint(protocol.LIFE_CYCLE[:-1])
    assert protocol.TERMINAL_STATUSES - set(protocol.LIFE_CYCLE) == {protocol.STATUS_CANCEL}


def test_importing_the_constants_loads_nothing_heavy() -> None:
    heavy = {"httpx", "pydantic", "respx", "PIL"}
    script = f"import sys, storyscript.protocol; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
