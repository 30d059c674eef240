"""Clean backgrounds of real clips, to be looked at and measured: `python -m tests.bench.layers_look DATA OUT [CLIP …]`.

DATA has DAVIS sequences (JPEGImages/480p, Annotations/480p). For every clip a sheet OUT/CLIP.png is drawn: frames
with the mask's outline on the left, the clean background on the right. And, with --mirror, a figure with truth: the
objects' masks, mirrored, are taken away as well, where only background stands; what is put there is compared with the
frame (dB, the mirrored masks outside of a wide margin around the real ones).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from core.arrays import to_bytes
from core.layers.background import find_background
from core.layers.footage import open_footage
from core.layers.plane import Plane
from tests.core.layers.scenes import write_clip
from tests.core.layers.test_plane import last_of

SHOWN = 6
APART = 0.06
"""Of the height: how far from the real masks the mirrored ones are measured."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("clips", nargs="*")
    parser.add_argument("--width", type=int, default=428, help="of the frames that are worked on")
    parser.add_argument("--step", type=int, default=1, help="every so many frames only")
    parser.add_argument("--mirror", action="store_true", help="the figure with truth as well")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    names = given.clips or sorted(path.name for path in (given.data / "JPEGImages/480p").iterdir())
    for name in names:
        pictures, masks = _read(given.data, name, given.width, given.step)
        plates, told, seconds = _plates(pictures, masks)
        _sheet(given.out / f"{name}.png", pictures, masks, plates)
        print(f"{name}: {told}, {seconds:.1f} CPU s", flush=True)
        if given.mirror:
            plates, told, seconds = _plates(pictures, np.maximum(masks, masks[:, :, ::-1]))
            print(f"{name}: {_held_out(pictures, masks, plates)}, {told}, {seconds:.1f} CPU s", flush=True)


def _read(data: Path, name: str, width: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    pictures, masks = [], []
    for path in sorted((data / "JPEGImages/480p" / name).iterdir())[::step]:
        picture = cv2.imread(str(path))[..., ::-1]
        mask = cv2.imread(str(data / "Annotations/480p" / name / f"{path.stem}.png"), 0)
        size = width, round(picture.shape[0] * width / picture.shape[1])
        pictures.append(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
        masks.append(cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 127)
    return np.stack(pictures), np.stack(masks).astype(np.uint8)


def _plates(pictures: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, str, float]:
    with tempfile.TemporaryDirectory() as work:
        clip, folder = write_clip(Path(work), pictures, masks)
        began = time.process_time()
        with closing(open_footage(clip, folder)) as footage:
            plate = last_of(find_background(footage, Path(work)))
            plates = np.stack([to_bytes(plate.render(n)) for n in range(footage.count)])
        kind = "plane" if isinstance(plate, Plane) else "warped"
    return plates, kind, time.process_time() - began


def _held_out(pictures: np.ndarray, masks: np.ndarray, plates: np.ndarray) -> str:
    tall = pictures.shape[1]
    around = np.ones((2 * round(APART * tall) + 1,) * 2, np.uint8)
    squares, pixels = 0.0, 0
    for picture, mask, plate in zip(pictures, masks, plates, strict=True):
        used = (mask[:, ::-1] > 0) & (cv2.dilate(mask, around) == 0)
        off = picture[used].astype(np.float64) - plate[used]
        squares, pixels = squares + float((off**2).sum()), pixels + off.size
    return (
        f"{10 * np.log10(255**2 * pixels / max(squares, 1)):.2f} dB under mirrored masks"
        if pixels
        else "no pixels"
    )


def _sheet(path: Path, pictures: np.ndarray, masks: np.ndarray, plates: np.ndarray) -> None:
    rows = []
    for n in np.linspace(0, len(pictures) - 1, SHOWN).astype(int):
        seen = pictures[n].copy()
        outlines, _ = cv2.findContours(masks[n], cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(seen, outlines, -1, (255, 255, 0), 1)
        rows.append(np.hstack([seen, plates[n]]))
    cv2.imwrite(str(path), np.vstack(rows)[..., ::-1])


if __name__ == "__main__":
    main()
