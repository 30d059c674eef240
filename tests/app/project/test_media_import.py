"""Importing real files in the background."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.project.media_import import expand, import_paths, importer_of
from core.project.trust import Trust
from core.time import FrameRate
from tests.cuts import SECOND
from tests.media_files import write_clip


def film(path: Path, frames: int = 30, size: tuple[int, int] = (96, 64)) -> Path:
    """A small real video with sound."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=30)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        audio = out.add_stream("aac", rate=48000)
        for number in range(frames):
            picture = np.full((size[1], size[0], 3), number * 8 % 256, np.uint8)
            for packet in video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
        for packet in video.encode():
            out.mux(packet)
        tone = np.sin(np.arange(48000 * frames // 30) * 0.05).astype(np.float32)[None] * 0.5
        sound = av.AudioFrame.from_ndarray(np.repeat(tone, 2, 0), format="fltp", layout="stereo")
        sound.sample_rate = 48000
        for packet in audio.encode(sound):
            out.mux(packet)
        for packet in audio.encode():
            out.mux(packet)
    return path


def pictures(folder: Path, count: int, name: str = "shot_{:04}.png") -> list[Path]:
    folder.mkdir(exist_ok=True)
    made = [folder / name.format(number) for number in range(count)]
    for path in made:
        Image.new("RGB", (32, 24), "red").save(path)
    return made


def bring(qtbot: QtBot, editor: Editor, paths: list[Path]) -> list[str]:
    with qtbot.waitSignal(importer_of(editor).finished) as blocker:
        import_paths(editor, paths)
    ids: list[str] = blocker.args[0]
    return ids


def test_a_real_film_makes_the_sequence(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    ids = bring(qtbot, editor, [film(tmp_path / "one.mp4")])
    (media,) = editor.document.project.media
    assert ids == [media.id]
    assert media.name == "one.mp4"
    assert media.info.duration == pytest.approx(SECOND, rel=0.1)
    sequence = editor.document.sequence
    assert sequence is not None
    assert (sequence.width, sequence.height, sequence.rate) == (96, 64, FrameRate(30))
    assert editor.document.undo_stack.count() == 1
    assert editor.notify.waiting == []


def test_the_same_file_is_not_brought_in_twice(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    path = film(tmp_path / "one.mp4")
    first = bring(qtbot, editor, [path])
    assert bring(qtbot, editor, [path]) == first
    assert len(editor.document.project.media) == 1


def test_imported_files_may_be_read_by_the_project(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    path = film(tmp_path / "one.mp4")
    bring(qtbot, editor, [path])
    assert path in Trust()


def test_importing_a_missing_file_brings_it_back(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    path = film(tmp_path / "one.mp4")
    (media_id,) = bring(qtbot, editor, [path])
    lost = replace(editor.document.project.find_media(media_id), missing=True)
    editor.document.edit("lost", lambda known: known.with_media(lost))
    assert bring(qtbot, editor, [path]) == [media_id]
    assert not editor.document.project.find_media(media_id).missing


def test_a_bad_file_is_named_and_the_good_ones_come_in(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    bad = tmp_path / "broken.mp4"
    bad.write_bytes(b"this is no film" * 100)
    bring(qtbot, editor, [bad, film(tmp_path / "good.mp4")])
    assert [media.name for media in editor.document.project.media] == ["good.mp4"]
    (notice,) = editor.notify.waiting
    assert "broken.mp4" in notice.message
    assert notice.level == "error"
    assert notice.hint


def test_a_folder_of_numbered_pictures_is_one_sequence(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    pictures(tmp_path / "shots", 5)
    bring(qtbot, editor, [tmp_path / "shots"])
    (media,) = editor.document.project.media
    assert media.info.kind == "sequence"
    assert media.info.video is not None
    assert media.info.video.frames == 5


def test_one_numbered_picture_brings_its_series(tmp_path: Path) -> None:
    made = pictures(tmp_path / "shots", 5)
    assert expand([made[2]]) == [tmp_path / "shots" / "shot_####.png"]
    assert expand(made[:2]) == made[:2]  # chosen one by one: stills


def test_lone_pictures_stay_stills(tmp_path: Path) -> None:
    made = pictures(tmp_path / "few", 2)
    assert expand([made[0]]) == [made[0]]


def test_a_folder_is_searched_with_its_folders(tmp_path: Path) -> None:
    inner = tmp_path / "card" / "clips"
    inner.mkdir(parents=True)
    (inner / "a.mp4").touch()
    (inner / "b.MOV").touch()
    (inner / "notes.txt").touch()
    assert expand([tmp_path / "card"]) == [inner / "a.mp4", inner / "b.MOV"]


def test_an_empty_folder_says_so(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    assert bring(qtbot, editor, [tmp_path]) == []
    assert "no video" in editor.notify.waiting[0].message


def test_many_that_cannot_be_read_are_told_of_together_and_last(
    qtbot: QtBot, editor: Editor, tmp_path: Path
) -> None:
    """Notices push one another away: what went wrong is not lost behind what is good to know."""
    bad = []
    for number in range(5):
        bad.append(tmp_path / f"broken{number}.mp4")
        bad[-1].write_text("no film")
    steady, varying = (
        film(tmp_path / "good.mp4"),
        [
            write_clip(tmp_path / f"vfr{n}.mp4", frames=12, times=[Fraction(i * i, 200) for i in range(12)])
            for n in range(2)
        ],
    )
    bring(qtbot, editor, [steady, *bad, *varying])
    *notes, last = editor.notify.waiting
    assert [note.message for note in notes] == ["the frame rate varies: vfr0.mp4, vfr1.mp4"]
    assert last.level == "error" and "5 files" in last.message
    assert "broken0.mp4" in last.hint and "broken4.mp4" not in last.hint and "(5)" in last.hint
