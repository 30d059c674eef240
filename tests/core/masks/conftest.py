"""What tests of tracking share."""

from __future__ import annotations

import pytest


@pytest.fixture
def one_thread() -> None:
    """Sums of networks in one order, whatever the machine."""
    import torch  # half of the tests here need none

    torch.set_num_threads(1)
