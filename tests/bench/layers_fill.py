"""What no frame shows, filled smoothly and by example: `python -m tests.bench.layers_fill DATA OUT [CLIP …]`.

In the middle frame of every sequence of DATA (JPEGImages/480p, Annotations/480p) an ellipse away from the object is
hidden; both fillings are compared with the frame, dB there and CPU seconds, and OUT/fill.png shows, from left to right,
the hole, both fillings and the frame. A filling that looks right need not be the frame: pictures count before dB.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from core.layers.examples import fill_by_example
from core.layers.fill import fill
from tests.core.layers.test_plane import last_of

SIZE = 854, 480
AXES = 70, 50
LOOK = 300, 220


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("clips", nargs="*")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    names = given.clips or sorted(path.name for path in (given.data / "JPEGImages/480p").iterdir())
    rows = [row(given.data, name) for name in names]
    cv2.imwrite(str(given.out / "fill.png"), np.vstack(rows)[..., ::-1])


def row(data: Path, name: str) -> np.ndarray:
    picture, mask = _middle(data, name)
    x, y = _place(mask)
    hole = np.zeros(mask.shape, np.uint8)
    cv2.ellipse(hole, (x, y), AXES, 0, 0, 360, 1, -1)
    hidden = hole > 0
    seen = ~hidden & (cv2.dilate(mask, np.ones((15, 15), np.uint8)) == 0)
    marks = [time.process_time()]
    smooth = fill(picture, (~hidden).astype(np.float32))
    marks.append(time.process_time())
    made = last_of(fill_by_example(smooth, seen, hidden))
    marks.append(time.process_time())
    dB = [-10 * np.log10(((each - picture)[hidden] ** 2).mean()) for each in (smooth, made)]
    seconds = np.diff(marks)
    print(
        f"{name}: smooth {dB[0]:.2f} dB {seconds[0]:.2f} s, by example {dB[1]:.2f} dB {seconds[1]:.2f} s, "
        f"{hidden.sum()} pixels",
        flush=True,
    )
    left = min(max(0, x - LOOK[0] // 2), SIZE[0] - LOOK[0])
    top = min(max(0, y - LOOK[1] // 2), SIZE[1] - LOOK[1])
    part = np.s_[top : top + LOOK[1], left : left + LOOK[0]]
    shown = (np.where(hidden[..., None], 1, picture), smooth, made, picture)
    return (np.clip(np.hstack([each[part] for each in shown]), 0, 1) * 255).astype(np.uint8)


def _middle(data: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    paths = sorted((data / "JPEGImages/480p" / name).iterdir())
    path = paths[len(paths) // 2]
    picture = cv2.resize(cv2.imread(str(path)), SIZE, interpolation=cv2.INTER_AREA)[..., ::-1]
    mask = cv2.imread(str(data / "Annotations/480p" / name / f"{path.stem}.png"), 0)
    mask = cv2.resize(mask, SIZE, interpolation=cv2.INTER_NEAREST)
    return picture.astype(np.float32) / np.float32(255), (mask > 127).astype(np.uint8)


def _place(mask: np.ndarray) -> tuple[int, int]:
    """As near the middle as the object lets it."""
    away = np.minimum(cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5), 120)
    rows, columns = np.indices(mask.shape)
    apart = np.hypot(rows - SIZE[1] / 2, columns - SIZE[0] / 2)
    y, x = np.unravel_index(int((1000 * away - apart).argmax()), mask.shape)
    return int(x), int(y)


if __name__ == "__main__":
    main()
