"""The player: scrubbing shows the newest request, playing advances, counts what it leaves out, and ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.playing.clock import WallClock
from app.playing.film_sound import FilmSound
from app.playing.playback import Player
from app.playing.preview import Picture, Show, fitted, to_image
from core.errors import MediaError
from core.time import TICKS_PER_SECOND
from core.timeline.model import Sequence
from tests.app.film import FRAMES, HEIGHT, RATE, WIDTH, level, open_film


class HandClock(WallClock):
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0
        super().__init__(lambda: self.seconds)


class FakePictures:
    """Pictures at once, or as slowly as wanted; remembers what was asked."""

    def __init__(self) -> None:
        self.shown: list[Show] = []
        self.delay = 0.0
        self.gate: threading.Event | None = None
        self.error: Exception | None = None

    def __call__(self, show: Show) -> Picture:
        if self.gate is not None:
            self.gate.wait(5)
        if self.delay:
            time.sleep(self.delay)
        self.shown.append(show)
        if self.error is not None:
            raise self.error
        pixels = np.zeros((8, 8, 4), np.uint8)
        return Picture(show, pixels, QImage(pixels.data, 8, 8, 32, QImage.Format.Format_RGB32), (8, 8))


@pytest.fixture
def pictures() -> FakePictures:
    return FakePictures()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def player(
    editor: Editor, tmp_path: Path, pictures: FakePictures, clock: HandClock, qtbot: QtBot
) -> Iterator[Player]:
    made = Player(editor, clock=clock, picture=pictures)
    editor.player = made
    open_film(editor, tmp_path)
    qtbot.waitUntil(lambda: bool(pictures.shown))
    yield made
    made.close()


def test_shows_the_real_film_frame_by_frame(editor: Editor, tmp_path: Path, qtbot: QtBot) -> None:
    player = Player(editor, clock=WallClock())
    editor.player = player
    try:
        with qtbot.waitSignal(player.frame_ready):
            open_film(editor, tmp_path)
        for frame in (7, 30, 3):
            wanted = RATE.time_of(frame)

            def is_it(picture: Picture, at: int, wanted: int = wanted) -> bool:
                return at == wanted

            with qtbot.waitSignal(player.frame_ready, check_params_cb=is_it) as blocker:
                editor.state.set("playhead", wanted)
            picture = blocker.args[0]
            assert abs(int(picture.pixels[HEIGHT // 2, WIDTH // 2, 0]) - level(frame)) <= 2
    finally:
        player.close()


def test_scrubbing_shows_the_newest_request(
    player: Player, editor: Editor, pictures: FakePictures, qtbot: QtBot
) -> None:
    pictures.shown.clear()
    pictures.gate = threading.Event()
    for frame in range(1, 40):
        editor.state.set("playhead", RATE.time_of(frame))
    pictures.gate.set()
    qtbot.waitUntil(lambda: bool(pictures.shown) and pictures.shown[-1].time == RATE.time_of(39))
    assert len(pictures.shown) <= 3, "what was passed over is not drawn"


def test_playing_moves_the_playhead_and_ends(
    player: Player, editor: Editor, clock: HandClock, qtbot: QtBot
) -> None:
    player.play()
    assert player.playing
    clock.seconds = 0.5
    qtbot.waitUntil(lambda: RATE.frame_at(editor.state.playhead) in (12, 13))
    with qtbot.waitSignal(player.playing_changed):
        clock.seconds = 5.0
    assert not player.playing
    assert RATE.frame_at(editor.state.playhead) == FRAMES - 1


def test_dropped_frames_are_counted(
    player: Player, pictures: FakePictures, clock: HandClock, qtbot: QtBot
) -> None:
    pictures.shown.clear()
    player.play()
    qtbot.waitUntil(lambda: bool(pictures.shown))
    with qtbot.waitSignal(player.dropped_changed) as blocker:
        clock.seconds = 1.0  # from frame 0 to frame 25 at one go
    assert blocker.args[0] in (23, 24, 25)


def test_a_slow_picture_is_left_out_and_not_late(
    editor: Editor, tmp_path: Path, pictures: FakePictures, qtbot: QtBot
) -> None:
    """At 25 fps with 100 ms a picture, playback keeps the clock's pace."""
    player = Player(editor, clock=WallClock(), picture=pictures)
    editor.player = player
    try:
        open_film(editor, tmp_path)
        pictures.delay = 0.1
        begun = time.monotonic()
        player.play()
        qtbot.waitUntil(lambda: RATE.frame_at(editor.state.playhead) >= 15)
        assert time.monotonic() - begun < 1.5
        assert player.dropped >= 5
    finally:
        player.close()


def test_backwards_and_faster_at_each_press(
    player: Player, editor: Editor, clock: HandClock, qtbot: QtBot
) -> None:
    editor.state.set("playhead", RATE.time_of(40))
    player.shuttle(-1)
    assert player.speed == -1
    player.shuttle(-1)
    assert player.speed == -2
    clock.seconds = 0.4
    qtbot.waitUntil(lambda: RATE.frame_at(editor.state.playhead) <= 21)
    player.shuttle(1)
    assert player.speed == 1
    player.pause()
    assert player.speed == 0


def test_loop_plays_the_in_and_out_range(
    player: Player, editor: Editor, clock: HandClock, qtbot: QtBot
) -> None:
    def mark(sequence: Sequence) -> Sequence:
        return msgspec.structs.replace(sequence, in_point=RATE.time_of(10), out_point=RATE.time_of(20))

    editor.document.edit_sequence("Mark", mark)
    player.set_loop(True)
    player.play()
    qtbot.waitUntil(lambda: RATE.frame_at(editor.state.playhead) == 10)
    clock.seconds += 0.5
    qtbot.waitUntil(lambda: clock.now() < RATE.time_of(20))
    assert player.playing
    assert clock.now() >= RATE.time_of(10)


def test_a_jump_while_playing_goes_on_from_there(
    player: Player, editor: Editor, clock: HandClock, qtbot: QtBot
) -> None:
    player.play()
    editor.state.set("playhead", RATE.time_of(30))
    clock.seconds += 0.2
    qtbot.waitUntil(lambda: 33 <= RATE.frame_at(editor.state.playhead) <= 36)


def test_steps_and_ends(player: Player, editor: Editor) -> None:
    player.step(3)
    assert editor.state.playhead == RATE.time_of(3)
    player.step(-5)
    assert editor.state.playhead == 0
    player.seek(10**15)
    assert editor.state.playhead == RATE.time_of(FRAMES)


def test_a_frame_that_cannot_be_shown_is_told_once(
    player: Player, editor: Editor, pictures: FakePictures, qtbot: QtBot
) -> None:
    pictures.error = MediaError("clip.mkv cannot be read", "Relink it")
    with qtbot.waitSignal(player.failed) as blocker:
        editor.state.set("playhead", RATE.time_of(5))
    assert "clip.mkv" in blocker.args[0]
    pictures.error = None
    with qtbot.waitSignal(player.failed) as blocker:
        editor.state.set("playhead", RATE.time_of(6))
    assert blocker.args[0] == ""


def test_preview_is_small_and_rest_is_fine(
    player: Player, editor: Editor, pictures: FakePictures, qtbot: QtBot
) -> None:
    editor.settings.set("preview_height", 360)
    media = editor.document.project.media[0]
    editor.document.edit(
        "Proxy", lambda project: project.with_media(msgspec.structs.replace(media, proxy="key"))
    )
    qtbot.wait(50)
    pictures.shown.clear()
    player.set_size(1920, 1080)
    qtbot.waitUntil(lambda: len(pictures.shown) >= 2)
    assert pictures.shown[0].size[1] <= 360
    assert pictures.shown[-1].size == (1920, 1080)
    assert pictures.shown[0].proxies
    assert not pictures.shown[-1].proxies


def test_the_mask_view_plays_the_media(
    player: Player, editor: Editor, clock: HandClock, qtbot: QtBot
) -> None:
    editor.state.set("media", "media")
    editor.state.set("view", "media")
    assert player.in_media
    player.play()
    clock.seconds += 0.4
    qtbot.waitUntil(lambda: editor.state.media_frame in (10, 11))
    player.step(-1)
    assert editor.state.media_frame in (9, 10)


def test_close_twice_and_without_a_film(editor: Editor, pictures: FakePictures) -> None:
    player = Player(editor, picture=pictures)
    player.play()
    assert not player.playing
    player.close()
    player.close()


def test_colours_reach_qt_unchanged() -> None:
    rgba = np.array([[[200, 100, 50, 255], [100, 50, 25, 128]]], np.uint8)
    _, image = to_image(rgba)
    assert image.pixelColor(0, 0).getRgb() == (200, 100, 50, 255)
    _, image = to_image(rgba, alpha=True)
    assert image.pixelColor(1, 0).alpha() == 128
    pixels, _ = to_image(np.array([[[200, 100, 50, 128]]], np.uint8), alpha=True, straight=True)
    assert np.abs(pixels[0, 0].astype(int) - [25, 50, 100, 128]).max() <= 1


def test_sizes_keep_their_shape() -> None:
    assert fitted((1920, 1080), (960, 960)) == (960, 540)
    assert fitted((640, 360), (4000, 4000)) == (640, 360)


def test_wall_clock_runs_at_its_speed() -> None:
    clock = HandClock()
    clock.start(100, -2.0)
    clock.seconds = 1.5
    assert clock.now() == 100 - 3 * TICKS_PER_SECOND
    clock.stop()
    clock.seconds = 9.0
    assert clock.now() == 100 - 3 * TICKS_PER_SECOND


def test_a_sound_device_that_is_gone_is_no_reason_to_stand_still(
    editor: Editor, tmp_path: Path, pictures: FakePictures, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        sample_rate, device = 48000, ""

        def __init__(self, *args: object) -> None:
            self.closed = False

        def start(self, at: int, speed: float) -> None:
            raise OSError("unplugged")

        def stop(self) -> None: ...
        def set_mix(self, mix: object) -> None: ...
        def close(self) -> None: ...

    monkeypatch.setattr("app.playing.film_sound.SoundClock", Gone)
    player = Player(editor, picture=pictures)
    editor.player = player
    try:
        open_film(editor, tmp_path)
        player.play()
        qtbot.waitUntil(lambda: RATE.frame_at(editor.state.playhead) >= 3)
    finally:
        player.close()


def test_another_sound_device_is_taken_at_the_next_play(
    editor: Editor, tmp_path: Path, pictures: FakePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    class Device(HandClock):
        def __init__(self, sample_rate: int, mix: object, device: str) -> None:
            super().__init__()
            self.sample_rate, self.device = sample_rate, device
            opened.append(device)
            if device == "broken":
                raise OSError("no such device")

        def set_mix(self, mix: object) -> None: ...
        def close(self) -> None: ...

    monkeypatch.setattr("app.playing.film_sound.SoundClock", Device)
    player = Player(editor, picture=pictures)
    editor.player = player
    try:
        open_film(editor, tmp_path)
        for device in ("", "", "broken", "broken", "speakers"):
            editor.settings.set("audio_device", device)
            player.play()
            player.pause()
    finally:
        player.close()
    assert opened == ["", "broken", "speakers"]


def test_places_are_heard_in_passing_where_that_is_wanted(
    editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    heard: list[int | None] = []
    monkeypatch.setattr(FilmSound, "pass_by", lambda self, show, sequence, at: heard.append(at))
    monkeypatch.setattr(FilmSound, "rest", lambda self: heard.append(None))
    player = editor.player = Player(editor, picture=FakePictures())
    try:
        open_film(editor, tmp_path)
        player.seek(RATE.time_of(5))
        assert heard == []
        find_action("playback.scrub_sound").run(editor)
        player.step(1)
        player.seek(RATE.time_of(9))
        assert heard == [RATE.time_of(6), RATE.time_of(9)]
        qtbot.waitUntil(lambda: heard[-1] is None)
        assert len(heard) == 3, "the device rests once, after the last one"
        player.seek(player.duration)
        editor.state.set("media", "media")
        editor.state.set("view", "media")
        player.seek(RATE.time_of(3))
        assert len(heard) == 3, "nothing is heard behind the end, or of media with masks"
    finally:
        player.close()
