"""Curves as tables, and films of layers made from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.media.reader import open_source
from core.retime.curve_file import read_curve
from core.retime.lanes import length_of, map_of
from core.retime.layer_film import layer_film
from core.time import FrameRate
from tests.layer_films import draw_truth, write_result

RATE = FrameRate(25)
NTSC = FrameRate(30000, 1001)


def curve(folder: Path, text: str, rate: FrameRate = RATE, frames: int = 100) -> list[int]:
    """The source frame of each frame of the result."""
    path = folder / "curve.csv"
    path.write_text(text)
    lane = read_curve(path, rate, frames)
    time_map = map_of(lane)
    return [rate.frame_at(time_map.at(rate.time_of(n))) for n in range(rate.frames_before(length_of(lane)))]


def test_seconds_frames_and_headings(tmp_path: Path) -> None:
    slow = [0, 0, 1, 1, 2, 2, 3, 3, 4]
    assert curve(tmp_path, "seconds,source\n0,0\n0.32,0.16\n") == slow
    assert curve(tmp_path, "0;0\n0.32;0.16\n") == slow
    assert curve(tmp_path, "# half speed\n\nframe\tsource_frame\n0\t0\n8\t4\n") == slow
    assert curve(tmp_path, "seconds,frame\n0,0\n.32,4") == slow
    assert curve(tmp_path, "output frame, source frame\n0, 0\n8, 4") == slow


def test_holds_jumps_and_backwards(tmp_path: Path) -> None:
    assert curve(tmp_path, "frame,frame\n2,5\n4,7\n4,1\n6,3\n") == [5, 5, 5, 6, 1, 2, 3]
    assert curve(tmp_path, "frame,frame\n0,4\n4,0\n") == [4, 3, 2, 1, 0]
    assert curve(tmp_path, "3,2\n", RATE) == [50] * 76


def test_times_rounded_by_a_spreadsheet_mean_their_frames(tmp_path: Path) -> None:
    rows = "\n".join(f"{n * 1001 / 30000:.4f},{(2 * n) * 1001 / 30000:.4f}" for n in range(20))
    shown = curve(tmp_path, rows, NTSC)
    assert shown[:19] == [2 * n for n in range(19)]


def test_the_end_of_the_source_is_its_last_frame(tmp_path: Path) -> None:
    assert curve(tmp_path, "frame,frame\n0,98\n2,100\n") == [98, 99, 99]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no row"),
        ("seconds,source\n", "no row"),
        ("0,0\n1\n", "line 2 of .* not two numbers: 1"),
        ("0,0,0\n", "line 1 of .* not two numbers"),
        ("0,0\nx,1\n", "line 2 of .* not two numbers"),
        ("0,0\n1,nan\n", "not two numbers"),
        ("0,0\n1,inf\n", "not two numbers"),
        ("0,0\n2,1\n1,1\n", "line 3 of .* fall"),
        ("0,-1\n", "the source has no such time"),
        ("0,0\n1,4.1\n", "the source has no such time"),
        ("-1,0\n", "the result has no such time"),
        ("0,0\n1e9,1\n", "the result has no such time"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(MediaError, match=words):
        curve(tmp_path, text)


def test_who_counts_frames_without_a_heading_is_told_of_it(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as raised:
        curve(tmp_path, "0,0\n60,59\n")
    assert raised.value.hint is not None and "heading says frame" in raised.value.hint


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x9c")
    with pytest.raises(MediaError, match="no table"):
        read_curve(tmp_path / "x.csv", RATE, 10)
    with pytest.raises(MediaError, match="cannot be read"):
        read_curve(tmp_path / "gone.csv", RATE, 10)


def test_a_film_of_layers_keeps_their_order_and_lasts_as_long_as_the_longest(tmp_path: Path) -> None:
    write_result(tmp_path / "out", draw_truth((2, 1), frames=3, size=(64, 36)))
    (tmp_path / "c.csv").write_text("frame,frame\n0,0\n5,2\n")
    project = layer_film(tmp_path / "out", {1: read_curve(tmp_path / "c.csv", RATE, 3)})
    sequence = project.sequence
    assert sequence is not None and sequence.frame_count == 6
    assert [track.name for track in sequence.tracks] == [
        "plate",
        "effect_02",
        "effect_01",
        "object_02",
        "object_01",
    ]
    maps = {clip.name: clip.time_map for _, _, clip in sequence.clips()}
    assert maps["object_01"] == maps["effect_01"] != maps["object_02"] == maps["plate"]


def test_a_missing_layer_is_named(tmp_path: Path) -> None:
    write_result(tmp_path / "out", draw_truth((2,), frames=2, size=(64, 36)))
    with pytest.raises(MediaError, match="no layer 1"):
        layer_film(tmp_path / "out", {1: ()})
    (tmp_path / "out" / "object_02.mkv").unlink()
    with pytest.raises(MediaError, match=r"object_02\.mkv is not there"):
        layer_film(tmp_path / "out", {})
    with pytest.raises(MediaError, match="no layers"):
        layer_film(tmp_path, {})


def test_the_fixture_is_lossless(tmp_path: Path) -> None:
    truth = draw_truth((2,), frames=2, size=(64, 36))
    write_result(tmp_path / "out", truth)
    source = open_source(tmp_path / "out" / "object_02.mkv")
    assert np.array_equal(source.frame(1), truth.objects[2][1])
    source.close()
