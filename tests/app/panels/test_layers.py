"""The layers panel over a clip whose layers are known: what it shows and what its buttons do to the document."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.actions import layers as commands
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.layers import work
from app.layers.job_box import Preview
from app.layers.layer_list import NAME
from app.layers.moments import moments_of
from app.layers.results import keep_stopped, layer_set
from app.layers.subject import subject_of
from app.layers.watch import watch_of
from app.masks.target import mask_view_target, playhead_showing
from app.panels.layers import LayersPanel
from core.catalog import JOBS as CATALOG
from core.errors import EditError
from core.job import MANIFEST, Manifest, write_manifest
from core.project import layers
from core.project.project import Project
from core.timeline import edits
from core.timeline.model import Clip, Pin, Title
from core.timeline.time_map import Linear
from tests.app.equipment import equip, put_away
from tests.layer_films import FRAME, KEY, Truth, draw_truth, film, write_result

CAR, ROBOT = 2, 1


@pytest.fixture(scope="module")
def truth() -> Truth:
    return draw_truth((CAR, ROBOT), frames=6, size=(96, 54))


@pytest.fixture
def project(truth: Truth, tmp_path: Path) -> Project:
    return film(tmp_path, truth, tmp_path / "data")[0]


@pytest.fixture
def panel(editor: Editor, project: Project, tmp_path: Path, qtbot: QtBot) -> Iterator[LayersPanel]:
    """The clip is selected."""
    equip(editor, player=False)
    editor.document.reset(project, None, tmp_path / "data")
    editor.state.set("selection", frozenset({"clip"}))
    made = LayersPanel(editor)
    editor.add_panel(made)
    made.resize(300, 700)
    made.show()
    qtbot.waitUntil(lambda: made.subject is not None)
    yield made
    put_away(editor, made)


def run(editor: Editor, action_id: str) -> None:
    trigger(editor, find_action(action_id))


def clips(editor: Editor) -> dict[str, Clip]:
    assert editor.document.sequence is not None
    return {clip.name: clip for _, _, clip in editor.document.sequence.clips()}


def split(editor: Editor, qtbot: QtBot) -> None:
    run(editor, "layers.split")
    qtbot.waitUntil(lambda: "Robot" in clips(editor))


def take(editor: Editor, name: str) -> None:
    """Select a person as a click on the timeline does: object and shadow."""
    link = clips(editor)[name].link
    ids = {clip.id for clip in clips(editor).values() if clip.link == link}
    editor.state.set("selection", frozenset(ids))


def frames(clip: Clip, count: int = 6) -> list[int]:
    return [clip.time_map.at(n * FRAME) // FRAME for n in range(count)]


def test_the_layers_are_listed_nearest_first_with_pictures(panel: LayersPanel, qtbot: QtBot) -> None:
    assert panel.list.labels() == [ROBOT, CAR, 0]
    assert [panel.list.item(row).text(NAME) for row in range(3)] == ["Robot", "Car", "Background"]
    qtbot.waitUntil(lambda: not panel.list.item(0).icon(NAME).isNull())
    assert not panel.time_part.isVisible()


def test_split_is_one_undo_step(panel: LayersPanel, editor: Editor, project: Project, qtbot: QtBot) -> None:
    panel.layer_buttons["layers.split"].click()
    qtbot.waitUntil(lambda: "Robot" in clips(editor))
    assert len(editor.document.project.media) == 6
    assert editor.document.undo_stack.count() == 1
    editor.document.undo_stack.undo()
    assert editor.document.project == project


@pytest.mark.parametrize("name", ["Robot", "Robot shadow"])
def test_masks_of_a_layer_are_those_of_what_it_was_taken_from(
    panel: LayersPanel, editor: Editor, qtbot: QtBot, name: str
) -> None:
    split(editor, qtbot)
    editor.state.set("selection", frozenset({clips(editor)[name].id}))
    editor.state.set("playhead", 3 * FRAME)
    assert mask_view_target(editor) == ("media", 3)
    assert playhead_showing(editor, 3) is None, "the mask view shows nothing yet"
    run(editor, "clip.draw_masks")
    assert (editor.state.media, editor.state.media_frame) == ("media", 3)
    assert playhead_showing(editor, 2) == 2 * FRAME


def test_ticks_and_shadows_are_choices_before_the_split_and_clips_after(
    panel: LayersPanel, editor: Editor, qtbot: QtBot
) -> None:
    panel.list.item(1).setCheckState(NAME, Qt.CheckState.Unchecked)
    box = panel.list.shadow_box(ROBOT)
    box.setCurrentIndex(box.findData("soften"))
    box.activated.emit(box.currentIndex())
    media = editor.document.project.find_media("media")
    assert media.layers is not None
    assert [(one.visible, one.shadow) for one in media.layers.objects] == [(False, "keep"), (True, "soften")]
    split(editor, qtbot)
    assert not clips(editor)["Car"].enabled and not clips(editor)["Car shadow"].enabled
    assert clips(editor)["Robot shadow"].opacity < 1
    qtbot.waitUntil(panel.time_part.isVisible)
    panel.list.item(1).setCheckState(NAME, Qt.CheckState.Checked)
    assert clips(editor)["Car"].enabled and clips(editor)["Car shadow"].enabled
    editor.state.set("label", CAR)
    run(editor, "layers.shadow_drop")
    assert not clips(editor)["Car shadow"].enabled and clips(editor)["Car"].enabled


def test_the_list_and_its_buttons_change_the_depth_order(
    panel: LayersPanel, editor: Editor, qtbot: QtBot
) -> None:
    panel.list.picked.emit(CAR)
    qtbot.waitUntil(panel.up.isEnabled)
    panel.up.click()
    qtbot.waitUntil(lambda: panel.list.labels() == [CAR, ROBOT, 0])
    panel.list.drop(CAR, 2)
    qtbot.waitUntil(lambda: panel.list.labels() == [ROBOT, CAR, 0])
    assert panel.list.row_under(-5) == 0 and panel.list.row_under(10_000) == 3
    assert editor.document.undo_stack.count() == 2


def test_remove_takes_out_the_object_in_hand(panel: LayersPanel, editor: Editor, qtbot: QtBot) -> None:
    panel.list.picked.emit(CAR)
    panel.layer_buttons["layers.remove"].click()
    qtbot.waitUntil(lambda: "Street without Car" in clips(editor))
    assert editor.document.undo_stack.undoText() == "Remove Car"
    assert editor.document.undo_stack.count() == 1
    qtbot.waitUntil(lambda: panel.layer_buttons["layers.remove"].text() == "Put back")
    panel.layer_buttons["layers.remove"].click()
    assert list(clips(editor)) == ["Street"]


def test_insert_puts_the_other_selected_clip_or_a_title_behind(
    panel: LayersPanel, editor: Editor, qtbot: QtBot
) -> None:
    panel.list.picked.emit(ROBOT)
    panel.layer_buttons["layers.insert"].click()
    qtbot.waitUntil(lambda: "Title" in clips(editor))
    assert editor.document.undo_stack.count() == 1
    editor.document.undo_stack.undo()
    title = Clip("words", "Words", Title("Words"), 2 * FRAME)
    editor.document.edit_sequence("Add", edits.overwrite, 0, {"V2": title})
    editor.state.set("selection", frozenset({"words", "clip"}))
    run(editor, "layers.insert")
    qtbot.waitUntil(lambda: "Robot" in clips(editor))
    order = list(clips(editor))
    assert order.index("Car") < order.index("Words") < order.index("Robot shadow")


def test_a_title_sticks_to_the_scene_at_the_playhead_and_lets_go_again(
    panel: LayersPanel, editor: Editor, qtbot: QtBot
) -> None:
    title = Clip("words", "Words", Title("Words"), 5 * FRAME)
    editor.document.edit_sequence("Add", edits.overwrite, 0, {"V2": title})
    stick = panel.layer_buttons["layers.stick"]
    take(editor, "Words")
    qtbot.waitUntil(lambda: not stick.isEnabled())  # there is no scene yet
    assert stick.toolTip().startswith("Select a title or picture over a clip that was split")
    take(editor, "Street")
    split(editor, qtbot)
    assert not stick.isEnabled()  # the scene does not stick to itself
    take(editor, "Words")
    editor.state.set("playhead", 3 * FRAME)
    qtbot.waitUntil(stick.isEnabled)
    stick.click()
    assert clips(editor)["Words"].pin == Pin("media", 3)
    qtbot.waitUntil(stick.isChecked)
    stick.click()
    assert clips(editor)["Words"].pin is None
    assert [editor.document.undo_stack.text(n) for n in (2, 3)] == [
        "Stick to the scene",
        "Stick to the frame",
    ]
    editor.state.set("playhead", 100 * FRAME)
    stick.click()
    assert "no scene at the playhead" in editor.notify.waiting[-1].message
    qtbot.waitUntil(lambda: not stick.isChecked())
    take(editor, "Robot")
    qtbot.waitUntil(lambda: not stick.isEnabled())  # a person keeps to the scene anyway


def test_people_are_retimed_with_their_shadow(panel: LayersPanel, editor: Editor, qtbot: QtBot) -> None:
    split(editor, qtbot)
    take(editor, "Robot")
    editor.state.set("playhead", 2 * FRAME)
    run(editor, "people.freeze")
    assert frames(clips(editor)["Robot"]) == frames(clips(editor)["Robot shadow"]) == [0, 1, 2, 2, 2, 2]
    assert frames(clips(editor)["Car"]) == frames(clips(editor)["street background"]) == list(range(6))
    assert editor.document.undo_stack.undoText() == "Freeze person"
    run(editor, "people.reset")
    assert frames(clips(editor)["Robot"]) == list(range(6))
    commands.delay(editor, 0.08)
    assert frames(clips(editor)["Robot"]) == [0, 0, 0, 1, 2, 3]
    editor.document.undo_stack.undo()
    run(editor, "people.reverse")
    assert frames(clips(editor)["Robot"]) == [5, 4, 3, 2, 1, 0]
    editor.document.undo_stack.undo()
    editor.document.edit_sequence("In", edits.set_in_out, FRAME, 3 * FRAME)
    commands.repeat(editor, 2)
    assert frames(clips(editor)["Robot"]) == [0, 1, 2, 1, 2, 3]
    editor.document.undo_stack.undo()
    commands.slow(editor, 50.0)
    assert frames(clips(editor)["Robot shadow"]) == [0, 1, 1, 2, 2, 3]


def test_a_moment_is_aligned_with_the_marked_one(panel: LayersPanel, editor: Editor, qtbot: QtBot) -> None:
    split(editor, qtbot)
    take(editor, "Car")
    editor.state.set("playhead", 4 * FRAME)
    run(editor, "people.mark")
    assert moments_of(editor).time == 4 * FRAME
    take(editor, "Robot")
    editor.state.set("playhead", 1 * FRAME)
    qtbot.waitUntil(panel.time_buttons["people.align"].isEnabled)
    panel.time_buttons["people.align"].click()
    assert frames(clips(editor)["Robot"]) == [0, 0, 0, 0, 1, 2]


def test_the_lanes_show_each_persons_time(panel: LayersPanel, editor: Editor, qtbot: QtBot) -> None:
    split(editor, qtbot)
    qtbot.waitUntil(panel.time_part.isVisible)
    lanes = panel.lanes
    assert lanes.accessibleDescription() == "Robot, Car"
    x = lanes.x_of(3 * FRAME)
    qtbot.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(round(x) + 2, 10))
    assert editor.state.playhead == 3 * FRAME
    assert editor.state.label == ROBOT and subject_of(editor).label == ROBOT  # type: ignore[union-attr]
    take(editor, "Robot")
    editor.state.set("playhead", 0)
    run(editor, "people.freeze")
    person = lanes.person_at(10)
    assert person is not None
    qtbot.waitUntil(lambda: lanes.person_at(10).thing == clips(editor)["Robot"])  # type: ignore[union-attr]
    flat = lanes.curve(person.where, clips(editor)["Robot"].time_map, 0)
    rising = lanes.curve(person.where, Linear(0), 0)
    assert flat.first().y() == flat.last().y()
    assert rising.first().y() > rising.last().y() + 20
    qtbot.keyClick(lanes, Qt.Key.Key_Down)
    assert editor.state.label == CAR


def test_what_it_takes_is_told_and_asked_for(panel: LayersPanel, editor: Editor, project: Project) -> None:
    assert "memory" in panel.job.cost.text() and "disk" in panel.job.cost.text()
    media = project.find_media("media")
    assert work.estimate(media, 2, "good").whole > work.estimate(media, 1, "quick").whole > 0
    parameters, inputs = work.question(None, Path("/data"), media, [ROBOT], "good")
    assert parameters["names"] == {"1": "Robot", "2": "Car"} and parameters["order"] == [CAR, ROBOT]
    assert parameters["max_seconds"] == 0  # a busy computer makes no worse layers
    assert work.question(None, Path("/data"), media, [ROBOT], "quick")[0]["max_seconds"] > 0
    assert "shared" not in parameters  # one object that is not chosen has a layer all the same
    ball = replace(media, objects=(*media.objects, replace(media.objects[0], label=3, name="Ball")))
    parameters, _ = work.question(None, Path("/data"), ball, [ROBOT], "good")
    assert parameters["shared"] == [CAR, 3] and parameters["names"] == {"1": "Robot", "2": "Others"}
    assert (parameters["first"], parameters["last"]) == (0, 5)
    assert inputs == {"clip": media.info.fingerprint, "masks": media.track.key}  # type: ignore[union-attr]
    with pytest.raises(EditError, match="no object is chosen"):
        work.question(None, Path("/data"), media, [], "good")
    with pytest.raises(EditError, match="not tracked"):
        work.question(None, Path("/data"), replace(media, track=None), [ROBOT], "good")


def test_without_a_track_it_says_what_to_do(
    panel: LayersPanel, editor: Editor, project: Project, qtbot: QtBot
) -> None:
    bare = replace(project.find_media("media"), track=None, layers=None)
    editor.document.edit("Bare", lambda project: project.with_media(bare))
    qtbot.waitUntil(lambda: "track them first" in panel.job.cost.text())
    assert not panel.job.start.isEnabled() and not panel.layers_part.isVisible()


def test_a_stopped_job_leaves_what_it_had(truth: Truth, tmp_path: Path) -> None:
    partial = tmp_path / f"{'a' * 32}.partial"
    write_result(partial, truth)
    write_manifest(partial, Manifest("layers", 1, {}, {}))
    (partial / "plate.png").write_bytes(b"first")
    kept = keep_stopped(partial)
    assert kept is not None and (kept / MANIFEST).is_file() and (kept / "recon.mkv").exists() is False
    assert layer_set(kept).objects == layer_set(partial).objects
    assert keep_stopped(partial) == kept
    (partial / "plate.png").write_bytes(b"second")  # as the job does when it goes on
    assert (kept / "plate.png").read_bytes() == b"first"
    (partial / "object_01.mkv").unlink()
    with pytest.raises(EditError, match="not whole"):
        layer_set(partial)
    assert keep_stopped(tmp_path / "none.partial") is None


def test_a_result_becomes_the_medias_layers(
    panel: LayersPanel, editor: Editor, project: Project, truth: Truth, tmp_path: Path, qtbot: QtBot
) -> None:
    bare = replace(project.find_media("media"), layers=None)
    editor.document.edit("Bare", lambda project: project.with_media(bare))
    write_result(tmp_path / "data" / "results" / ("b" * 32), truth)
    record = work.JobRecord(
        work_order(tmp_path), editor.jobs._jobs["proxy"], folder=tmp_path / "data" / "results" / ("b" * 32)
    )
    work.take_result(editor, record)
    qtbot.waitUntil(lambda: editor.document.project.find_media("media").layers is not None)
    assert editor.document.undo_stack.undoText() == "Layers of street.mkv"
    assert editor.document.project.find_media("media").layers.key == "b" * 32  # type: ignore[union-attr]


def work_order(folder: Path) -> object:
    from app.jobs.records import Order

    return Order("layers", "Layers", str(folder / "data" / "results"), {}, {}, {"media": "media"})


def test_the_quality_is_plotted(panel: LayersPanel, qtbot: QtBot) -> None:
    assert not panel.job.isVisible()  # folded, for there are layers
    panel.fold.click()
    qtbot.waitUntil(panel.job.plot.isVisible)
    assert "33.5 dB after 6 s" in panel.job.plot.accessibleDescription()
    qtbot.waitUntil(lambda: panel.job.plot._curve is not None)
    assert list(panel.job.plot._curve.getData()[1]) == [28.0, 33.5]


def test_layers_made_anew_are_split_from_the_new_result(project: Project) -> None:
    media = project.find_media("media")
    assert media.layers is not None and media.layers.key == KEY
    again = layers.with_layers(project, "media", replace(media.layers, key="c" * 32))
    assert layers.film_of(again, again.find_media("media"), "plate") is None


def test_the_preview_follows_its_file(
    panel: LayersPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    preview, path = Preview(editor), tmp_path / "preview.png"
    qtbot.addWidget(preview)
    preview.resize(200, 150)
    for side in (40, 60):
        image = QImage(side, 20, QImage.Format.Format_RGB888)
        image.fill(0)
        assert image.save(str(path))
        os.utime(path, ns=(side, side))
        preview.show_file(str(path))
        qtbot.waitUntil(lambda side=side: preview.pixmap().width() == side)
    preview.show_file(str(tmp_path / "gone.png"))
    preview.show_file("")
    assert not preview.isVisible()


def test_a_job_stopped_before_its_first_layers_says_so(
    panel: LayersPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    record = work.JobRecord(work_order(tmp_path), CATALOG["layers"], state="cancelled")  # type: ignore[arg-type]
    editor.notify.connect_window()
    with qtbot.waitSignal(editor.notify.posted) as told:
        watch_of(editor)._finished(record)
    assert "no layers yet" in told.args[0].message
