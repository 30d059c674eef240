"""The Speed panel over a small real film: the curve, adaptive speed-up, side by side, looking into frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from pytestqt.qtbot import QtBot

from app.actions import speed as commands
from app.editor import Editor
from app.panels.speed import SpeedPanel
from app.panels.viewer import ViewerPanel
from app.speed import pace
from app.speed.adaptive import Wish, planned, ranges_of, source_part
from app.speed.looks import REST_MS
from app.speed.pace import Pace, paces_of, read_pace
from app.speed.viewer_layers import heat_image
from app.timeline.speed_lane import lane_points
from core.catalog import JOBS
from core.errors import EditError, MediaError, OutOfMemory
from core.media.made import look_path, made_folder, write_made
from core.project import results
from core.project.paths import results_folder
from core.retime.pace_files import ACTIVATION, CURVE, MOTION, write_curve
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Clip
from core.timeline.time_map import Curve, Linear
from tests.app.film import FRAMES, RATE, level

TICK = RATE.frame_ticks
KEY = "a" * 32


def pace_folder(folder: Path, frames: int = FRAMES) -> Path:
    """Fast in the middle fifth, with a map that says where: on the left."""
    folder.mkdir(parents=True)
    values = np.where(np.abs(np.arange(frames) - frames / 2) < frames / 10, 0.95, 0.05)
    write_curve(folder / CURVE, np.arange(frames, dtype=np.int64) * TICK, values)
    maps = np.zeros((5, 4, 6), np.uint8)
    maps[:, :, :3] = 255
    np.savez(folder / ACTIVATION, frames=np.linspace(0, frames - 1, 5).astype(np.int64), maps=maps)
    return folder


def clip(editor: Editor, clip_id: str = "clip") -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find(clip_id)[2]


@pytest.fixture
def panel(editor: Editor, viewer: ViewerPanel, qtbot: QtBot) -> Iterator[SpeedPanel]:
    data = editor.document.data
    assert data is not None
    pace_folder(results_folder(data) / KEY)
    editor.document.edit("Speediness", results.attached, "media", speediness=KEY)
    made = SpeedPanel(editor)
    editor.add_panel(made)
    made.resize(300, 760)
    made.show()
    qtbot.waitUntil(lambda: made.plan is not None)
    yield made
    editor.player.close()  # the planner's thread ends with it
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_what_a_job_leaves_is_read_whole_growing_and_damaged(tmp_path: Path) -> None:
    whole = read_pace(pace_folder(tmp_path / "whole"), RATE)
    assert whole.times.tolist()[:3] == [0, TICK, 2 * TICK] and whole.map_at(30) is not None
    (tmp_path / "whole" / ACTIVATION).unlink()
    growing = read_pace(tmp_path / "whole", RATE)
    assert growing.maps is None and growing.map_at(3) is None
    with pytest.raises(MediaError):
        read_pace(tmp_path / "nothing", RATE)


def test_speediness_is_told_in_clip_time(tmp_path: Path) -> None:
    known = read_pace(pace_folder(tmp_path / "whole"), RATE)
    fast = Clip("c", "", clip_content(), 25 * TICK, Linear(0, 2))
    found = known.along(fast, np.array([0, 12 * TICK, 24 * TICK]))
    np.testing.assert_allclose(found, [0.05, 0.95, 0.05], atol=0.01)
    assert np.isnan(
        known.along(Clip("c", "", clip_content(), 9 * TICK, Linear(90 * TICK)), np.array([0]))
    ).all()


def clip_content():  # type: ignore[no-untyped-def]
    from core.timeline.model import MediaUse

    return MediaUse("media", TimeRange(0, FRAMES * TICK))


def test_a_plan_is_slow_where_it_is_fast_and_keeps_what_is_protected(tmp_path: Path) -> None:
    known = read_pace(pace_folder(tmp_path / "whole"), RATE)
    whole = Clip("c", "", clip_content(), FRAMES * TICK)
    plan = planned(whole, known, Wish(2.0, smoothness=0.1))
    assert plan.rate == pytest.approx(2.0, rel=0.01) and plan.duration == pytest.approx(25 * TICK, rel=0.01)
    assert plan.curve.at(0) == 0 and plan.curve.at(plan.duration) == FRAMES * TICK
    assert plan.curve.speed_at(plan.duration // 2) < plan.curve.speed_at(TICK)
    kept = TimeRange(10 * TICK, 5 * TICK)
    safe = planned(whole, known, Wish(2.0, protected=(kept,)))
    inside = [
        t for t in range(0, safe.duration, TICK // 4) if kept.start < safe.curve.at(t) < kept.end - TICK
    ]
    assert inside and all(safe.curve.speed_at(t) == pytest.approx(1.0, abs=1e-6) for t in inside)
    assert planned(whole, known, Wish(None, 20 * TICK)).duration == pytest.approx(20 * TICK, abs=TICK // 10)
    with pytest.raises(EditError, match="not known"):
        planned(whole, Pace(known.times[:20], known.values[:20]), Wish(2.0))


def test_protected_ranges_of_marks_and_objects() -> None:
    slow = Clip("c", "", clip_content(), 100 * TICK, Linear(0, 1, 2))
    where = TimeRange(50 * TICK, 100 * TICK)
    part = source_part(slow, where, TimeRange(60 * TICK, 20 * TICK))
    assert part is not None and (part.start, part.end) == (5 * TICK, 15 * TICK)
    assert source_part(slow, where, TimeRange(0, 20 * TICK)) is None
    starts = np.arange(20, dtype=np.int64) * TICK
    present = np.array([True, True, False, True])
    assert ranges_of(present, 5, starts) == (TimeRange(5 * TICK, 2 * TICK), TimeRange(8 * TICK, TICK))


def test_the_panel_shows_the_clip_and_applies_a_plan_in_one_step(panel: SpeedPanel, editor: Editor) -> None:
    assert panel.title.text() == "Clip" and panel.form.speed.value() == 100
    assert panel.minimumSizeHint().width() <= 284, "it fits beside the viewer of a small screen"
    assert panel.plan is not None and panel.graph.plan is not None
    before = editor.document.undo_stack.count()
    panel.apply()
    assert editor.document.undo_stack.count() == before + 1
    assert isinstance(clip(editor).time_map, Curve)
    assert clip(editor).duration == pytest.approx(25 * TICK, abs=TICK)
    editor.document.undo_stack.undo()
    assert clip(editor).time_map == Linear(0)


def test_another_wish_is_another_plan(panel: SpeedPanel, qtbot: QtBot) -> None:
    first = panel.plan
    panel.adaptive.rate.setValue(4.0)
    qtbot.waitUntil(lambda: panel.plan is not None and panel.plan is not first)
    assert panel.plan is not None and panel.plan.rate == pytest.approx(4.0, rel=0.01)
    panel.adaptive.fastest.setValue(2.0)
    qtbot.waitUntil(lambda: panel.plan is None)
    assert panel.adaptive.words.text() and not panel.adaptive.put.isEnabled()


def test_an_older_analysis_is_told_with_its_cure(panel: SpeedPanel, tmp_path: Path) -> None:
    """It does not say how far things move, so nothing holds them back."""
    assert "may jump" in panel.adaptive.words.text()
    folder = pace_folder(tmp_path / "now")
    np.savez(folder / MOTION, frames=np.arange(FRAMES), motion=np.ones(FRAMES, np.float32))
    whole = Clip("c", "", clip_content(), FRAMES * TICK)
    plan = planned(whole, read_pace(folder, RATE), Wish(2.0))
    assert plan.calmed
    panel.adaptive.show_plan(plan, "")
    assert "may jump" not in panel.adaptive.words.text()


def test_even_and_adaptive_side_by_side(
    panel: SpeedPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    panel.adaptive.beside.setChecked(True)
    editor.state.set("playhead", 5 * TICK)

    def halves() -> tuple[int, int]:
        picture = viewer.canvas.picture
        assert picture is not None
        image = picture.image
        y = image.height() // 2
        return tuple(image.pixelColor(image.width() * part // 4, y).red() for part in (1, 3))  # type: ignore[return-value]

    assert panel.plan is not None
    expected = tuple(level(time_map.at(5 * TICK) // TICK) for time_map in (panel.plan.even, panel.plan.curve))
    assert expected[0] != expected[1]
    qtbot.waitUntil(lambda: halves() == expected)
    assert clip(editor).time_map == Linear(0), "nothing of it is in the document"
    panel.adaptive.beside.setChecked(False)
    qtbot.waitUntil(lambda: halves() == (level(5), level(5)))
    editor.state.set("playhead", panel.plan.duration)  # type: ignore[union-attr]
    panel.adaptive.beside.setChecked(True)
    assert editor.state.playhead == 0, "outside the plan both halves would be black"
    panel.hide()
    assert not panel.adaptive.beside.isChecked(), "it ends with the panel"


def test_the_graph_is_edited_by_hand(panel: SpeedPanel, editor: Editor, qtbot: QtBot) -> None:
    panel.graph.plan = None
    box = panel.graph.box
    assert box is not None
    at = QPoint(round(box.x_of(25 * TICK)), round(box.y_of(1.0)))
    qtbot.mouseDClick(panel.graph, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(
        lambda: panel.graph.subject is not None and isinstance(panel.graph.subject.clip.time_map, Curve)
    )
    panel.graph.plan = None  # one that came meanwhile gives the graph another scale
    box = panel.graph.box
    at = QPoint(round(box.x_of(25 * TICK)), round(box.y_of(1.0)))
    steps = editor.document.undo_stack.count()
    qtbot.mousePress(panel.graph, Qt.MouseButton.LeftButton, pos=at)
    for part in (1, 2, 3):
        qtbot.mouseMove(
            panel.graph, QPoint(at.x(), round(box.y_of(1.0) + (box.y_of(0.5) - box.y_of(1.0)) * part / 3))
        )
    qtbot.mouseRelease(panel.graph, Qt.MouseButton.LeftButton)
    assert editor.document.undo_stack.count() == steps + 1
    inner = [point for point in lane_points(clip(editor), TICK) if not point.edge]
    assert inner[0].after == 0.5 and inner[0].time == pytest.approx(25 * TICK, abs=TICK)
    panel.form.backwards.setChecked(True)
    assert panel.graph.box is not None and panel.graph.box.backwards
    panel.form.backwards.setChecked(False)
    qtbot.keyClick(panel.graph, Qt.Key.Key_Delete)
    assert all(point.edge for point in lane_points(clip(editor), TICK))


def test_looking_into_the_frames_in_between(
    panel: SpeedPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.document.edit_sequence("slow", edits.set_speed, "clip", 1, 4)
    editor.state.set("playhead", 42 * TICK)
    panel.refresh()
    panel.look.setCurrentIndex(panel.look.findData("unsure"))
    qtbot.waitUntil(lambda: viewer.canvas.picture is not None and viewer.canvas.picture.show.slow == "unsure")
    commands.blend_here(editor)
    film = editor.document.sequence
    assert film is not None
    kinds = [(where.start // TICK, one.between) for where, one in film.track("v1").clips()]
    assert kinds == [(0, "nearest"), (40, "blend"), (44, "nearest")]


def test_the_network_is_asked_where_the_playhead_rests(
    panel: SpeedPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quick preview first, then what the worker process wrote; one that fails is told and asked for once."""
    asked: list[dict[str, object]] = []

    def fake(
        job: str, root: Path, parameters: dict[str, object], inputs: object, *, control: object
    ) -> list[object]:
        assert job in JOBS
        asked.append(parameters)
        (index, t), *_ = parameters["moments"]  # type: ignore[misc]
        if index == 12:
            raise OutOfMemory("no room", "close something")
        folder = made_folder(Path(str(parameters["data"])), str(parameters["seen"]))
        write_made(look_path(folder, index, t, "motion"), np.full((64, 96, 3), (9, 200, 30), np.uint8))
        return []

    monkeypatch.setattr("app.speed.looks.drive", fake)
    editor.document.edit_sequence("slow", edits.set_speed, "clip", 1, 4)
    editor.state.set("playhead", 42 * TICK)
    panel.refresh()
    panel.look.setCurrentIndex(panel.look.findData("motion"))
    qtbot.waitUntil(lambda: "preview" in panel.looked.text() and panel.looked.isVisible())

    def centre() -> tuple[int, int, int]:
        picture = viewer.canvas.picture
        assert picture is not None
        colour = picture.image.pixelColor(picture.image.width() // 2, picture.image.height() // 2)
        return colour.red(), colour.green(), colour.blue()

    qtbot.waitUntil(lambda: centre() == (9, 200, 30))
    assert "export" in panel.looked.text() and asked[0]["moments"] == [(10, 0.5)]
    editor.state.set("playhead", 50 * TICK)
    qtbot.waitUntil(lambda: any("no room" in notice.message for notice in editor.notify.waiting))
    editor.player.refresh()
    qtbot.wait(REST_MS + 100)
    assert len(asked) == 2
    panel.look.setCurrentIndex(0)
    qtbot.waitUntil(lambda: not panel.looked.isVisible())


def test_pitch_and_in_between_from_the_form(panel: SpeedPanel, editor: Editor) -> None:
    panel.form.pitch.click()
    assert clip(editor).keep_pitch
    panel.form.between.setCurrentIndex(2)
    panel.form.between.activated.emit(2)
    assert clip(editor).between == "flow"
    panel.form.speed.setValue(50)
    assert clip(editor).time_map == Linear(0, 1, 2)


def test_where_the_pace_was_seen_is_painted(
    panel: SpeedPanel, editor: Editor, viewer: ViewerPanel, qtbot: QtBot
) -> None:
    plain = viewer.canvas.grab().toImage()
    panel.overlay.setChecked(True)
    assert paces_of(editor).overlay
    shown = viewer.canvas.grab().toImage()
    assert shown != plain
    panel.overlay.setChecked(False)
    image = heat_image(np.array([[0, 255], [0, 255]], np.uint8))
    assert image.pixelColor(0, 8).alpha() < 10 < image.pixelColor(15, 8).alpha()


def test_a_job_is_asked_for_the_media(
    panel: SpeedPanel, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(editor.jobs, "submit", lambda *given, **more: asked.append((given, more)))
    commands.analyse(editor)
    (job, title, parameters, inputs), more = asked[0]  # type: ignore[misc]
    assert job == pace.JOB and job in JOBS and "Clip" in title and parameters["clip"].endswith("clip.mkv")
    assert inputs == {"clip": editor.document.project.media[0].info.fingerprint}
    assert more["context"] == {"media": "media"}
