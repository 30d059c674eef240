"""The atlas panel and the atlas view in the whole window: every control does what it says, undoable."""

from __future__ import annotations

import inspect
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QPlainTextEdit, QSlider, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.atlas import unrolling
from app.atlas.form import EditForm
from app.atlas.handles import dragged
from app.jobs.records import JobRecord, Order
from app.panels.atlas import AtlasPanel
from app.panels.fit_box import FitBox, load_preview, read_quality
from app.panels.placing import Placement
from app.panels.viewer import ViewerPanel
from app.window.main_window import MainWindow
from core.catalog import JOBS, Job, load_work
from core.errors import EditError
from core.files import write_atomic
from core.job import Progress, read_manifest
from core.media.atlas_files import INDEX, read_index
from core.project.atlas_edits import edits_of, new_edit
from core.project.atlas_kinds import EDIT_KINDS, AtlasEdit
from core.project.project import Media, TrackedRange
from tests import unrolled
from tests.unrolled import MARGIN


@pytest.fixture
def panel(window: MainWindow, tmp_path: Path, qtbot: QtBot, request: pytest.FixtureRequest) -> AtlasPanel:
    """In the atlas view of the unrolled clip; with the parameter True its object has pages."""
    window.make_workspace()
    unrolled.open_unrolled(window.editor, tmp_path, pages=getattr(request, "param", False))
    viewer = window.editor.panel(ViewerPanel)
    viewer.show_atlas()
    qtbot.waitUntil(
        lambda: viewer.atlas.pane.canvas.picture is not None and viewer.canvas.picture is not None
    )
    return window.editor.panel(AtlasPanel)


def media(window: MainWindow) -> Media:
    return window.editor.document.project.find_media("media")


def names(window: MainWindow, label: int = 1) -> list[str]:
    return [edit.name for edit in edits_of(media(window), label)]


def test_the_panel_comes_forward_with_the_view_and_goes_back_with_it(
    panel: AtlasPanel, window: MainWindow
) -> None:
    tabs = window.make_workspace().inspector
    assert (
        tabs.tabText(tabs.currentIndex()) == "Atlas" and panel.body.isVisible() and not panel.open.isVisible()
    )
    viewer = window.editor.panel(ViewerPanel)
    assert viewer.atlas.pane.isVisible() and viewer.atlas.tools.isVisible() and not viewer.tools.isVisible()
    window.commands.run("atlas.view")
    assert window.editor.state.view == "sequence" and tabs.tabText(tabs.currentIndex()) == "Clip"
    assert (
        not viewer.atlas.pane.isVisible()
        and panel.open.isVisibleTo(panel)
        and not panel.body.isVisibleTo(panel)
    )
    assert window.editor.state.tool == "select"


def test_every_control_is_named_and_has_a_tip(panel: AtlasPanel, window: MainWindow) -> None:
    panel.session.add("text")
    viewer = window.editor.panel(ViewerPanel)
    places: list[QWidget] = [panel, viewer.atlas.tools, viewer.atlas.options, viewer.atlas.pane]
    kinds = (QAbstractButton, QComboBox, QSlider, QPlainTextEdit)
    found = [one for place in places for kind in kinds for one in place.findChildren(kind)]
    assert len(found) > 25
    mute = [one for one in found if not (one.accessibleName() or getattr(one, "text", str)())]
    assert not [one for one in mute if not isinstance(one.parent(), QSpinBox)]
    tipless = [one for one in found if one.isVisible() and not one.toolTip()]
    assert not [one.accessibleName() for one in tipless if "qt_" not in one.objectName()]


def test_edits_are_added_switched_renamed_copied_moved_deleted(panel: AtlasPanel, window: MainWindow) -> None:
    for kind in ("blur", "colour"):
        window.commands.run(f"atlas.add_{kind}")
    assert names(window) == ["Blur", "Colour"] and panel.list.item(0).text() == "Colour"
    window.commands.run("atlas.down")
    assert names(window) == ["Colour", "Blur"] and panel.list.chosen() == edits_of(media(window), 1)[0].id
    panel.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert [edit.enabled for edit in edits_of(media(window), 1)] == [True, False]
    window.commands.run("atlas.switch")
    assert not edits_of(media(window), 1)[0].enabled
    panel.list.item(0).setText("Soft")
    panel.list.item(1).setText("  ")
    assert names(window) == ["Colour", "Soft"] and panel.list.item(1).text() == "Colour"
    window.commands.run("atlas.copy")
    assert names(window) == ["Colour", "Colour", "Soft"]
    window.commands.run("atlas.delete")
    assert names(window) == ["Colour", "Soft"]
    enabled = [find_action(f"atlas.{way}").enabled(window.editor) for way in ("up", "down")]
    assert enabled == [panel.up.isEnabled(), panel.down.isEnabled()] == [False, True]
    window.commands.run("atlas.down")
    steps = window.editor.document.undo_stack.count()
    for _ in range(steps):
        window.editor.document.undo_stack.undo()
    assert names(window) == [] and panel.list.count() == 0 and not panel.form.isVisible()


def test_the_form_has_the_values_of_every_kind(qtbot: QtBot) -> None:
    form = EditForm(lambda fold, fields: None)
    qtbot.addWidget(form)
    for kind in EDIT_KINDS.values():
        form.show_edit(new_edit(kind.kind, 1, file=f"{'0' * 32}.png" if kind.file else ""))
        assert set(form.numbers) == {one.name for one in kind.numbers}
        assert set(form.texts) == {name for name, _, _ in kind.texts}


def test_values_go_into_the_document_and_a_drag_is_one_step(
    panel: AtlasPanel, window: MainWindow, qtbot: QtBot
) -> None:
    panel.session.add("text")
    (edit,) = media(window).atlas_edits
    stack = window.editor.document.undo_stack
    count = stack.count()
    for value in (0.9, 0.6, 0.5):
        panel.form.opacity.changed.emit(value, "fold")
    assert media(window).atlas_edits[0].opacity == 0.5 and stack.count() == count + 1
    panel.form.blend.setCurrentIndex(panel.form.blend.findData("screen"))
    panel.form.blend.activated.emit(panel.form.blend.currentIndex())
    panel.form.lit.click()
    panel.form.numbers["size"].changed.emit(33.0, "other")
    text = panel.form.texts["text"]
    assert isinstance(text, QPlainTextEdit)
    text.setPlainText("Grüße\nzwei")
    qtbot.waitUntil(lambda: media(window).atlas_edits[0].texts.get("text") == "Grüße\nzwei")
    now = media(window).atlas_edits[0]
    assert (now.blend, now.lit, now.numbers["size"], now.id) == ("screen", False, 33.0, edit.id)
    stack.undo()
    assert text.toPlainText() == "Text"


def test_the_background_has_a_stack_of_its_own(panel: AtlasPanel, window: MainWindow, qtbot: QtBot) -> None:
    panel.session.add("blur")
    panel.objects.setCurrentIndex(panel.objects.findText("Background"))
    panel.objects.activated.emit(panel.objects.currentIndex())
    assert panel.session.label == 0 and panel.list.count() == 0
    window.commands.run("atlas.add_posterise")
    assert names(window, 0) == ["Posterise"] and names(window, 1) == ["Blur"]
    canvas = window.editor.panel(ViewerPanel).atlas.pane.canvas
    qtbot.waitUntil(
        lambda: canvas.picture is not None and canvas.picture.raster == (unrolled.WIDTH, unrolled.HEIGHT)
    )
    window.commands.run("mask.object_1")
    assert panel.session.label == 1 and panel.list.count() == 1 and panel.objects.currentText() == "Card"
    window.commands.run("atlas.background")
    panel.objects.setCurrentIndex(0)
    panel.objects.activated.emit(0)
    assert panel.session.label == 1 and panel.list.count() == 1


def send(
    canvas: QWidget, kind: QMouseEvent.Type, at: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    held = Qt.MouseButton.NoButton if kind == QMouseEvent.Type.MouseButtonRelease else button
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    {
        QMouseEvent.Type.MouseButtonPress: canvas.mousePressEvent,
        QMouseEvent.Type.MouseMove: canvas.mouseMoveEvent,
        QMouseEvent.Type.MouseButtonRelease: canvas.mouseReleaseEvent,
    }[kind](event)


def drag(canvas: QWidget, points: list[tuple[float, float]]) -> None:
    """With the left button, points of the picture."""
    places = [QPointF(*canvas.view.to_widget(*point)) for point in points]  # type: ignore[attr-defined]
    send(canvas, QMouseEvent.Type.MouseButtonPress, places[0])
    for place in places[1:]:
        send(canvas, QMouseEvent.Type.MouseMove, place)
    send(canvas, QMouseEvent.Type.MouseButtonRelease, places[-1])


def test_the_mouse_paints_on_either_side(panel: AtlasPanel, window: MainWindow, qtbot: QtBot) -> None:
    viewer, state = window.editor.panel(ViewerPanel), window.editor.state
    assert state.tool == "brush"
    window.commands.run("mask.larger")
    state.set("brush", 5)
    drag(viewer.atlas.pane.canvas, [(MARGIN + 8, MARGIN + 8), (MARGIN + 20, MARGIN + 8)])
    qtbot.waitUntil(lambda: len(media(window).atlas_edits) == 1)
    x, y = unrolled.corner(0)
    drag(viewer.canvas, [(x + 10, y + 18), (x + 24, y + 18)])
    count = window.editor.document.undo_stack.count()
    qtbot.waitUntil(lambda: window.editor.document.undo_stack.count() == count + 1 or not panel.session.busy)
    qtbot.waitUntil(lambda: window.editor.document.undo_stack.count() == 2)
    canvas = viewer.canvas
    qtbot.waitUntil(
        lambda: canvas.picture is not None and canvas.picture.show.project is window.editor.document.project
    )
    assert canvas.picture is not None
    shown = canvas.picture.pixels[..., 2::-1]
    plain = unrolled.picture(0)
    assert (shown[y + 8, x + 10 : x + 20] != plain[y + 8, x + 10 : x + 20]).any(-1).all()
    assert (shown[y + 18, x + 12 : x + 22] != plain[y + 18, x + 12 : x + 22]).any(-1).all()
    assert np.array_equal(shown[~unrolled.inside(0)], plain[~unrolled.inside(0)])
    qtbot.waitUntil(lambda: panel.session.live is None)
    qtbot.keyClick(viewer.canvas, Qt.Key.Key_Escape)


def test_a_picture_is_moved_with_the_mouse_as_one_step(
    panel: AtlasPanel, window: MainWindow, qtbot: QtBot
) -> None:
    panel.session.add("text", numbers={"x": 20.0, "y": 16.0, "size": 10.0}, texts={"text": "HHH"})
    window.editor.state.set("tool", "select")
    canvas = window.editor.panel(ViewerPanel).atlas.pane.canvas
    canvas.repaint()
    canvas.grab()
    count = window.editor.document.undo_stack.count()
    drag(canvas, [(20, 16), (22, 16), (26, 19)])
    (edit,) = media(window).atlas_edits
    assert edit.numbers["x"] == pytest.approx(26, abs=0.2) and edit.numbers["y"] == pytest.approx(19, abs=0.2)
    assert window.editor.document.undo_stack.count() == count + 1


@pytest.mark.parametrize("panel", [True], indirect=True)
def test_text_and_pictures_are_moved_on_a_page(
    panel: AtlasPanel, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    view, stamp = window.editor.panel(ViewerPanel).atlas, tmp_path / "stamp.png"
    assert cv2.imwrite(str(stamp), np.full((8, 8, 4), 255, np.uint8))
    view.pane.page.setCurrentIndex(2)
    view.pane.page.activated.emit(2)
    qtbot.waitUntil(lambda: panel.session.page == 2)
    window.commands.run("atlas.add_text")
    view.stamp(stamp, (30.0, 20.0), 2)
    qtbot.waitUntil(lambda: len(media(window).atlas_edits) == 2)
    text, picture = media(window).atlas_edits
    assert text.page == 2 == picture.page
    for edit in (picture, text):
        panel.session.set_edit(edit.id)
        canvas = view.pane.canvas
        canvas.repaint()
        canvas.grab()
        x, y = edit.numbers["x"], edit.numbers["y"]
        drag(canvas, [(x, y), (x + 4, y), (x + 6, y + 3)])
        (moved,) = (one for one in media(window).atlas_edits if one.id == edit.id)
        assert moved.numbers["x"] == pytest.approx(x + 6, abs=0.2)
        assert moved.numbers["y"] == pytest.approx(y + 3, abs=0.2)
    view.pane.page.setCurrentIndex(0)
    view.pane.page.activated.emit(0)
    qtbot.waitUntil(lambda: panel.session.page == 0)
    assert view.pane.handles.placed() is None
    panel.session.add("text", numbers={"x": 20.0, "y": 16.0, "size": 10.0}, texts={"text": "HHH"})
    whole = panel.session.edit_id
    panel.session.set_edit(text.id)
    qtbot.waitUntil(lambda: panel.session.page == 2)
    panel.session.set_edit(whole)  # where it can be moved
    qtbot.waitUntil(lambda: panel.session.page == 0 and view.pane.handles.placed() is not None)


def test_a_drag_scales_and_turns_about_the_middle() -> None:
    edit = AtlasEdit("e", 1, "stamp", numbers={"x": 10.0, "y": 10.0, "scale": 2.0, "rotation": 10.0})
    at = Placement(10, 10, 8, 8, 10)
    assert dragged("scale", edit, at, (14, 10), (22, 10), False) == {"scale": 6.0}
    assert dragged("rotate", edit, at, (14, 10), (10, 14), False) == {"rotation": 100.0}
    assert dragged("rotate", edit, at, (14, 10), (10, 14), True) == {"rotation": 105.0}
    assert dragged("move", edit, at, (0, 0), (5, 2), True) == {"x": 15.0, "y": 10.0}


def test_without_an_atlas_the_panel_says_what_to_do(
    panel: AtlasPanel, window: MainWindow, qtbot: QtBot
) -> None:
    from core.project.atlas_edits import with_atlas

    window.editor.document.edit("None", with_atlas, "media", "")
    assert not panel.body.isVisible() and panel.fit.begin.text() == "Unroll the objects"
    assert "Track the objects first" in panel.fit.about.text()
    assert not panel.fit.begin.isEnabled() and not find_action("atlas.make").enabled(window.editor)
    canvas = window.editor.panel(ViewerPanel).atlas.pane.canvas
    assert "Unroll the objects" in canvas.message and canvas.picture is None


def test_a_running_job_is_followed(
    panel: AtlasPanel, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    fit: FitBox = panel.fit
    qtbot.waitUntil(lambda: fit.points == ((0.5, 28.0), (1.0, 31.5), (2.0, 33.25)))
    assert fit.begin.text() == "Refine further" and fit.begin.isVisible() and not fit.stop.isVisible()
    order = Order("atlas", "Unroll", str(tmp_path), {}, {}, {"media": "media"})
    record = JobRecord(order, Job("atlas", "Unroll", "", "x:y", 1), state="running")
    jobs = window.editor.jobs
    jobs.records.append(record)
    for second, quality in ((1.0, 25.0), (2.0, 27.5), (2.0, 99.0)):
        record.progress = Progress(second, 10, "Page 1", fields={"psnr": quality, "seconds": second})
        jobs.changed.emit(record)
    assert fit.points == ((1.0, 25.0), (2.0, 27.5)) and fit.about.text() == "Page 1"
    assert fit.stop.isVisible() and fit.pause.text() == "Pause" and not fit.begin.isVisible()
    record.state = "paused"
    jobs.changed.emit(record)
    assert fit.pause.text() == "Go on"
    record.state = "done"
    jobs.finished.emit(record)
    assert fit.begin.isVisible() and not fit.progress.isVisible()
    jobs.records.remove(record)


def test_damaged_reports_and_pictures_show_nothing(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{"psnr_over_time": [[1, 20], [2, "x"]]}')
    assert read_quality(tmp_path) == () and read_quality(tmp_path / "gone") == ()
    assert load_preview(str(tmp_path / "gone.png")).isNull()
    picture = QImage(2000, 1000, QImage.Format.Format_RGB32)
    picture.fill(0)
    picture.save(str(tmp_path / "p.png"))
    assert load_preview(str(tmp_path / "p.png")).width() == 240


def test_more_rounds_go_on_from_what_was_worked_out(tmp_path: Path) -> None:
    known = tmp_path / "known"
    (known / "work").mkdir(parents=True)
    (known / "work" / "state.json").write_text("{}")
    parameters, inputs = {"rounds": 12}, {"clip": "print"}
    unrolling.seed(tmp_path, parameters, inputs, known)
    (folder,) = tmp_path.glob("*.partial")
    assert (folder / "work" / "state.json").is_file()
    manifest = read_manifest(folder)
    assert manifest is not None and manifest.parameters == parameters and not manifest.complete
    (folder / "work" / "state.json").write_text("further")
    unrolling.seed(tmp_path, parameters, inputs, known)  # it has gone on by itself since
    assert (folder / "work" / "state.json").read_text() == "further"
    unrolling.seed(tmp_path, {"rounds": 16}, inputs, None)
    assert len(list(tmp_path.glob("*.partial"))) == 1


def test_a_new_result_is_one_step_and_keeps_what_is_painted(
    panel: AtlasPanel, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.session.add("text", numbers={"x": 10.0, "y": 12.0})
    document = window.editor.document
    assert document.data is not None
    folder = unrolled.write_result(document.data / "results" / ("d" * 32))
    index = read_index(folder)
    ground, card = index.objects
    moved = replace(card, origin=(card.origin[0] - 3, card.origin[1] + 1))
    write_atomic(folder / INDEX, msgspec.json.encode(replace(index, objects=(ground, moved))))
    count = document.undo_stack.count()
    unrolling.attach(window.editor, "media", folder)
    qtbot.waitUntil(lambda: media(window).atlas == folder.name)
    assert document.undo_stack.count() == count + 1
    (edit,) = media(window).atlas_edits
    assert (edit.numbers["x"], edit.numbers["y"]) == (13.0, 11.0)
    document.undo_stack.undo()
    assert media(window).atlas == unrolled.KEY and media(window).atlas_edits[0].numbers == {
        "x": 10.0,
        "y": 12.0,
    }


def test_unrolling_asks_for_what_was_tracked(panel: AtlasPanel, window: MainWindow, qtbot: QtBot) -> None:
    with pytest.raises(EditError, match="not tracked yet"):
        unrolling.start(window.editor)
    track = TrackedRange("e" * 32, 2, 9)
    project = window.editor.document.project
    window.editor.document.edit(
        "Track", lambda known: known.with_media(replace(project.media[0], track=track))
    )
    parameters, inputs = unrolling.question(window.editor, media(window))
    assert (parameters["first"], parameters["last"]) == (2, 9) and inputs["masks"] == "e" * 32
    assert Path(parameters["masks"]).parts[-2:] == ("e" * 32, "masks")
    accepted = inspect.signature(load_work(JOBS[unrolling.JOB])).parameters
    assert set(parameters) <= set(accepted)
    words = unrolling.estimate(media(window))
    assert "8 frames" in words and "MB of memory" in words and "disk" in words
