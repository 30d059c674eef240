"""A voice recorded with a microphone that the test drives by hand."""

from __future__ import annotations

import shutil
import threading
import time
import wave
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.playing.clock import WallClock
from app.playing.playback import Player
from app.playing.recording import RATE, Microphone, VoiceRecorder, with_voice
from app.project import disk
from app.project.media_import import importer_of
from app.threads.background import Background
from core.errors import EditError, MediaError
from core.media.audio import open_audio
from core.media.probe import probe
from core.media.recording import SoundFile
from core.project import file
from core.project.paths import media_path, recordings_folder
from core.project.project import Media, new_project
from core.time import TICKS_PER_SECOND
from core.timeline.model import Clip, Gap
from tests.app.film import RATE as RATE_OF_FILM
from tests.app.film import open_film


class HandStream:
    """Stands for PortAudio's stream; `speak` is what it hears."""

    latency = 0.01

    def __init__(self, microphone: Microphone) -> None:
        self.microphone, self.open, self.active = microphone, True, True

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


def begin(editor: Editor, qtbot: QtBot) -> VoiceRecorder:
    """Recording, with the microphone open."""
    recorder = editor.one(VoiceRecorder)
    recorder.start()
    qtbot.waitUntil(lambda: editor.player.playing)
    return recorder


def sounds(editor: Editor) -> list[Clip]:
    assert editor.document.sequence is not None
    return [clip for track, _, clip in editor.document.sequence.clips() if track.kind == "audio"]


def test_what_is_said_becomes_a_clip_where_it_was_said(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    steps = editor.document.undo_stack.count()
    recorder = begin(editor, qtbot)
    assert recorder.recording
    streams[0].speak(0.5)
    qtbot.waitUntil(lambda: not importer_of(editor).busy and editor.player.heard is not None)
    recorder.stop()
    assert not recorder.recording and not editor.player.playing and not streams[0].open
    qtbot.waitUntil(lambda: bool(sounds(editor)))
    (clip,) = sounds(editor)
    assert editor.document.data is not None
    (path,) = recordings_folder(editor.document.data).iterdir()
    assert clip.name == path.name and path.name.startswith("Voice 20") and path.suffix == ".wav"
    assert editor.document.sequence is not None
    assert editor.document.sequence.find(clip.id)[1].start == 0
    sound = open_audio(path)
    assert sound is not None
    heard = sound.read(0, RATE // 2, RATE)
    sound.close()
    np.testing.assert_allclose(heard, 0.25, atol=1e-3)
    assert editor.document.undo_stack.count() == steps + 1
    editor.document.undo_stack.undo()
    assert sounds(editor) == [] and clip.media_id not in {one.id for one in editor.document.project.media}


def test_a_voice_of_a_project_without_a_file_goes_with_it_when_it_is_saved(
    editor: Editor, streams: list[HandStream], tmp_path: Path, qtbot: QtBot
) -> None:
    document, scratch = editor.document, tmp_path / "data"
    begin(editor, qtbot)
    streams[0].speak(0.5)
    editor.one(VoiceRecorder).stop()
    qtbot.waitUntil(lambda: bool(sounds(editor)))
    home = tmp_path / "films" / "Film.laminar"
    saved = disk.save(disk.SaveOrder(document.project, document.kept_values(), None, scratch, home, 0))
    document.rebase(partial(file.rebased, was=None, path=home), saved.path, saved.data)
    shutil.rmtree(scratch)  # as on the way out
    (clip,) = sounds(editor)
    for project in (document.project, file.load(home).project):
        media = project.find_media(clip.media_id or "")
        assert not media.missing and media_path(home, media).is_relative_to(saved.data)
        assert media_path(home, media).is_file()


def test_saved_elsewhere_while_it_records_the_voice_comes_along(
    editor: Editor, streams: list[HandStream], tmp_path: Path, qtbot: QtBot
) -> None:
    begin(editor, qtbot)
    streams[0].speak(0.5)
    home, document = tmp_path / "films" / "Film.laminar", editor.document
    saved = disk.save(disk.SaveOrder(document.project, (), None, document.data, home, 0))
    document.rebase(partial(file.rebased, was=None, path=home), saved.path, saved.data)
    editor.one(VoiceRecorder).stop()
    qtbot.waitUntil(lambda: bool(sounds(editor)))
    media = document.project.find_media(sounds(editor)[0].media_id or "")
    assert media_path(home, media).parent == recordings_folder(saved.data)


def test_closed_while_it_records_the_voice_is_in_the_project_that_was_saved(
    editor: Editor, streams: list[HandStream], tmp_path: Path, qtbot: QtBot
) -> None:
    begin(editor, qtbot)
    streams[0].speak(0.5)
    home, document = tmp_path / "films" / "Film.laminar", editor.document
    saved = disk.save(disk.SaveOrder(document.project, (), None, document.data, home, 0))
    document.rebase(partial(file.rebased, was=None, path=home), saved.path, saved.data)
    editor.player.close()
    (path,) = recordings_folder(saved.data).iterdir()
    with wave.open(str(path), "rb") as sound:
        assert sound.getnframes() == RATE // 2


def test_another_project_does_not_get_the_voice(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    data = editor.document.data
    assert data is not None
    begin(editor, qtbot)
    streams[0].speak(0.5)
    editor.document.reset(new_project(), None, data)
    qtbot.waitUntil(lambda: not editor.one(VoiceRecorder).recording)
    assert editor.document.project.media == ()
    assert len(list(recordings_folder(data).iterdir())) == 1
    assert "Another project" in editor.notify.waiting[-1].message


def test_winding_the_film_ends_the_recording(editor: Editor, streams: list[HandStream], qtbot: QtBot) -> None:
    begin(editor, qtbot)
    streams[0].speak(0.5)
    editor.player.play(2.0)
    assert not editor.one(VoiceRecorder).recording and not editor.player.playing
    qtbot.waitUntil(lambda: len(sounds(editor)) == 1)


def test_a_playhead_moved_by_hand_ends_the_recording_which_lies_where_it_was_said(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    begin(editor, qtbot)
    streams[0].speak(0.5)
    editor.state.set("playhead", RATE_OF_FILM.time_of(30))
    assert not editor.one(VoiceRecorder).recording
    qtbot.waitUntil(lambda: len(sounds(editor)) == 1)
    assert editor.document.sequence is not None
    assert editor.document.sequence.find(sounds(editor)[0].id)[1].start == 0


def test_another_film_ends_the_recording_which_stays_in_the_film_that_played(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    begin(editor, qtbot)
    streams[0].speak(0.5)
    first = editor.document.sequence
    assert first is not None
    other = replace(first, id="other", name="Other")
    editor.document.edit("New film", lambda known: replace(known.with_sequence(other), active="other"))
    qtbot.waitUntil(lambda: not editor.one(VoiceRecorder).recording)
    qtbot.waitUntil(lambda: editor.document.undo_stack.undoText() == "Record voice")
    assert sounds(editor) == [] and editor.document.project.active == "other"
    editor.document.edit("Back", lambda known: replace(known, active=first.id))
    assert len(sounds(editor)) == 1


def test_a_device_that_is_gone_ends_the_recording_and_what_was_said_stays(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    begin(editor, qtbot)
    streams[0].speak(0.5)
    streams[0].active = False
    qtbot.waitUntil(lambda: bool(sounds(editor)))
    assert not editor.one(VoiceRecorder).recording and not editor.player.playing
    assert "ended by itself" in editor.notify.waiting[0].message


def test_a_full_disk_ends_the_recording_and_what_was_written_stays(
    editor: Editor, streams: list[HandStream], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: SoundFile, sound: object) -> None:
        raise MediaError("the disk is full", "Free some space")

    begin(editor, qtbot)
    streams[0].speak(0.5)
    microphone = editor.one(VoiceRecorder)._microphone
    assert microphone is not None
    qtbot.waitUntil(lambda: microphone.seconds >= 0.5)
    monkeypatch.setattr(SoundFile, "write", full)
    streams[0].speak(0.5)
    qtbot.waitUntil(lambda: bool(sounds(editor)))
    assert "the disk is full" in editor.notify.waiting[0].message


def test_from_the_end_of_the_film_it_lies_where_the_film_plays(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    assert editor.document.sequence is not None
    editor.state.set("playhead", editor.document.sequence.duration)
    begin(editor, qtbot)
    streams[0].speak(0.5)
    editor.one(VoiceRecorder).stop()
    qtbot.waitUntil(lambda: bool(sounds(editor)))
    assert editor.document.sequence.find(sounds(editor)[0].id)[1].start == 0


def test_silence_of_the_device_leaves_nothing_behind(
    editor: Editor, streams: list[HandStream], qtbot: QtBot
) -> None:
    begin(editor, qtbot)
    editor.player.pause()  # as at the end of the film
    assert not editor.one(VoiceRecorder).recording
    assert "nothing was recorded" in editor.notify.waiting[0].message
    assert editor.document.data is not None
    assert list(recordings_folder(editor.document.data).iterdir()) == []


def test_what_was_said_before_the_film_ran_is_left_out(
    editor: Editor, streams: list[HandStream], tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "Voice.wav"
    microphone = Microphone(path, HandStream).open()
    HandStream(microphone).speak(1.0)
    assert microphone.close() is None
    media = Media("voice", path.name, str(path), probe(path))
    once = with_voice(editor.document.project, media, TICKS_PER_SECOND, TICKS_PER_SECOND // 4)
    twice = with_voice(once, replace(media, id="again"), TICKS_PER_SECOND * 3 // 2, 0)
    assert twice.sequence is not None
    lanes = [track.items for track in twice.sequence.tracks if track.kind == "audio"]
    assert sorted(len(items) for items in lanes) == [2, 2], "the second goes to a track of its own"
    starts = sorted(items[0].duration for items in lanes if isinstance(items[0], Gap))
    assert starts == [TICKS_PER_SECOND, TICKS_PER_SECOND * 3 // 2]
    (clip,) = (one for _, _, one in once.sequence.clips() if one.media_id == media.id)  # type: ignore[union-attr]
    assert clip.time_map.at(0) == TICKS_PER_SECOND // 4
    with pytest.raises(EditError, match="too short"):
        with_voice(editor.document.project, media, 0, TICKS_PER_SECOND)


def test_without_a_microphone_it_is_said(
    editor: Editor, streams: list[HandStream], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(microphone: Microphone) -> HandStream:
        raise EditError("there is no microphone", "Connect one")

    recorder = editor.one(VoiceRecorder)
    monkeypatch.setattr(recorder, "_device", lambda path: Microphone(path, none))
    recorder.start()
    qtbot.waitUntil(lambda: bool(editor.notify.waiting))
    assert editor.notify.waiting[-1].message == "there is no microphone"
    assert not recorder.recording and not editor.player.playing
    assert editor.document.data is not None and not recordings_folder(editor.document.data).exists()


def test_a_microphone_that_opens_slowly_holds_nothing_up_and_can_be_stopped_meanwhile(
    editor: Editor, streams: list[HandStream], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may, opened = threading.Event(), []

    def slow(microphone: Microphone) -> HandStream:
        may.wait(5)
        opened.append(HandStream(microphone))
        return opened[-1]

    recorder = editor.one(VoiceRecorder)
    monkeypatch.setattr(recorder, "_device", lambda path: Microphone(path, slow))
    recorder.start()
    assert recorder.recording and not editor.player.playing
    recorder.stop()
    assert not recorder.recording
    may.set()
    assert editor.document.data is not None
    folder = recordings_folder(editor.document.data)
    qtbot.waitUntil(lambda: bool(opened) and not opened[0].open and not list(folder.iterdir()))
    assert not editor.player.playing and editor.notify.waiting == []


def test_the_file_is_whole_at_every_moment(tmp_path: Path) -> None:
    microphone = Microphone(tmp_path / "a.wav", HandStream).open()
    HandStream(microphone).speak(0.2)
    deadline = time.monotonic() + 60
    while microphone.seconds < 0.2 and time.monotonic() < deadline:
        time.sleep(0.005)
    with wave.open(str(tmp_path / "a.wav"), "rb") as sound:
        assert sound.getnframes() > 0
    microphone.close()
