"""Objects are tracked: what is asked, what comes back, what stopping keeps, and how well it went."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import track_results, track_watch, tracking
from app.masks.object_list import KEYS, MEAN, WORST
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from core.files import write_atomic
from core.job import Manifest
from core.media.matte import MaskFolder
from core.project.paths import results_folder
from tests.app.film import FRAMES, media
from tests.app.panels import drawn
from tests.app.panels.drawn import draw_key, sure_result, write_result

panel = drawn.panel
"""The fixture."""


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


def test_tracks_with_a_real_worker_and_attaches_the_result(
    panel: ObjectsPanel, editor: Editor, viewer: ViewerPanel, qtbot: QtBot
) -> None:
    draw_key(editor, 4)
    editor.state.set("media_frame", 4)
    tracking.start(editor, "one_forward")
    qtbot.waitUntil(lambda: media(editor).track is not None)
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
    qtbot.waitUntil(lambda: isinstance(record.progress.fields.get("frame"), int))
    tracking.stop(editor)
    qtbot.waitUntil(lambda: not record.active)
    qtbot.waitUntil(lambda: media(editor).track is not None)
    track = media(editor).track
    assert track is not None
    assert track.first == 0
    assert track.last >= 1
    assert editor.document.data is not None
    assert (results_folder(editor.document.data) / track.key / "masks" / "00001.png").exists()


def test_the_list_tells_how_well_each_object_is_tracked(
    panel: ObjectsPanel, editor: Editor, qtbot: QtBot
) -> None:
    folder = sure_result(editor, b'{"2":{"1":1.0},"5":{"1":0.25},"8":{"1":0.25}}')
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
    draw_key(editor, 5)
    assert panel.about.text().endswith("worst frame 8"), "what was drawn is not in doubt any more"


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


def test_how_to_track_follows_the_settings(panel: ObjectsPanel, editor: Editor) -> None:
    assert panel.track.how.currentData() == "normal"
    editor.keep_setting("tracking", "fast")  # as the dialog does
    assert panel.track.how.currentData() == "fast"
