"""Every job that opens a clip by its path shows the clip's fields as the user chose in the media bin."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.catalog import JOBS, load_work
from core.job import Progress
from core.layers import footage
from core.masks.question import Question
from core.media.info import FrameSource, MediaInfo, with_fields
from core.media.probe import probe
from core.media.reader import open_source
from tests.interlaced import moments, write_interlaced

CHOICES = ("", "apart", "together")


def names_of(job: str) -> set[str]:
    if job == "track":
        return set(Question.__struct_fields__)
    return set(inspect.signature(load_work(JOBS[job])).parameters)


OPENING = sorted(job for job in JOBS if "clip" in names_of(job))


class ClipOpenedError(Exception):
    """Ends a job where it opens its clip."""


@pytest.mark.parametrize("job", OPENING)
def test_a_job_opens_its_clip_as_chosen(job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = load_work(JOBS[job])
    module = sys.modules[work.__module__]
    opening: Any = footage if job in ("layers", "plate", "atlas") else module
    chosen: list[str] = []

    def recorded(path: Path, info: MediaInfo | None = None, fields: str = "") -> FrameSource:
        chosen.append(fields)
        raise ClipOpenedError

    monkeypatch.setattr(opening, "open_source", recorded)
    needed: dict[str, Any] = {
        "masks": "masks",
        "key_masks": {},
        "seen": "0",
        "data": str(tmp_path),
        "moments": [],
    }
    given = {name: value for name, value in needed.items() if name in names_of(job)}
    if job == "slowmo":
        given["factor"] = "2"
    steps: list[Progress] = []
    with pytest.raises(ClipOpenedError):
        steps.extend(work(tmp_path, clip="clip.mp4", fields="together", **given))
    assert chosen == ["together"] and not steps


def test_all_jobs_about_a_clip_are_among_them() -> None:
    assert {"track", "layers", "plate", "atlas", "slowmo", "looks", "speediness", "camera"} <= set(OPENING)


def test_a_choice_is_seen_in_the_frames(tmp_path: Path) -> None:
    path = write_interlaced(tmp_path / "a.mp4", moments(8))
    pictures = {fields: open_source(path, None, fields).frame(2) for fields in CHOICES}  # type: ignore[arg-type]
    np.testing.assert_array_equal(pictures[""], pictures["apart"])
    assert (pictures["together"] != pictures["apart"]).any()


def test_what_is_seen_has_a_name_of_its_own(tmp_path: Path) -> None:
    marked = probe(write_interlaced(tmp_path / "a.mp4", moments(4)))
    assert marked.seen == marked.fingerprint and with_fields(marked, "") is marked
    apart, together = with_fields(marked, "apart"), with_fields(marked, "together")
    assert apart == marked and together.seen == f"{marked.fingerprint}-together"
    assert together.video is not None and together.video.fields == "together"
    assert with_fields(together, "apart") == marked
