"""A drawn clip that is already unrolled, with exact truth: a textured card of 32 x 24 pixels that moves by (2, 1)
pixels a frame over a still background, and the result folder that the job "atlas" would have left.

The card's atlas is the card itself with a margin of empty pixels around it; the background's is the background.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np

from app.editor import Editor
from core.files import write_atomic
from core.job import Manifest, write_manifest
from core.media.atlas_files import INDEX, AtlasIndex, AtlasObject, Page, alpha_file, pack
from core.media.info import Frame
from core.media.matte import write_soft
from core.media.probe import probe
from core.motion.control_grid import ControlGrid, cover
from core.project.paths import results_folder
from core.project.project import Media, Project, TrackedObject, new_project
from core.time import FrameRate
from core.timeline.model import Clip, MediaUse, Sequence, Track

WIDTH, HEIGHT, FRAMES, RATE = 96, 64, 12, FrameRate(25)
CARD = (32, 24)
START, STEP = (18, 12), (2, 1)
MARGIN = 4
ATLAS = (CARD[0] + 2 * MARGIN, CARD[1] + 2 * MARGIN)
KEY = "c" * 32
CELL = 8


def card() -> Frame:
    """RGB (24, 32, 3): soft stripes, middle grey on the whole."""
    rows, columns = np.indices(CARD[::-1])
    level = 120 + 30 * np.sin(columns / 3) + 20 * np.cos(rows / 4)
    return np.repeat(level[..., None], 3, 2).astype(np.uint8) + np.array([20, 0, 5], np.uint8)


def background() -> Frame:
    """RGB (64, 96, 3)."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    return np.dstack([columns, rows * 2, 90 + 0 * rows]).astype(np.uint8)


def corner(frame: int) -> tuple[int, int]:
    """Where the card's top left pixel lies."""
    return START[0] + STEP[0] * frame, START[1] + STEP[1] * frame


def picture(frame: int) -> Frame:
    """RGB (64, 96, 3)."""
    out = background()
    x, y = corner(frame)
    out[y : y + CARD[1], x : x + CARD[0]] = card()
    return out


def inside(frame: int) -> np.ndarray:
    """bool (64, 96): the card's pixels."""
    out = np.zeros((HEIGHT, WIDTH), bool)
    x, y = corner(frame)
    out[y : y + CARD[1], x : x + CARD[0]] = True
    return out


def atlas() -> Frame:
    """RGBA: the card inside its margin."""
    out = np.zeros((ATLAS[1], ATLAS[0], 4), np.uint8)
    out[MARGIN:-MARGIN, MARGIN:-MARGIN] = np.dstack([card(), np.full(CARD[::-1], 255, np.uint8)])
    return out


def write_result(folder: Path, frames: int = FRAMES, first: int = 0, pages: bool = False) -> Path:
    """The result folder of frames `first` to `first` + `frames` - 1. pages: the card has two, twice as fine."""
    folder.mkdir(parents=True)
    _save(folder / "atlas_01.png", atlas())
    _save(folder / "atlas_00.png", np.dstack([background(), np.full((HEIGHT, WIDTH), 255, np.uint8)]))
    still, moving = {}, {}
    for number in range(frames):
        still[number] = _grid((0, 0, WIDTH, HEIGHT), (0, 0))
        x, y = corner(first + number)
        shift = START[0] - x, START[1] - y
        moving[number] = _grid((x - MARGIN, y - MARGIN, x + CARD[0] + MARGIN, y + CARD[1] + MARGIN), shift)
        path = folder / alpha_file(1, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_soft(path, inside(first + number).astype(np.float32))
    np.savez(folder / "mapping_00.npz", **pack(still, 0, frames - 1, CELL))  # type: ignore[arg-type]
    np.savez(folder / "mapping_01.npz", **pack(moving, 0, frames - 1, CELL))  # type: ignore[arg-type]
    origin = (START[0] - MARGIN, START[1] - MARGIN)
    objects = (
        AtlasObject(0, "Background", "atlas_00.png", "mapping_00.npz", (WIDTH, HEIGHT), 1.0, (0, 0)),
        AtlasObject(1, "Card", "atlas_01.png", "mapping_01.npz", ATLAS, 1.0, origin,
                    pages=_pages(folder, frames, first) if pages else ()),
    )  # fmt: skip
    index = AtlasIndex(WIDTH, HEIGHT, frames, RATE, objects, "clip.mkv", first)
    write_atomic(folder / INDEX, msgspec.json.encode(index))
    report = {"psnr_over_time": [[0.5, 28.0], [1.0, 31.5], [2.0, 33.25]], "psnr": 33.25, "seconds": 2.0}
    write_atomic(folder / "report.json", msgspec.json.encode(report))
    write_manifest(folder, Manifest("atlas", 1, {}, {}, complete=True))
    return folder


def _pages(folder: Path, frames: int, first: int) -> tuple[Page, ...]:
    """The first and the second half of the frames, the key frame in the middle of each."""
    found = []
    large = cv2.resize(atlas(), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    for number, (begin, end) in enumerate(((0, frames // 2 - 1), (frames // 2, frames - 1)), 1):
        key = (begin + end) // 2
        at, grids = corner(first + key), {}
        for n in range(begin, end + 1):
            x, y = corner(first + n)
            box = (x - MARGIN, y - MARGIN, x + CARD[0] + MARGIN, y + CARD[1] + MARGIN)
            grids[n] = _grid(box, (at[0] - x, at[1] - y))
        picture, mapping = f"atlas_01_p{number:02d}.png", f"mapping_01_p{number:02d}.npz"
        _save(folder / picture, np.asarray(large, np.uint8))
        np.savez(folder / mapping, **pack(grids, begin, end, CELL))  # type: ignore[arg-type]
        size, origin = (2 * ATLAS[0], 2 * ATLAS[1]), (at[0] - MARGIN, at[1] - MARGIN)
        found.append(Page(begin, end, key, picture, mapping, size, 2.0, origin))
    return tuple(found)


def _grid(box: tuple[int, int, int, int], shift: tuple[int, int]) -> ControlGrid:
    left, top, columns, rows = cover(box, CELL)
    return ControlGrid(left, top, CELL, np.tile(np.array(shift, np.float32), (rows, columns, 1)))


def _save(path: Path, rgba: Frame) -> None:
    assert cv2.imwrite(str(path), cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))


def write_clip(path: Path) -> Path:
    """The clip, lossless."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(RATE.num, RATE.den))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgr0"
        for n in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(picture(n), "rgb24")
            frame.pts = n
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def film(folder: Path, pages: bool = False) -> tuple[Project, Path]:
    """The clip on one track of a film of its own size, unrolled; and the project's data folder."""
    data = folder / "data"
    write_result(results_folder(data) / KEY, pages=pages)
    path = write_clip(folder / "clip.mkv")
    info = probe(path)
    media = Media("media", "Card", str(path), info, (TrackedObject(1, "Card", "#e6475a"),), atlas=KEY)
    clip = Clip("clip", "Card", MediaUse("media", info.available), RATE.time_of(FRAMES))
    track = Track("v1", "video", "V1", (clip,))
    sequence = Sequence("film", "Film", WIDTH, HEIGHT, RATE, tracks=(track,))
    return new_project().with_media(media).with_sequence(sequence), data


def open_unrolled(editor: Editor, folder: Path, pages: bool = False) -> Project:
    """Show that film in an editor."""
    project, data = film(folder, pages)
    editor.document.reset(project, None, data)
    return project
