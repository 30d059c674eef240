"""Which films of a data folder pace is learned from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.training.pace_clips import _of_camera, load_clips
from core.training.pace_footage import find_films
from tests.core.retime.paced import write_paced


def pack(folder: Path) -> Path:
    """A data folder with a film of everything that is known by name."""
    names = (
        "train-video/pexels/1.mp4",
        "train-video/pexels/7835175.mp4",
        "train-video/davis-train/bear_clean.mp4",
        "train-video/misc/sam2_01_dog.mp4",
        "layers/schoolgirls/schoolgirls.mp4",
        "long/montage_of_two.mp4",
        "long/another.mp4",
    )
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "train-video/pexels/1.npz").touch()
    rows = [
        {"source": "a/samples/karma.mp4", "out_start_frame": 30, "frames": 50},
        {"source": "b/rabbit.mp4", "out_start_frame": 80, "frames": 20},
    ]
    (folder / "long/montage_of_two.json").write_text(json.dumps(rows))
    return folder


def test_films_with_a_licence_and_their_own_pace_are_found(tmp_path: Path) -> None:
    films = {film.name: film for film in find_films(pack(tmp_path))}
    assert set(films) == {
        "pexels/1",
        "pexels/7835175",
        "misc/sam2_01_dog",
        "layers/schoolgirls",
        "long/karma",
    }
    assert films["long/karma"][2:4] == (30, 80)
    assert films["layers/schoolgirls"].rate == 24


def test_the_inner_folder_alone_is_a_data_folder_too(tmp_path: Path) -> None:
    inner = find_films(pack(tmp_path) / "train-video")
    assert [film.name for film in inner] == ["misc/sam2_01_dog", "pexels/1", "pexels/7835175"]


def test_a_montage_that_does_not_say_what_it_is_made_of(tmp_path: Path) -> None:
    pack(tmp_path)
    (tmp_path / "long/montage_of_two.json").write_text('[{"source": "a"}]')
    with pytest.raises(MediaError, match="montage"):
        find_films(tmp_path)


def test_only_the_part_of_a_montage_is_looked_at(tmp_path: Path) -> None:
    pack(tmp_path)
    for path in (tmp_path / "train-video").glob("*/*.mp4"):
        path.unlink()
    (tmp_path / "layers/schoolgirls/schoolgirls.mp4").unlink()
    write_paced(tmp_path / "train-video/misc/sam2_01_dog.mp4", np.full(40, 1.0), (96, 64))
    write_paced(tmp_path / "long/montage_of_two.mp4", np.full(90, 1.0), (96, 64))
    by_name = {clip.name: clip for clip in load_clips(tmp_path, tmp_path / "cache")}
    assert len(by_name["long/karma"].natural) == 49
    assert len(by_name["misc/sam2_01_dog"].natural) == 39


def test_stills_in_a_row_are_no_footage() -> None:
    """Every tenth frame is another picture; the others repeat it but for a little noise of the camera."""
    rng = np.random.default_rng(0)
    moving = [rng.integers(0, 255, (24, 32), np.uint8) for _ in range(60)]
    noise = [(rng.random((24, 32)) < 0.1).astype(np.uint8) for _ in moving]
    stills = [np.minimum(moving[n // 10 * 10], 254) + noise[n] for n in range(60)]
    assert len(_of_camera(moving)) == 60
    assert _of_camera(stills) == []
    assert len(_of_camera([np.full((24, 32), 9, np.uint8) + one for one in noise])) == 60, "nothing moves"
