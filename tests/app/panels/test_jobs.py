from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.actions import jobs as actions
from app.actions.registry import trigger
from app.editor import Editor
from app.jobs.records import JobRecord
from app.jobs.runner import JobRunner
from app.panels.jobs import JobsPanel
from app.threads.background import Background
from app.widgets.amounts import length
from core.catalog import JOBS as CATALOG
from core.project.paths import results_folder
from core.project.project import Project
from tests.core.project.films import film
from tests.jobs_for_tests import JOBS

SLOW = {"steps": 300, "seconds": 0.01}
Submit = Callable[..., JobRecord]


@pytest.fixture
def panel(editor: Editor, qtbot: QtBot) -> Iterator[JobsPanel]:
    editor.background = Background(editor)
    editor.jobs = JobRunner(editor.settings, editor.notify, editor, jobs={**CATALOG, **JOBS})
    made = JobsPanel(editor)
    made.resize(640, 400)
    made.show()
    yield made
    editor.jobs.shutdown()
    editor.background.close()
    made.deleteLater()


@pytest.fixture
def submit(editor: Editor, tmp_path: Path) -> Submit:
    def ask(job: str = "count", **parameters: object) -> JobRecord:
        return editor.jobs.submit(job, job.title(), parameters, {}, root=tmp_path / "results")

    return ask


def reach(qtbot: QtBot, record: JobRecord, state: str) -> None:
    qtbot.waitUntil(lambda: record.state == state)


def visible(panel: JobsPanel, record: JobRecord) -> set[str]:
    row = panel.rows[record.id]
    names = ("up", "down", "pause", "resume", "retry", "cancel", "folder", "log", "remove")
    return {name for name in names if getattr(row, name).isVisible()}


def test_an_empty_queue_says_what_it_is_for(panel: JobsPanel) -> None:
    assert panel.empty.isVisible() and "Tracking" in panel.empty.text()


def test_each_state_offers_its_buttons(qtbot: QtBot, panel: JobsPanel, submit: Submit) -> None:
    slow, waiting = submit(**SLOW), submit(steps=1)
    qtbot.waitUntil(lambda: slow.progress.part > 0.01)
    assert visible(panel, slow) == {"pause", "cancel", "log"}
    assert visible(panel, waiting) == {"up", "down", "cancel", "log"}
    row = panel.rows[slow.id]
    assert "%" in row.state.text() and "left" in row.state.text() and row.bar.value() > 0
    qtbot.mouseClick(row.pause, Qt.MouseButton.LeftButton)
    assert visible(panel, slow) == {"resume", "cancel", "log"} and "Paused" in row.state.text()
    reach(qtbot, waiting, "done")
    assert visible(panel, waiting) == {"folder", "log", "remove"}
    qtbot.mouseClick(row.cancel, Qt.MouseButton.LeftButton)
    reach(qtbot, slow, "cancelled")
    assert visible(panel, slow) == {"retry", "log", "remove"}
    qtbot.mouseClick(row.remove, Qt.MouseButton.LeftButton)
    assert slow.id not in panel.rows and not row.isVisible()


def test_a_failure_shows_its_cure_and_its_log(qtbot: QtBot, panel: JobsPanel, submit: Submit) -> None:
    record = submit("refuses", name="a.mp4")
    reach(qtbot, record, "failed")
    row = panel.rows[record.id]
    assert "a.mp4 cannot be read. Choose another file" in row.state.text()
    window = row.show_log()
    assert "a.mp4" in window.text.toPlainText()
    window.close()


def test_the_preview_appears(qtbot: QtBot, panel: JobsPanel, submit: Submit, tmp_path: Path) -> None:
    picture = QImage(640, 360, QImage.Format.Format_RGB32)
    picture.fill(QColor("#336699"))
    assert picture.save(str(tmp_path / "p.png"))
    record = submit(steps=1)
    reach(qtbot, record, "done")
    record.preview = str(tmp_path / "p.png")
    row = panel.rows[record.id]
    row.refresh()
    qtbot.waitUntil(lambda: not row.picture.pixmap().isNull())
    assert row.picture.pixmap().width() <= row.picture.width() * row.devicePixelRatioF()
    record.preview = str(tmp_path / "none.png")
    row.refresh()


def test_reordering_moves_the_cards(panel: JobsPanel, submit: Submit) -> None:
    first = submit(**SLOW)
    others = [submit(steps=number) for number in (1, 2, 3)]
    panel.rows[others[2].id].up.click()
    order = [panel._column.itemAt(place).widget() for place in range(4)]
    wanted = [panel.rows[record.id] for record in (first, others[0], others[2], others[1])]
    assert order == wanted


def test_every_control_has_a_name_and_takes_the_keyboard(panel: JobsPanel, submit: Submit) -> None:
    record = submit(steps=1)
    for button in panel.rows[record.id].findChildren(QWidget):
        if type(button).__name__ == "QToolButton":
            assert button.accessibleName() and button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_length_reads_as_people_say_it() -> None:
    assert [length(5), length(65), length(7300)] == ["5 s", "1 min 5 s", "2 h 1 min"]


def action(name: str) -> actions.Action:
    return next(one for one in actions.ACTIONS if one.id == name)


def test_commands_act_on_the_running_job(
    qtbot: QtBot, editor: Editor, panel: JobsPanel, submit: Submit
) -> None:
    assert not action("jobs.pause").enabled(editor)
    record, waiting = submit(**SLOW), submit(steps=2)
    qtbot.waitUntil(lambda: record.progress.done > 0)
    editor.jobs.cancel(waiting)
    trigger(editor, action("jobs.pause"))
    assert record.state == "paused" and actions._is_paused(editor)
    trigger(editor, action("jobs.pause"))
    assert record.state == "running"
    submit(steps=3)
    trigger(editor, action("jobs.cancel_all"))
    reach(qtbot, record, "cancelled")
    assert {one.state for one in editor.jobs.records} == {"cancelled"}
    trigger(editor, action("jobs.clear"))
    assert editor.jobs.records == [] and panel.empty.isVisible()


def test_unused_results_are_cleaned_beside_the_window(
    qtbot: QtBot, editor: Editor, panel: JobsPanel, tmp_path: Path
) -> None:
    used, unused = (results_folder(tmp_path) / key for key in ("a" * 32, "b" * 32))
    for folder in (used, unused):
        folder.mkdir(parents=True)
    project = film()
    media = replace(project.media[0], proxy="a" * 32)
    editor.document.reset(Project("p", media=(media,)), None, tmp_path)
    editor.document.edit("Remove media", lambda value: Project("p"))
    trigger(editor, action("jobs.clean_results"))
    qtbot.waitUntil(lambda: not unused.exists())
    assert used.exists()  # undo can bring it back
    qtbot.waitUntil(lambda: any("unused results" in notice.message for notice in editor.notify.waiting))


def test_collecting_runs_as_a_job(qtbot: QtBot, editor: Editor, panel: JobsPanel, tmp_path: Path) -> None:
    editor.document.reset(film(), tmp_path / "My Film.laminar", tmp_path / "My Film_data")
    record = actions.collect_into(editor, tmp_path / "out")
    reach(qtbot, record, "done")
    assert (tmp_path / "out" / "My Film.laminar").is_file()
    assert "were not there" in editor.notify.waiting[-1].message


def test_cards_fit_a_narrow_dock(panel: JobsPanel, submit: Submit, qtbot: QtBot) -> None:
    submit(**SLOW)
    record = submit("count", **SLOW)
    panel.resize(200, 400)
    qtbot.waitUntil(lambda: panel.rows[record.id].width() < 200)
    card = panel.rows[record.id]
    assert card.minimumSizeHint().width() <= 184
    assert card.rect().contains(card.cancel.geometry())
