"""Films split into layers, looked at and measured: `python -m tests.bench.layers_film DATA OUT CLIP … [--width W]`.

CLIP is davis-train/NAME or pexels/ID of DATA/train-video, which has masks (NAME.npz). For every clip the layers are
made, and told are: dB of the film put together again and of the same on the canvas alone; sharpness (mean size of the
Laplacian) of the clean plate over that of the frames, away from the objects; and grain, the high band (the picture less
its 5x5 mean, median size over flat places) of the frames outside, of the plate outside and of the plate under the
objects; and flicker, by how many levels the plate changes from frame to frame where an object hides both and away from
objects, in the mean, with the largest of a frame's light (blurred by 3 pixels), which says something where the camera
stands. OUT/CLIP.png shows frames, plates and the plate where the object stood, enlarged.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from core.job import drain
from core.layers.result import read_report
from core.layers.split import split
from core.media.reader import open_source
from tests.core.layers.scenes import write_clip

SHOWN = 4
AWAY = 0.08
"""Of the height: how far from the masks is away from them."""
FLAT = 0.012
"""Slope, a pixel, below which a place is flat."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("clips", nargs="+")
    parser.add_argument("--width", type=int, default=0, help="of the frames that are worked on")
    parser.add_argument("--frames", type=int, default=0, help="only so many")
    parser.add_argument("--noise", type=float, default=0.0, help="standard deviation of noise that is added")
    parser.add_argument("--keep", action="store_true", help="keep the layers in OUT/CLIP")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    for name in given.clips:
        pictures, masks = read(given.data, name, given.width, given.frames, given.noise)
        with tempfile.TemporaryDirectory() as work:
            folder = given.out / Path(name).name if given.keep else Path(work)
            folder.mkdir(exist_ok=True)
            clip, labels = write_clip(Path(work), pictures, masks)
            began = time.process_time()
            drain(split(folder, clip=str(clip), masks=str(labels)))
            seconds, report = time.process_time() - began, read_report(folder)
            with closing(open_source(folder / "plate.mkv")) as source:
                plates = np.stack([source.frame(n)[..., :3] for n in range(len(pictures))])
        cv2.imwrite(str(given.out / f"{Path(name).name}.png"), sheet(pictures, masks, plates)[..., ::-1])
        print(
            f"{name}: {report.background}, {told(report)}, {figures(pictures, masks, plates)}, "
            f"{flicker(masks, plates)}, {seconds:.1f} CPU s",
            flush=True,
        )


def told(report) -> str:
    return (
        f"film {report.psnr:.2f} dB ({report.psnr_outside:.2f} outside), canvas "
        f"{getattr(report, 'psnr_canvas', 0):.2f} "
        f"({report.psnr_plate:.2f} bare)"
    )


def read(data: Path, name: str, width: int, count: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    with np.load(data / "train-video" / f"{name}.npz") as kept:
        count_, tall, wide = kept["mask_shape"]
        bits = np.unpackbits(kept["mask"], axis=1)[:, : tall * wide]
        masks = bits.reshape(count_, tall, wide)
    with closing(open_source(data / "train-video" / f"{name}.mp4")) as source:
        count = min(count or len(masks), len(masks), source.frame_count)
        pictures = [source.frame(n)[..., :3] for n in range(count)]
    if width:
        size = width, round(tall * width / wide)
        pictures = [cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in pictures]
        masks = [cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in masks[:count] * 255]
        masks = (np.stack(masks) > 127).astype(np.uint8)
    rng, frames = np.random.default_rng(0), np.stack(pictures)
    if noise:
        loud = frames + 255 * rng.normal(0, noise, frames.shape)
        frames = np.clip(loud + 0.5, 0, 255).astype(np.uint8)
    return frames, masks[:count]


def figures(pictures: np.ndarray, masks: np.ndarray, plates: np.ndarray) -> str:
    sharp, grain = [], []
    radius = round(AWAY * pictures.shape[1])
    around = np.ones((2 * radius + 1,) * 2, np.uint8)
    for frame, mask, plate in zip(pictures[::4], masks[::4], plates[::4], strict=True):
        away = cv2.dilate(mask, around) == 0
        under = cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0
        rough = [
            np.abs(cv2.Laplacian(each.astype(np.float32), cv2.CV_32F)).mean(2) for each in (plate, frame)
        ]
        if away.any():
            sharp.append([each[away].mean() for each in rough])
            places = (frame, away), (plate, away), (plate, under)
            grain.append([level(*each) for each in places])
    sharpness = np.mean(sharp, 0)
    levels = np.nanmean(np.array(grain), 0)
    return (
        f"sharpness {sharpness[0] / sharpness[1]:.3f}, grain {levels[0]:.2f} frames, {levels[1]:.2f} plate, "
        f"{levels[2]:.2f} plate under the objects"
    )


def flicker(masks: np.ndarray, plates: np.ndarray) -> str:
    around = np.ones((2 * round(AWAY * plates.shape[1]) + 1,) * 2, np.uint8)
    changes: dict[str, list[tuple[float, float]]] = {"under the objects": [], "away": []}
    for (a, b), (here, there) in zip(pairwise(plates.astype(np.float32)), pairwise(masks), strict=True):
        light = np.abs(cv2.GaussianBlur(b - a, (0, 0), 3)).mean(2)
        places = (here & there) > 0, cv2.dilate(here | there, around) == 0
        for kind, where in zip(changes.values(), places, strict=True):
            if where.any():
                kind.append((float(np.abs(b - a).mean(2)[where].mean()), float(light[where].mean())))
    return "flicker " + ", ".join(
        f"{np.mean(each, 0)[0]:.2f} ({np.max(each, 0)[1]:.2f}) {where}"
        for where, each in changes.items()
        if each
    )


def level(picture: np.ndarray, where: np.ndarray) -> float:
    """Standard deviation of the high band in flat places, in levels; NaN when there are too few."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    soft = cv2.GaussianBlur(grey, (0, 0), 2.5)
    steep = np.hypot(
        cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    )
    flat = where & (cv2.blur(steep, (7, 7)) < FLAT * 255)
    if np.count_nonzero(flat) < 200:
        return float("nan")
    band = (grey - cv2.blur(grey, (5, 5)))[flat]
    return 1.4826 * float(np.median(np.abs(band)))


def sheet(pictures: np.ndarray, masks: np.ndarray, plates: np.ndarray) -> np.ndarray:
    rows = []
    for n in np.linspace(0, len(pictures) - 1, SHOWN).astype(int):
        seen = pictures[n].copy()
        outlines, _ = cv2.findContours(masks[n], cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(seen, outlines, -1, (255, 255, 0), 1)
        rows.append(np.hstack([seen, plates[n], _close(masks[n], plates[n])]))
    return np.vstack(rows)


def _close(mask: np.ndarray, plate: np.ndarray) -> np.ndarray:
    """A third of the plate around the object's lower edge, at three times its size."""
    tall, wide = mask.shape
    x, y, width, height = cv2.boundingRect(mask)
    left = min(max(0, x + width // 2 - wide // 6), wide - wide // 3)
    top = min(max(0, y + height - tall // 4), tall - tall // 3)
    part = plate[top : top + tall // 3, left : left + wide // 3]
    return cv2.resize(part, (wide, tall), interpolation=cv2.INTER_NEAREST)


if __name__ == "__main__":
    main()
