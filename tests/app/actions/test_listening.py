"""Commands that listen, on a real file: a tone that sounds for the first of every three seconds."""

from __future__ import annotations

import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.actions import listening
from app.actions.registry import find_action
from app.editor import Editor
from app.playing.clock import WallClock
from app.playing.playback import Player
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.media.probe import probe
from core.project.project import Media, new_project
from core.render.listening import without_pauses
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline import edits
from core.timeline.model import Clip, Keys, MediaUse, Sequence, Solid, Track

SECONDS = 9


@pytest.fixture
def desk(editor: Editor, tmp_path: Path) -> Iterator[Editor]:
    """Tones on A1 and A2, black above them; the second sounds as the first does."""
    path = tmp_path / "tone.wav"
    times = np.arange(SECONDS * 48000) / 48000
    samples = 0.1 * np.sin(2 * np.pi * 997 * times) * (times % 3 < 1)
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 48000, 0, "NONE", ""))
        file.writeframes(np.repeat(np.rint(samples * 32767), 2).astype("<i2").tobytes())
    info = probe(path)
    sound = Clip("tone", "Tone", MediaUse("m", info.available), SECONDS * TICKS_PER_SECOND)
    tracks = (
        Track("b", "audio", "A2", (replace(sound, id="other", name="Other"),)),
        Track("a", "audio", "A1", (sound,)),
        Track("v", "video", "V1", (Clip("black", "Black", Solid(), sound.duration),)),
    )
    film = Sequence("film", "Film", 64, 48, FrameRate(25), tracks=tracks)
    editor.player = Player(editor, clock=WallClock())
    editor.document.reset(
        new_project().with_media(Media("m", "Tone", str(path), info)).with_sequence(film), None, None
    )
    yield editor
    editor.player.close()


def select(editor: Editor, *clips: str) -> None:
    editor.state.set("selection", frozenset(clips))


def clip_of(editor: Editor, clip_id: str) -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find(clip_id)[2]


def heard(editor: Editor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)


def test_the_volume_of_selected_sound_is_set(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "black")
    with pytest.raises(EditError, match="no sound"):
        listening.match(desk, -16.0)
    select(desk, "tone")
    listening.match(desk, -16.0)
    heard(desk, qtbot)
    assert clip_of(desk, "tone").gain == pytest.approx(5, abs=1)  # -20 dB for a third of the time
    assert clip_of(desk, "other").gain == 0


def test_pauses_are_cut_out_in_one_undo_step(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "tone", "other")
    with pytest.raises(EditError, match="more than one sound"):
        listening.cut_pauses(desk, 0.7)
    select(desk, "tone")
    listening.cut_pauses(desk, 0.7)
    heard(desk, qtbot)
    assert desk.document.sequence is not None
    assert len([clip for clip in desk.document.sequence.track("a").items if isinstance(clip, Clip)]) == 3
    desk.document.undo_stack.undo()
    assert clip_of(desk, "tone").duration == SECONDS * TICKS_PER_SECOND


def test_music_is_lowered_where_another_sound_is_heard(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "other")
    listening.duck(desk, -9.0)
    heard(desk, qtbot)
    gain = clip_of(desk, "other").gain
    assert isinstance(gain, Keys)
    assert gain.at(TICKS_PER_SECOND // 2) == -9 and gain.at(2 * TICKS_PER_SECOND) == 0


def test_one_clip_alone_has_nothing_to_be_aligned_with(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "tone")
    with pytest.raises(EditError, match="nothing to be aligned"):
        find_action("listening.align").run(desk)


def test_what_was_heard_is_not_used_on_a_clip_that_was_moved_meanwhile(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "tone")
    listening.cut_pauses(desk, 0.7)
    desk.document.edit_sequence("Move", edits.put_beside, "tone", TICKS_PER_SECOND)
    heard(desk, qtbot)
    assert clip_of(desk, "tone").duration == SECONDS * TICKS_PER_SECOND
    assert "changed there meanwhile" in desk.notify.waiting[-1].message


def test_music_is_not_lowered_by_a_voice_that_was_taken_away_meanwhile(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "other")
    listening.duck(desk, -9.0)
    desk.document.edit_sequence("Delete", edits.lift, ["tone"])
    heard(desk, qtbot)
    assert clip_of(desk, "other").gain == 0
    assert "changed there meanwhile" in desk.notify.waiting[-1].message


def test_a_clip_that_is_gone_meanwhile_is_told_and_other_edits_do_not_matter(
    desk: Editor, qtbot: QtBot
) -> None:
    select(desk, "tone")
    listening.cut_pauses(desk, 0.7)
    desk.document.edit_sequence("Volume", edits.set_clip, "other", gain=-3.0)
    heard(desk, qtbot)
    assert desk.document.undo_stack.undoText() == "Cut out pauses"
    desk.document.undo_stack.undo()
    listening.cut_pauses(desk, 0.7)
    desk.document.edit_sequence("Delete", edits.lift, ["tone"])
    heard(desk, qtbot)
    assert "changed there meanwhile" in desk.notify.waiting[-1].message


def test_another_project_is_not_changed_by_what_was_heard_before(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "tone")
    listening.match(desk, -16.0)
    desk.document.reset(new_project(), None, None)
    heard(desk, qtbot)
    assert desk.document.undo_stack.count() == 0
    assert "another film" in desk.notify.waiting[-1].message


def test_a_title_among_recordings_stays_where_it_is(desk: Editor, qtbot: QtBot) -> None:
    select(desk, "tone", "black")
    find_action("listening.align").run(desk)
    heard(desk, qtbot)
    assert "nothing that both have heard" in desk.notify.waiting[-1].message


def test_the_film_is_cut_beside_the_window(
    desk: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour of talk has a thousand pauses, and to cut them takes over a second."""
    threads: list[str] = []

    def watched(*args: object) -> Sequence:
        threads.append(threading.current_thread().name)
        return without_pauses(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(listening, "without_pauses", watched)
    select(desk, "tone")
    listening.cut_pauses(desk, 0.7)
    heard(desk, qtbot)
    assert threads == ["long work"]
    assert desk.document.undo_stack.undoText() == "Cut out pauses"


def test_how_much_was_cut_out_is_told(desk: Editor, qtbot: QtBot) -> None:
    hints: list[str] = []
    desk.notify.hinted.connect(hints.append)
    select(desk, "tone")
    listening.cut_pauses(desk, 0.7)
    heard(desk, qtbot)
    assert hints and hints[-1].endswith(" s of pauses were cut out") and not hints[-1].startswith("0 s")
