"""A track that a crash cut short is offered at the next start and lands in the open project."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.actions.media import attach_proxy
from app.editor import Editor
from app.jobs.records import JobRecord, Order, QueueFile
from app.window.main_window import MainWindow
from core.catalog import JOBS
from core.project.paths import results_folder
from core.settings import folders
from tests.core.project.films import film

KEY = "c" * 32


@pytest.fixture
def cut_short(home: Path, tmp_path: Path) -> Order:
    """What an editor that was killed left in its queue."""
    order = Order("proxy", "Proxy of a.mp4", str(tmp_path), {"path": "a.mp4"}, {}, {"media": "m1"})
    left = QueueFile(folders().cache / "jobs")
    left.save([order])
    left._writer.shutdown()
    assert left._held is not None
    left._held.close()
    return order


def test_the_window_offers_what_a_crash_left(cut_short: Order, window: MainWindow) -> None:
    window.make_workspace()
    (record,) = window.editor.jobs.records
    assert record.state == "interrupted" and record.order == cut_short
    window.editor.jobs.remove(record)


def test_a_proxy_made_for_unsaved_work_follows_the_project(editor: Editor, tmp_path: Path) -> None:
    made = results_folder(tmp_path / "scratch") / KEY
    made.mkdir(parents=True)
    editor.document.reset(film(), tmp_path / "film.laminar", tmp_path / "film_data")
    order = Order("proxy", "Proxy", str(made.parent), {}, {}, {"media": "m1"})
    attach_proxy(editor, JobRecord(order, JOBS["proxy"], state="done", folder=made))
    assert editor.document.project.find_media("m1").proxy == KEY
    assert (results_folder(tmp_path / "film_data") / KEY).is_dir()
