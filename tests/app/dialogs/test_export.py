"""The export dialog: what it says, what it queues."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import msgspec
import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.dialogs import export as export_dialog
from app.dialogs.export import ExportDialog, in_out_frames
from app.editor import Editor
from app.jobs.film_export import suggested_target, tell
from app.jobs.records import JobRecord, Order
from app.threads.background import Background
from app.widgets.amounts import size
from app.window.main_window import MainWindow
from core.catalog import JOBS
from core.job import Progress
from core.project.project import Project
from core.render.presets import HARDWARE, PRESETS
from core.time import FrameRate
from core.timeline.model import Clip, Sequence, Solid, Track

RATE = FrameRate(25)
TICK = RATE.frame_ticks


class Queue:
    """Keeps what was asked for instead of running it."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, dict[str, Any], Path]] = []

    def submit(
        self, job_id: str, title: str, parameters: dict[str, Any], inputs: dict[str, str], *, root: Path,
        on_done: Callable[[Any], None],
    ) -> None:  # fmt: skip
        self.orders.append((job_id, parameters, root))


def film(**fields: Any) -> Project:
    clip = Clip("c", "Blue", Solid("#0000ff"), 100 * TICK)
    sequence = Sequence("s", "film", 320, 180, RATE, tracks=(Track("v", "video", "", (clip,)),), **fields)
    return Project("p", "My Film", sequences=(sequence,), active="s")


@pytest.fixture
def queue(editor: Editor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Queue]:
    made, background = Queue(), Background()
    monkeypatch.setattr(editor, "jobs", made, raising=False)
    monkeypatch.setattr(editor, "background", background, raising=False)
    monkeypatch.setattr(export_dialog, "available_presets", lambda: dict(PRESETS))
    editor.document.reset(film(), tmp_path / "Holiday.laminar", tmp_path / "Holiday_data")
    yield made
    background.close()


def opened(editor: Editor, qtbot: QtBot) -> ExportDialog:
    dialog = ExportDialog(editor)
    qtbot.addWidget(dialog)
    return dialog


def choose(dialog: ExportDialog, preset: str) -> None:
    for row in range(dialog.presets.count()):
        if dialog.presets.item(row).data(Qt.ItemDataRole.UserRole) == preset:
            dialog.presets.setCurrentRow(row)


def test_the_queued_film_is_the_film_of_that_moment(
    editor: Editor, queue: Queue, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(editor, qtbot)
    assert dialog.target == tmp_path / "Holiday.mp4"
    assert "100 frames" in dialog.facts.text() and "320 x 180" in dialog.facts.text()
    dialog.start.click()
    ((job, parameters, root),) = queue.orders
    assert job == "export" and root == tmp_path
    assert (parameters["first"], parameters["last"], parameters["preset"]) == (0, 99, "h264-web")
    assert msgspec.convert(parameters["project"], Project) == editor.document.project
    assert msgspec.json.encode(parameters)


def test_a_film_that_was_never_saved_is_suggested_among_the_films_of_the_user(
    editor: Editor, queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor.document.reset(film(), None, tmp_path)
    films = tmp_path / "Films"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda kind: str(films))
    assert suggested_target(editor, ".mp4") == Path.home() / "My Film.mp4"
    films.mkdir()
    assert suggested_target(editor, ".mp4") == films / "My Film.mp4"


def test_the_suffix_follows_the_preset(editor: Editor, queue: Queue, qtbot: QtBot) -> None:
    dialog = opened(editor, qtbot)
    for preset, name in (("prores-hq", "Holiday.mov"), ("png", "Holiday"), ("vp9", "Holiday.webm")):
        choose(dialog, preset)
        assert dialog.preset.id == preset and dialog.target.name == name
        assert dialog.summary.text() == PRESETS[preset].summary


def test_a_marked_range_is_offered_first(editor: Editor, queue: Queue, qtbot: QtBot, tmp_path: Path) -> None:
    editor.document.reset(film(in_point=10 * TICK, out_point=20 * TICK), tmp_path / "a.laminar", tmp_path)
    dialog = opened(editor, qtbot)
    dialog.queue()
    dialog = opened(editor, qtbot)
    dialog.range.setCurrentIndex(0)
    dialog.queue()
    assert [(order[1]["first"], order[1]["last"]) for order in queue.orders] == [(10, 19), (0, 99)]


def test_the_film_can_be_written_at_a_usual_size_of_its_shape(
    editor: Editor, queue: Queue, qtbot: QtBot
) -> None:
    dialog = opened(editor, qtbot)
    assert dialog.sizes.itemText(0) == "As the film: 320 x 180"
    dialog.sizes.setCurrentIndex(dialog.sizes.findText("1280 x 720"))
    assert "1280 x 720" in dialog.facts.text()
    dialog.queue()
    choose(opened(editor, qtbot), "still")
    assert queue.orders[0][1]["height"] == 720
    wav = opened(editor, qtbot)
    choose(wav, "wav")
    assert not wav.sizes.isEnabled()


def test_the_loudness_is_as_mixed_unless_one_is_chosen(editor: Editor, queue: Queue, qtbot: QtBot) -> None:
    dialog = opened(editor, qtbot)
    dialog.queue()
    dialog = opened(editor, qtbot)
    assert dialog.loudness.currentIndex() == 0
    dialog.loudness.setCurrentIndex(dialog.loudness.findText("Web video: -14 LUFS"))
    dialog.queue()
    assert [order[1]["loudness"] for order in queue.orders] == [0.0, -14.0]
    pictures = opened(editor, qtbot)
    choose(pictures, "png")
    assert not pictures.loudness.isEnabled()


def test_preset_and_loudness_are_those_that_were_used_last(
    editor: Editor, queue: Queue, qtbot: QtBot
) -> None:
    dialog = opened(editor, qtbot)
    choose(dialog, "prores-hq")
    dialog.loudness.setCurrentIndex(2)
    dialog.reject()
    assert opened(editor, qtbot).preset.id == "h264-web", "nothing was exported"
    dialog = opened(editor, qtbot)
    choose(dialog, "prores-hq")
    dialog.loudness.setCurrentIndex(2)
    dialog.queue()
    again = opened(editor, qtbot)
    assert (again.preset.id, again.loudness.currentIndex()) == ("prores-hq", 2)
    assert again.target.suffix == ".mov"


def test_a_hardware_preset_that_was_used_last_is_chosen_once_it_is_found(
    editor: Editor, queue: Queue, qtbot: QtBot
) -> None:
    editor.keep_setting("export_preset", "fast-one")
    dialog = opened(editor, qtbot)
    assert dialog.preset.id == "h264-web"
    dialog._add_hardware({"fast-one": replace(PRESETS["h264-web"], id="fast-one")})
    assert dialog.preset.id == "fast-one"


def test_a_single_picture_is_the_frame_at_the_playhead(editor: Editor, queue: Queue, qtbot: QtBot) -> None:
    editor.state.set("playhead", 42 * TICK)
    dialog = opened(editor, qtbot)
    choose(dialog, "still")
    assert dialog.target.name == "Holiday.png" and "the frame at " in dialog.facts.text()
    assert not dialog.range.isEnabled()
    dialog.queue()
    assert (queue.orders[0][1]["first"], queue.orders[0][1]["last"]) == (42, 42)


def test_saving_the_frame_that_is_shown(
    editor: Editor, queue: Queue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    suggested: list[str] = []

    def choose_file(parent: object, title: str, path: str, kinds: str) -> tuple[str, str]:
        suggested.append(Path(path).name)
        return str(tmp_path / "shot"), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose_file)
    save = find_action("file.save_frame")
    editor.state.set("playhead", 500 * TICK)  # past the end the last frame is shown
    trigger(editor, save)
    editor.state.set("view", "media")
    assert not save.enabled(editor)
    assert suggested == ["Holiday 00099.png"]
    ((_, parameters, _),) = queue.orders
    assert (parameters["first"], parameters["last"], parameters["preset"]) == (99, 99, "still")
    assert parameters["path"] == str(tmp_path / "shot.png")


def test_in_and_out_points() -> None:
    def frames(**fields: Any) -> tuple[int, int] | None:
        sequence = film(**fields).sequence
        assert sequence is not None
        return in_out_frames(sequence)

    assert frames() is None
    assert frames(in_point=98 * TICK) == (98, 99)
    assert frames(out_point=5 * TICK) == (0, 4)
    assert frames(in_point=50 * TICK, out_point=50 * TICK) is None
    assert frames(in_point=90 * TICK, out_point=500 * TICK) == (90, 99)


def test_it_says_why_it_cannot_start(
    editor: Editor, queue: Queue, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(editor, qtbot)
    assert dialog.start.isEnabled()
    dialog.path.setText(str(tmp_path / "nowhere" / "film.mp4"))
    assert not dialog.start.isEnabled() and "nowhere" in dialog.note.text()
    (tmp_path / "old.mp4").write_bytes(b"x")
    dialog.path.setText(str(tmp_path / "old.mp4"))
    assert dialog.start.isEnabled() and "replaced" in dialog.note.text()

    class Usage:
        free = 5 * 2**20

    monkeypatch.setattr(export_dialog.shutil, "disk_usage", lambda place: Usage)
    dialog.path.setText(str(tmp_path / "new.mp4"))
    assert not dialog.start.isEnabled() and "free" in dialog.note.text()
    assert dialog.note.property("role") == "warning"
    editor.document.reset(Project("p"), None, tmp_path)
    assert not opened(editor, qtbot).start.isEnabled()


def test_hardware_joins_the_list_when_it_works(
    editor: Editor, queue: Queue, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_dialog, "available_presets", lambda: PRESETS | HARDWARE)
    dialog = opened(editor, qtbot)
    qtbot.waitUntil(lambda: dialog.presets.count() == len(PRESETS) + len(HARDWARE))
    choose(dialog, "h264-nvenc")
    assert dialog.preset is HARDWARE["h264-nvenc"]


def test_what_is_told_at_the_end(editor: Editor, tmp_path: Path) -> None:
    order = Order("export", "Export film.mp4", str(tmp_path), {}, {})
    record = JobRecord(order, JOBS["export"])
    tell(editor.notify, tmp_path / "film.mp4", record)
    record.progress = Progress(1, 1, fields={"notes": ["2 frames have no mask"]})
    tell(editor.notify, tmp_path / "film.mp4", record)
    good, warned = editor.notify.waiting
    assert good.level == "info" and "film.mp4" in good.message
    assert warned.level == "warning" and "2 frames have no mask" in warned.hint


def test_sizes_in_words() -> None:
    assert size(10) == "1 MB"
    assert size(3 * 2**20) == "3 MB"
    assert size(3.4 * 2**30) == "3.4 GB"


def test_the_film_is_written_by_the_queue_while_the_window_is_open(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_dialog, "available_presets", lambda: dict(PRESETS))
    editor = window.editor
    editor.document.reset(film(out_point=5 * TICK), tmp_path / "a.laminar", tmp_path / "a_data")
    trigger(editor, find_action("file.export"))
    dialog = window.findChild(ExportDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.path.setText(str(tmp_path / "film.mp4"))
    with qtbot.waitSignal(editor.jobs.finished):
        record = dialog.queue()
    assert record is not None and record.state == "done", record and record.error
    with av.open(str(tmp_path / "film.mp4")) as file:
        assert sum(1 for _ in file.decode(video=0)) == 5
