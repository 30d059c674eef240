"""Many damaged media files, every frame and all sound decoded.

    python -m pytest -s tests/bench/test_damaged_media.py --override-ini addopts=

LAMINAR_FUZZ sets the number of files (default 400), LAMINAR_SEED the seed.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from core.media.guard import Guard
from tests.damaged_media import damaged_files, whole_files


@pytest.mark.timeout(1800)
def test_damaged_media(tmp_path: Path) -> None:
    count, seed = int(os.environ.get("LAMINAR_FUZZ", "400")), int(os.environ.get("LAMINAR_SEED", "1"))
    outcomes: Counter[str] = Counter()
    defects: list[str] = []
    slowest = (0.0, "")
    good = whole_files(tmp_path / "good")
    with Guard() as guard:
        for path in damaged_files(good, tmp_path / "bad", count, seed):
            started = time.monotonic()
            answer = guard.ask(path, deep=True)
            slowest = max(slowest, (time.monotonic() - started, path.name))
            if answer.defect or (answer.info is None and path.name not in answer.message):
                defects.append(f"{path.name}: {answer.message} {answer.defect}")
            kind = (
                "error" if answer.info is None else "partial, with a note" if answer.info.notes else "loads"
            )
            outcomes[kind] += 1
    print(
        f"\n{count} damaged files, seed {seed}: {dict(outcomes)}; slowest {slowest[0]:.2f} s ({slowest[1]})"
    )
    assert not defects, "\n".join(defects)
    assert slowest[0] < 10
