"""`python -m storyscript`."""

from __future__ import annotations

import sys

from storyscript.cli import main

sys.exit(main())
