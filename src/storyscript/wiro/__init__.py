"""Wiro's API as a client sees it: signing, requests, answers as checked objects.

Knows nothing of the fake server, and raises only `storyscript.errors`.
"""

from __future__ import annotations

from storyscript.wiro.censor import one_line
from storyscript.wiro.client import WiroClient
from storyscript.wiro.models import Output, Submission, Task
from storyscript.wiro.signing import Credentials
from storyscript.wiro.socket import News, Watcher
from storyscript.wiro.tools import ToolDetail

__all__ = ["Credentials", "News", "Output", "Submission", "Task", "ToolDetail", "Watcher", "WiroClient", "one_line"]
