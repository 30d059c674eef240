"""The objects panel: the list edits the document, tracking is asked for, results are used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import editing, track_results, track_watch, tracking
from app.masks.object_list import KEYS, LOCK, MEAN, WORST
from app.masks.track_records import records_of
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from core.files import write_atomic
from core.job import Manifest
from core.media.appearances import Appearance, Appearances, ObjectHistory, write_appearances
from core.media.matte import MaskFolder, write_labels
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.project.project import Media
from tests.app.film import FRAMES, HEIGHT, WIDTH


@pytest.fixture
def panel(objects: ObjectsPanel, viewer: ViewerPanel, qtbot: QtBot) -> ObjectsPanel:
    """In the mask view, at frame 0."""
    viewer.show_masks()
    qtbot.waitUntil(lambda: viewer.masks.labels is not None)
    return objects


def media(editor: Editor) -> Media:
    return editor.document.project.find_media("media")


def draw_key(editor: Editor, frame: int, label: int = 1) -> None:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[20:40, 20:40] = label
    assert editor.document.data is not None
    name = write_key_mask(editor.document.data, "media", frame, labels)
    editor.document.edit("Draw", editing.with_key_mask, "media", frame, name, label)


def write_result(folder: Path, frames: range) -> None:
    (folder / "masks").mkdir(parents=True)
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[5:10, 5:10] = 1
    for frame in frames:
        write_labels(folder / "masks" / f"{frame:05d}.png", labels)


def test_objects_are_added_renamed_hidden_removed(panel: ObjectsPanel, editor: Editor) -> None:
    panel.add.click()
    panel.add.click()
    assert [known.label for known in media(editor).objects] == [1, 2]
    assert editor.state.label == 2
    panel.objects.item(1).setText(0, "Bear")
    assert media(editor).objects[1].name == "Bear"
    panel.objects.item(1).setCheckState(0, Qt.CheckState.Unchecked)
    assert not media(editor).objects[1].visible
    panel.remove.click()
    assert [known.name for known in media(editor).objects] == ["Object 1"]
    for _ in range(5):
        editor.document.undo_stack.undo()
    assert not media(editor).objects
    assert panel.objects.count() == 0


def test_a_locked_object_is_not_drawn_on(panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor) -> None:
    panel.add.click()
    panel.add.click()
    editor.notify.connect_window()
    notices: list[str] = []
    editor.notify.posted.connect(lambda notice: notices.append(notice.message))
    panel.objects.itemClicked.emit(panel.objects.item(1), LOCK)
    assert media(editor).objects[1].locked
    assert "locked" in panel.objects.item(1).data(LOCK, Qt.ItemDataRole.AccessibleTextRole)
    assert not viewer.masks.begin(20, 20, add=True)
    assert notices == ["Object 2 is locked"]
    editor.document.undo_stack.undo()
    assert viewer.masks.begin(20, 20, add=True)
    viewer.masks.cancel()


def test_looks_at_the_masks_go_round(panel: ObjectsPanel, editor: Editor) -> None:
    seen = []
    for _ in range(5):
        trigger(editor, find_action("mask.look_next"))
        seen.append(editor.state.mask_look)
    assert seen == ["outlines", "matte", "cutout", "colours", "outlines"]


def test_a_close_up_needs_the_object(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.notify.connect_window()
    said: list[str] = []
    editor.notify.posted.connect(lambda notice: said.append(notice.message))
    trigger(editor, find_action("mask.close_up"))
    assert said == ["object 1 has no mask on this frame"] and viewer.canvas.fitted
    draw_key(editor, 0)
    qtbot.waitUntil(lambda: viewer.masks.labels is not None and viewer.masks.labels.any())
    viewer.close_button.click()
    assert viewer.close_button.isChecked() and not viewer.canvas.fitted
    trigger(editor, find_action("viewer.fit"))
    assert viewer.canvas.fitted and not viewer.close_button.isChecked()


def test_picking_in_the_list_takes_the_object_in_hand(panel: ObjectsPanel, editor: Editor) -> None:
    panel.add.click()
    panel.add.click()
    panel.objects.setCurrentItem(panel.objects.item(0))
    assert editor.state.label == 1
    editor.state.set("label", 2)
    assert panel.objects.currentItem() is panel.objects.item(1)


def test_key_masks_are_listed_and_lead_to_their_frame(panel: ObjectsPanel, editor: Editor) -> None:
    draw_key(editor, 7)
    draw_key(editor, 3)
    assert [panel.keys.item(row).data(Qt.ItemDataRole.UserRole) for row in range(2)] == [3, 7]
    panel.keys.itemClicked.emit(panel.keys.item(1))
    assert editor.state.media_frame == 7


def test_tracking_needs_a_mask(panel: ObjectsPanel, editor: Editor) -> None:
    assert not panel.findChild(type(panel.add), "mask.track_forward").isEnabled()
    draw_key(editor, 0)
    assert panel.findChild(type(panel.add), "mask.track_forward").isEnabled()


def test_a_folder_that_cannot_be_written_is_told(panel: ObjectsPanel, editor: Editor) -> None:
    draw_key(editor, 10)
    assert editor.document.data is not None
    results_folder(editor.document.data).write_text("a file where the folder should be")
    trigger(editor, find_action("mask.track_both"))
    (notice,) = editor.notify.waiting
    assert "results cannot be made" in notice.message and not notice.report


def test_the_question_covers_what_is_asked(panel: ObjectsPanel, editor: Editor, tmp_path: Path) -> None:
    draw_key(editor, 10)
    spans = {}
    for direction in ("forward", "backward", "both", "one_forward", "one_back"):
        parameters, inputs = tracking.question(None, tmp_path, media(editor), 10, direction)  # type: ignore[arg-type]
        spans[direction] = (parameters["first"], parameters["last"], parameters["direction"])
        assert inputs["mask 10"] == media(editor).key_masks[0].file
    end = FRAMES - 1
    assert spans == {
        "forward": (10, end, "forward"),
        "backward": (0, 10, "backward"),
        "both": (0, end, "both"),
        "one_forward": (11, 11, "one_forward"),
        "one_back": (9, 9, "one_back"),
    }
    assert tracking.extent(media(editor), 20, "forward")[0] == 10, "no hole between the mask and the playhead"


def test_a_result_is_attached_and_can_be_undone(panel: ObjectsPanel, editor: Editor) -> None:
    assert editor.document.data is not None
    folder = results_folder(editor.document.data) / "abc"
    write_result(folder, range(2, 9))
    track_results.attach_folder(editor, "media", folder)
    track = media(editor).track
    assert track is not None
    assert (track.key, track.first, track.last) == ("abc", 2, 8)
    editor.document.undo_stack.undo()
    assert media(editor).track is None


@pytest.mark.parametrize("direction", ["both", "forward"])
def test_stopping_keeps_the_earlier_track_where_the_new_one_did_not_come(
    panel: ObjectsPanel, editor: Editor, direction: str
) -> None:
    data = editor.document.data
    assert data is not None
    draw_key(editor, 0)
    write_result(results_folder(data) / "abc", range(FRAMES))
    track_results.attach_folder(editor, "media", results_folder(data) / "abc")
    record = tracking.start(editor, direction)  # type: ignore[arg-type]
    watch = track_watch.Watch(editor, lambda: False, panel)
    assert watch._base(record) == results_folder(data) / "abc"
    editor.jobs.cancel(record)


def test_tracking_is_held_and_goes_on(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    draw_key(editor, 0)
    assert panel.track.hold.isHidden()
    record = tracking.start(editor, "forward")
    qtbot.waitUntil(lambda: record.state == "running")
    panel.track.hold.click()
    assert record.state == "paused"
    assert panel.track.progress.text().startswith("paused at ")
    panel.track.hold.click()
    assert record.state in ("queued", "running")
    editor.jobs.cancel(record)
    qtbot.waitUntil(lambda: not record.active)


def test_what_a_stopped_job_made_is_kept_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "abc.partial"
    write_result(folder, range(5))
    assert track_results.keep_stopped(folder) is None, "without a manifest nobody knows what it is"
    import msgspec

    write_atomic(folder / "manifest.json", msgspec.json.encode(Manifest("track", 1, {}, {})))
    kept = track_results.keep_stopped(folder)
    assert kept is not None
    assert MaskFolder(kept).frames() == [0, 1, 2, 3, 4]
    assert folder.exists()
    assert track_results.keep_stopped(folder) == kept


def test_masks_go_out_and_come_back(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    draw_key(editor, 4, label=2)
    panel.files.export_masks(tmp_path / "out", "palette")
    qtbot.waitUntil(lambda: bool(editor.notify.waiting))
    assert MaskFolder(tmp_path / "out").frames() == [4]
    editor.document.edit("Clear", editing.without_masks, "media")
    panel.files.import_masks(tmp_path / "out")
    qtbot.waitUntil(lambda: bool(media(editor).key_masks))
    assert media(editor).key_masks[0].frame == 4
    assert 2 in {known.label for known in media(editor).objects}


def test_masks_of_a_proxy_are_scaled(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    half = np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8)
    half[10:20, 5:15] = 3
    write_labels(tmp_path / "00000.png", half)
    panel.files.import_masks(tmp_path / "00000.png")
    qtbot.waitUntil(lambda: viewer.masks.labels is not None and bool(viewer.masks.labels.any()))
    assert viewer.masks.labels is not None
    whole = np.zeros((HEIGHT, WIDTH), np.uint8)
    whole[20:40, 10:30] = 3
    assert np.array_equal(viewer.masks.labels, whole)


def test_masks_of_another_shape_are_refused(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    write_labels(tmp_path / "00000.png", np.ones((7, 9), np.uint8))
    panel.files.import_masks(tmp_path / "00000.png")
    qtbot.waitUntil(lambda: bool(editor.notify.waiting))
    assert "9x7" in editor.notify.waiting[-1].message
    assert not media(editor).key_masks


def test_use_it_puts_the_effect_on_the_clip(panel: ObjectsPanel, editor: Editor) -> None:
    assert not panel.recipes["cut_out"].isEnabled()
    draw_key(editor, 0)
    assert panel.recipes["cut_out"].isEnabled()
    panel.recipes["blur_background"].click()
    sequence = editor.document.sequence
    assert sequence is not None
    effect = sequence.find("clip")[2].effects[0]
    assert effect.kind == "blur"
    assert effect.matte is not None
    assert effect.matte.invert
    assert editor.state.view == "sequence"


def test_the_panel_comes_forward_with_the_mask_view(panel: ObjectsPanel, editor: Editor) -> None:
    from PySide6.QtWidgets import QTabWidget, QWidget

    tabs = QTabWidget()
    tabs.addTab(QWidget(), "Clip")
    tabs.addTab(panel, "Objects")
    editor.state.set("view", "sequence")
    tabs.setCurrentIndex(0)
    editor.state.set("view", "media")
    assert tabs.currentIndex() == 1
    editor.state.set("view", "sequence")
    assert tabs.currentIndex() == 0
    panel.setParent(None)


def test_tracks_with_a_real_worker_and_attaches_the_result(
    panel: ObjectsPanel, editor: Editor, viewer: ViewerPanel, qtbot: QtBot
) -> None:
    draw_key(editor, 4)
    editor.state.set("media_frame", 4)
    tracking.start(editor, "one_forward")
    qtbot.waitUntil(lambda: media(editor).track is not None, timeout=60000)
    track = media(editor).track
    assert track is not None
    assert (track.first, track.last) == (4, 5)
    assert editor.document.undo_stack.undoText() == "Track Clip"
    editor.state.set("media_frame", 5)
    qtbot.waitUntil(lambda: viewer.masks.kind == "tracked")
    assert viewer.masks.labels is not None
    assert viewer.masks.labels[30, 30] == 1
    editor.state.set("brush", 9)
    assert viewer.masks.begin(80, 10, add=True)
    viewer.masks.finish()
    qtbot.waitUntil(lambda: len(media(editor).key_masks) == 2)
    corrected = viewer.masks.labels
    assert corrected[10, 80] == 1
    assert corrected[30, 30] == 1, "the correction starts from what was tracked"


def test_stopping_keeps_what_is_there(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    draw_key(editor, 0)
    record = tracking.start(editor, "forward")
    qtbot.waitUntil(lambda: isinstance(record.progress.fields.get("frame"), int), timeout=60000)
    tracking.stop(editor)
    qtbot.waitUntil(lambda: not record.active)
    qtbot.waitUntil(lambda: media(editor).track is not None)
    track = media(editor).track
    assert track is not None
    assert track.first == 0
    assert track.last >= 1
    assert editor.document.data is not None
    assert (results_folder(editor.document.data) / track.key / "masks" / "00001.png").exists()


def test_masks_go_out_and_come_in_by_command(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    draw_key(editor, 3)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(tmp_path / "out"))
    trigger(editor, find_action("mask.export_binary"))
    qtbot.waitUntil(lambda: MaskFolder(tmp_path / "out").frames() == [3])
    editor.document.undo_stack.undo()
    assert media(editor).key_masks == ()
    write_labels(tmp_path / "out" / "00003.png", np.ones((HEIGHT, WIDTH), np.uint8))
    trigger(editor, find_action("mask.import_folder"))
    qtbot.waitUntil(lambda: [key.frame for key in media(editor).key_masks] == [3])


def test_the_softness_that_was_set_is_used_by_the_commands_too(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor
) -> None:
    draw_key(editor, 0)
    viewer.masks.feather = 7.5
    editor.state.set("selection", frozenset({"clip"}))
    trigger(editor, find_action("effects.cut_out"))
    assert editor.document.sequence is not None
    (effect,) = editor.document.sequence.find("clip")[2].effects
    assert effect.matte is not None
    assert effect.matte.feather == 7.5


def test_the_list_tells_how_well_each_object_is_tracked(
    panel: ObjectsPanel, editor: Editor, qtbot: QtBot
) -> None:
    draw_key(editor, 2)
    draw_key(editor, 9, label=2)
    assert editor.document.data is not None
    folder = results_folder(editor.document.data) / "abc"
    write_result(folder, range(2, 9))
    write_atomic(folder / "confidence.json", b'{"2":{"1":1.0},"5":{"1":0.25},"8":{"1":0.25}}')
    track_results.attach_folder(editor, "media", folder)
    qtbot.waitUntil(lambda: panel.objects.item(0).text(WORST) == "25%")
    assert [panel.objects.item(0).text(column) for column in (KEYS, MEAN)] == ["1", "50%"]
    assert [panel.objects.item(1).text(column) for column in (KEYS, MEAN, WORST)] == ["1", "–", "–"]
    editor.state.set("label", 1)
    assert panel.about.text() == "Object 1 · tracked 2 to 8 · key masks 2 · worst frame 5"
    panel.objects.itemClicked.emit(panel.objects.item(0), WORST)
    assert editor.state.media_frame == 5
    trigger(editor, find_action("mask.worst"))
    assert editor.state.media_frame == 5


def test_a_strip_takes_its_object_in_hand_and_says_what_it_knows(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    draw_key(editor, 2)
    draw_key(editor, 9, label=2)
    assert editor.document.data is not None
    folder = results_folder(editor.document.data) / "abc"
    write_result(folder, range(2, 9))
    write_atomic(folder / "confidence.json", b'{"5":{"1":0.25, "2": 0.9}}')
    found = Appearance(7, 7, 8, 0.8, (1, 1, 5, 5), "found")
    write_appearances(folder, Appearances({2: ObjectHistory(((6, 6),), (found,))}, (4,)))
    track_results.attach_folder(editor, "media", folder)
    viewer.scrub.refresh()
    record = records_of(editor)
    qtbot.waitUntil(lambda: record.of(media(editor)) is not None)
    assert not viewer.scrub.grab().isNull()
    second = QPoint(round(viewer.scrub.x_of(6)), viewer.scrub.height() - 10)
    qtbot.mouseClick(viewer.scrub, Qt.MouseButton.LeftButton, pos=second)
    assert (editor.state.media_frame, editor.state.label) == (6, 2)
    one, two = media(editor).objects
    assert viewer.scrub.words(6, two) == "Frame 6 · Object 2 · missing"
    assert viewer.scrub.words(5, one) == "Frame 5 · Object 1 · confidence 25 %"
    assert "seen again at 7" in viewer.scrub.words(7, two)
    live = track_watch.Live(2)
    live.add(4, {"1": 0.1})
    viewer.scrub.set_live(live)
    assert not viewer.scrub.grab().isNull()


def test_fast_tracking_is_a_choice(
    panel: ObjectsPanel, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_key(editor, 0)
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(
        editor.jobs, "submit", lambda job, title, parameters, inputs, **known: asked.append(parameters)
    )
    tracking.start(editor, "forward")
    panel.track.how.setCurrentIndex(panel.track.how.findData("fast"))
    panel.track.how.activated.emit(panel.track.how.currentIndex())
    tracking.start(editor, "forward")
    assert "fast" not in asked[0] and asked[1]["fast"] is True
