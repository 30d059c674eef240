"""Similar moments over a small real film: found, gone to, marked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app import moments
from app.actions import moments as commands
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.panels.moments import MomentsPanel
from app.panels.viewer import ViewerPanel
from core.errors import EditError
from core.project import results
from core.project.paths import results_folder
from core.project.project import LayerFile
from core.retime.pace_files import EMBEDDING
from core.search.moments import Found
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline.model import MediaUse, Sequence
from core.timeline.time_map import Linear
from tests.app.film import FRAMES, RATE

TICK = RATE.frame_ticks
KEY = "c" * 32


@pytest.fixture
def panel(editor: Editor, viewer: ViewerPanel, qtbot: QtBot) -> Iterator[MomentsPanel]:
    made = MomentsPanel(editor)
    editor.add_panel(made)
    made.resize(360, 480)
    made.show()
    yield made
    made._pictures.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def look(editor: Editor) -> None:
    """Moments every tenth frame: those of frames 0 and 40 are alike, the others differ."""
    assert editor.document.data is not None
    folder = results_folder(editor.document.data) / KEY
    folder.mkdir(parents=True)
    frames = np.arange(0, FRAMES, 10)
    motion = np.eye(5, dtype=np.float16)
    motion[4] = motion[0]
    np.savez(
        folder / EMBEDDING,
        seconds=frames / 25,
        frames=frames,
        motion=motion,
        look=np.ones((5, 3), np.float16),
    )
    editor.document.edit("looked at", results.attached, "media", speediness=KEY)


def test_the_most_alike_comes_first_and_is_gone_to(panel: MomentsPanel, editor: Editor, qtbot: QtBot) -> None:
    look(editor)
    assert "1 of 1" in panel.hint.text()
    trigger(editor, find_action("moments.find"))
    qtbot.waitUntil(lambda: panel.list.count() > 0)
    first = panel.list.item(0)
    assert "1.6 s" in first.text()
    assert "100 %" in first.text()
    panel.list.itemActivated.emit(first)
    assert editor.state.view == "sequence"
    assert editor.state.playhead == 40 * TICK
    qtbot.waitUntil(lambda: first.data(0x101) is True)  # its picture came


def test_in_and_out_around_a_moment(panel: MomentsPanel, editor: Editor, qtbot: QtBot) -> None:
    look(editor)
    with pytest.raises(EditError):
        commands.mark(editor)
    panel.find_like()
    qtbot.waitUntil(lambda: panel.list.count() > 0)
    panel.list.setCurrentRow(0)
    panel.mark_button.click()
    sequence = editor.document.sequence
    assert sequence is not None
    assert (sequence.in_point, sequence.out_point) == (15 * TICK, FRAMES * TICK)
    editor.document.undo_stack.undo()
    assert editor.document.sequence.in_point is None  # type: ignore[union-attr]


def test_clips_that_were_not_looked_at_are_looked_at_first(
    panel: MomentsPanel, editor: Editor, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("app.moments.start", lambda editor, media: asked.append(media.id))
    assert "0 of 1" in panel.hint.text()
    panel.find_like()
    assert asked == ["media"]
    assert panel.list.count() == 0
    look(editor)  # the job is through: what was asked for comes by itself
    qtbot.waitUntil(lambda: panel.list.count() > 0)


def test_a_layer_shows_a_moment_of_the_clip_it_was_taken_from(panel: MomentsPanel, editor: Editor) -> None:
    project = editor.document.project
    whole, film = project.find_media("media"), project.sequence
    assert film is not None
    layer = replace(whole, id="layer", layer=LayerFile(KEY, "plate.mkv", "media", "plate", first=3))
    editor.document.edit("split", lambda known: known.with_media(layer))
    editor.document.edit_sequence("its clip", lambda known: _shows(known, "layer"))
    editor.state.set("playhead", 5 * TICK)
    assert moments.moment_in_view(editor) == moments.Moment(whole, 8 * TICK)
    assert moments.searchable(editor.document.project) == [whole]


def _shows(film: Sequence, media_id: str) -> Sequence:
    track = film.tracks[0]
    clip = replace(track.items[0], content=MediaUse(media_id, TimeRange(0, FRAMES * TICK)))
    return replace(film, tracks=(replace(track, items=(clip,)),))


def test_a_moment_outside_the_film_is_shown_in_its_media(editor: Editor, viewer: ViewerPanel) -> None:
    found = Found("media", 30, 1.2, 0.9)
    editor.document.edit("take it out", lambda project: replace(project, sequences=(), active=""))
    moments.go_to(editor, found)
    assert (editor.state.view, editor.state.media, editor.state.media_frame) == ("media", "media", 30)
    with pytest.raises(EditError):
        moments.mark(editor, found)
    assert moments.moment_in_view(editor).time == 30 * TICK
    editor.state.set("view", "sequence")
    with pytest.raises(EditError):
        moments.moment_in_view(editor)


@pytest.mark.parametrize(
    ("time_map", "at"),
    [(Linear(0), 30), (Linear(0, 2), 15), (Linear(FRAMES * TICK - 1, -1), 19), (Linear(40 * TICK), None)],
)
def test_moments_are_found_in_retimed_clips(
    editor: Editor, viewer: ViewerPanel, time_map: Linear, at: int | None
) -> None:
    sequence = editor.document.sequence
    assert sequence is not None
    track, _, clip = next(iter(sequence.clips()))
    length = 25 * TICK if time_map.num == 2 else 10 * TICK if at is None else clip.duration
    clip = replace(clip, time_map=time_map, duration=length)
    changed = replace(sequence, tracks=(replace(track, items=(clip,)),))
    found = moments.in_film(changed, Found("media", 30, 30 * TICK / TICKS_PER_SECOND, 1.0))
    assert (found if found is None else RATE.frame_at(found)) == at


def test_words_name_the_media() -> None:
    assert moments.words(None, Found("gone", 0, 1.25, 0.5)) == "  1.2 s  50 %"
