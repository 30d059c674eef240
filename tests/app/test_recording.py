"""A voice recorded with a microphone that the test drives by hand."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.background import Background
from app.clock import WallClock
from app.editor import Editor
from app.media_import import importer_of
from app.playback import Player
from app.recording import RATE, Microphone, VoiceRecorder, with_voice
from core.errors import EditError
from core.media.audio import open_audio
from core.project.paths import recordings_folder
from core.time import TICKS_PER_SECOND
from core.timeline.model import Clip, Gap
from tests.app.film import open_film


class HandStream:
    """Stands for PortAudio's stream; `speak` is what it hears."""

    latency = 0.01

    def __init__(self, microphone: Microphone) -> None:
        self.microphone, self.open = microphone, True

    def start(self) -> None:
        pass

    def close(self) -> None:
        self.open = False

    def speak(self, seconds: float, level: float = 0.25) -> None:
        count = round(seconds * RATE)
        for first in range(0, count, 1024):
            part = min(1024, count - first)
            self.microphone.callback(np.full((part, 1), level, np.float32), part, None, None)


@pytest.fixture
def streams(editor: Editor, tmp_path: Path) -> Iterator[list[HandStream]]:
    """The film at its start, and the streams that were opened."""
    made: list[HandStream] = []

    def hand(microphone: Microphone) -> HandStream:
        made.append(HandStream(microphone))
        return made[-1]

    editor.player = Player(editor, clock=WallClock())
    editor.background = Background(editor)
    open_film(editor, tmp_path)
    VoiceRecorder(editor, lambda path: Microphone(path, hand))
    yield made
    editor.player.close()
    editor.background.close()


def sounds(editor: Editor) -> list[Clip]:
    assert editor.document.sequence is not None
    return [clip for track, _, clip in editor.document.sequence.clips() if track.kind == "audio"]


def test_what_is_said_becomes_a_clip_where_it_was_said(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    recorder = editor.one(VoiceRecorder)
    recorder.start()
    assert recorder.recording and editor.player.playing
    streams[0].speak(0.5)
    qtbot.waitUntil(lambda: not importer_of(editor).busy and editor.player.heard is not None)
    recorder.stop()
    assert not recorder.recording and not editor.player.playing and not streams[0].open
    qtbot.waitUntil(lambda: bool(sounds(editor)))
    (clip,) = sounds(editor)
    assert editor.document.data is not None
    (file,) = recordings_folder(editor.document.data).iterdir()
    assert clip.name == file.name == "Voice 1.wav"
    assert editor.document.sequence is not None
    assert editor.document.sequence.find(clip.id)[1].start == 0
    sound = open_audio(file)
    assert sound is not None
    heard = sound.read(0, RATE // 2, RATE)
    sound.close()
    np.testing.assert_allclose(heard, 0.25, atol=1e-3)
    editor.document.undo_stack.undo()
    assert sounds(editor) == []


def test_silence_of_the_device_leaves_nothing_behind(editor: Editor, streams: list[HandStream]) -> None:
    editor.one(VoiceRecorder).start()
    editor.player.pause()  # as at the end of the film
    assert not editor.one(VoiceRecorder).recording
    assert "nothing was recorded" in editor.notify.waiting[0].message
    assert editor.document.data is not None
    assert list(recordings_folder(editor.document.data).iterdir()) == []


def test_what_was_said_before_the_film_ran_is_left_out(
    editor: Editor, streams: list[HandStream], tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "Voice.wav"
    microphone = Microphone(path, HandStream)
    HandStream(microphone).speak(1.0)
    assert microphone.close() is None
    ids: list[str] = []
    importer_of(editor).add([path], ids.extend)
    qtbot.waitUntil(lambda: bool(ids))
    once = with_voice(editor.document.project, ids[0], TICKS_PER_SECOND, TICKS_PER_SECOND // 4)
    twice = with_voice(once, ids[0], TICKS_PER_SECOND * 3 // 2, 0)
    assert twice.sequence is not None
    lanes = [track.items for track in twice.sequence.tracks if track.kind == "audio"]
    assert sorted(len(items) for items in lanes) == [2, 2], "the second goes to a track of its own"
    starts = sorted(items[0].duration for items in lanes if isinstance(items[0], Gap))
    assert starts == [TICKS_PER_SECOND, TICKS_PER_SECOND * 3 // 2]
    (clip,) = (one for _, _, one in once.sequence.clips() if one.media_id == ids[0])  # type: ignore[union-attr]
    assert clip.time_map.at(0) == TICKS_PER_SECOND // 4
    with pytest.raises(EditError, match="too short"):
        with_voice(editor.document.project, ids[0], 0, TICKS_PER_SECOND)


def test_without_a_microphone_it_is_said(editor: Editor, streams: list[HandStream], tmp_path: Path) -> None:
    def none(microphone: Microphone) -> HandStream:
        raise EditError("there is no microphone", "Connect one")

    with pytest.raises(EditError, match="no microphone"):
        Microphone(tmp_path / "a.wav", none)
    assert not (tmp_path / "a.wav").exists()


def test_the_file_is_whole_at_every_moment(tmp_path: Path) -> None:
    microphone = Microphone(tmp_path / "a.wav", HandStream)
    HandStream(microphone).speak(0.2)
    deadline = time.monotonic() + 5
    while microphone.seconds < 0.2 and time.monotonic() < deadline:
        time.sleep(0.005)
    with wave.open(str(tmp_path / "a.wav"), "rb") as file:
        assert file.getnframes() > 0
    microphone.close()
