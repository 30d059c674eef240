"""A result that comes when its media is another file by now is not attached to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.actions.media import attach_proxy
from app.atlas import unrolling
from app.editor import Editor
from app.jobs import media_work
from app.jobs.records import JobRecord, Order
from app.masks import track_results
from core.catalog import JOBS
from core.errors import EditError
from tests.cuts import project

Take = Callable[[Editor, JobRecord], object]
SPEED: Take = partial(media_work.take_result, name="Speed", field="speediness")


@pytest.mark.parametrize("take", [track_results.take_result, unrolling.take_result, SPEED])
def test_the_media_stays_as_it_is(editor: Editor, tmp_path: Path, take: Take) -> None:
    editor.document.reset(project(), None, tmp_path)
    order = Order("track", "Track bear", str(tmp_path), {}, {"clip": "the old file"}, {"media": "m"})
    record = JobRecord(order, JOBS["track"], state="done", folder=tmp_path / "key")
    before = editor.document.project
    with pytest.raises(EditError, match="another file by now: Track bear"):
        take(editor, record)
    assert editor.document.project is before


def test_a_proxy_of_another_file_is_told(editor: Editor, tmp_path: Path) -> None:
    editor.document.reset(project(), None, tmp_path)
    order = Order("proxy", "Proxy of bear", str(tmp_path), {}, {"path": "the old file"}, {"media": "m"})
    (tmp_path / "key").mkdir()
    before = editor.document.project
    attach_proxy(editor, JobRecord(order, JOBS["proxy"], state="done", folder=tmp_path / "key"))
    assert editor.document.project is before
    assert "Proxy of bear does not belong" in editor.notify.waiting[-1].message
    same = replace(order, inputs={"path": project().media[0].info.fingerprint})
    media_work.require_same_file(project(), JobRecord(same, JOBS["proxy"]))
