"""An export says where its sound is cut off, or brings it to a loudness without that."""

from __future__ import annotations

from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from core.job import Progress, drain
from core.media.audio import open_audio
from core.media.loudness import measure
from core.media.probe import probe
from core.project.project import Project
from core.render.export import export
from core.time import seconds
from core.timeline.model import Sequence
from tests.core.render.exporting import Desk, audio, video
from tests.media_files import write_clip


def notes_of(folder: Path, *gains: float) -> tuple[str, ...]:
    """What is said of a film whose tone sounds on one track for each gain, in dB."""
    desk = Desk(folder)
    clip = desk.use(write_clip(folder / "in.mp4", frames=75, sound=3.0, options={"preset": "ultrafast"}), 75)
    sounds = [audio(msgspec.structs.replace(clip, id=f"s{n}", gain=gain)) for n, gain in enumerate(gains)]
    film = Sequence("s", "film", *desk.size, desk.rate, tracks=(*sounds, video(clip)))
    project = Project("p", media=tuple(desk.media), sequences=(film,), active="s")
    steps: list[Progress] = list(
        export(
            folder, project=msgspec.to_builtins(project), project_file="", data=str(folder),
            preset="h264-web", path=str(folder / "film.mp4"),
        )
    )  # fmt: skip
    return tuple(steps[-1].fields["notes"])


@pytest.mark.parametrize("gains", [(0.0,), (-6.0, -9.0)])
def test_sound_that_fits_is_not_spoken_of(tmp_path: Path, gains: tuple[float, ...]) -> None:
    assert notes_of(tmp_path, *gains) == ()


def test_sound_that_is_cut_off_is_told_with_its_place(tmp_path: Path) -> None:
    assert notes_of(tmp_path, 24.0) == (
        "the sound is too loud and cut off, first at about 00:00:00:00: lower it",
    )


def sound_of(path: Path) -> npt.NDArray[np.float32]:
    """float32 (count, 2) at 48 kHz."""
    sound, info = open_audio(path), probe(path)
    assert info.audio is not None
    try:
        return sound.read(0, round(info.audio.sample_rate * seconds(info.duration)), 48000)
    finally:
        sound.close()


def loud_export(folder: Path, source: npt.NDArray[np.float32], **given: float) -> npt.NDArray[np.float32]:
    """The sound of a film whose one clip sounds so, at 48 kHz, written without loss."""
    desk = Desk(folder)
    with av.open(str(folder / "in.wav"), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=48000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(source.reshape(1, -1), "flt", "stereo")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    clip = desk.use(folder / "in.wav", round(len(source) / 48000 * 25))
    film = Sequence("s", "film", *desk.size, desk.rate, tracks=(audio(clip),))
    project = Project("p", media=tuple(desk.media), sequences=(film,), active="s")
    drain(
        export(
            folder, project=msgspec.to_builtins(project), project_file="", data=str(folder),
            preset="wav", path=str(folder / "out.wav"), **given,
        )
    )  # fmt: skip
    return sound_of(folder / "out.wav")


def tone(level: float, length: float = 4.0) -> npt.NDArray[np.float32]:
    """A sine of 997 Hz, whose loudness in LUFS is its level in dBFS."""
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * 997 * np.arange(round(48000 * length)) / 48000)
    return np.repeat(wave[:, None], 2, 1).astype(np.float32)


@pytest.mark.parametrize("target", [-14.0, -23.0])
def test_a_film_is_brought_to_the_loudness_that_is_asked_for(tmp_path: Path, target: float) -> None:
    written = loud_export(tmp_path, tone(-30), loudness=target)
    heard = measure([written], 48000)
    assert heard is not None and heard.integrated == pytest.approx(target, abs=0.2)
    assert len(written) == 4 * 48000
    assert np.abs(written - tone(target)).max() < 2e-3, "nothing but its volume changes"


def test_loud_moments_are_turned_down_in_time_and_the_rest_is_as_loud_as_it_should_be(tmp_path: Path) -> None:
    source = tone(-30)
    source[48000:48480] *= 30  # a bang of 10 ms
    written = loud_export(tmp_path, source, loudness=-16.0)
    heard = measure([written], 48000)
    assert heard is not None and heard.peak <= -0.9
    assert heard.integrated == pytest.approx(-16, abs=0.5)
    assert len(written) == len(source), "it lasts as long"
    calm = slice(96000, 190000)
    part = source[calm, 0] @ written[calm, 0] / (source[calm, 0] @ source[calm, 0])
    assert np.abs(written[calm] - part * source[calm]).max() < 2e-3, "and lies where it was"


def test_without_one_it_is_written_as_it_is_mixed_and_silence_says_so(tmp_path: Path) -> None:
    assert np.abs(loud_export(tmp_path, tone(-30)) - tone(-30)).max() < 1e-3
    silent = tmp_path / "silent"
    silent.mkdir()
    assert not loud_export(silent, np.zeros((48000, 2), np.float32), loudness=-16.0).any()
