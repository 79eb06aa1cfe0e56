from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from wiro.servers import certificate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for `localhost` that nobody vouches for, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    return certificate(tmp_path_factory.mktemp("tls"))
