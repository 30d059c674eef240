"""How much of a camera's shaking Stabilise takes away, and what it costs:

    python -m tests.bench.steady DATA [--smoothness 0.7] [--zoom 1.25]

Of every clip in DATA/JPEGImages/480p the camera is followed past the objects of the given masks, once on the frames
as they are and once on the steadied ones, which are drawn as an export draws them. Shaking is how far the
background's speed changes from frame to frame: the mean length of the second difference of its motion, in pixels at a
width of 640, over the zoom, which enlarges it with all else. Border is the largest part of a frame that the steadied
picture does not cover.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from core.job import drain
from core.media.info import Frame
from core.media.matte import MaskFolder
from core.media.reader import open_source
from core.media.shake import find_camera, read_camera
from core.motion.steady import WORKING, corrections, step_between
from core.render import effects


def shaking(frames: Callable[[int], Frame], free: Callable[[int], Frame], count: int) -> float:
    """Pixels a frame, of frames uint8 RGB; free: uint8 (h, w), not 0 where the background is."""
    greys = [cv2.cvtColor(frames(n), cv2.COLOR_RGB2GRAY) for n in range(count)]
    steps = np.stack([step_between(greys[n], greys[n - 1], free(n))[:2] for n in range(1, count)])
    return float(np.linalg.norm(np.diff(steps, axis=0), axis=1).mean())


def measure(
    clip: Path, masks: Path, smoothness: float, zoom: float
) -> tuple[float, float, float, float, float]:
    """Shaking before and after, the zoom that was used, the border, CPU milliseconds a frame to follow the camera."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        drain(find_camera(Path(folder), clip=str(clip), masks=str(masks)))
        cost = time.process_time() - begun
        path = read_camera(Path(folder))
    assert path is not None
    source, objects, count = open_source(clip), MaskFolder(masks), len(path.steps)
    size = WORKING, round(WORKING * source.height / source.width)
    scale = np.diag([size[0] / source.width, size[1] / source.height, 1.0])
    ways = [(scale @ one @ np.linalg.inv(scale))[:2] for one in corrections(path, smoothness, zoom)]

    def taken(n: int) -> Frame:
        return source.frame(n, size)[..., :3]

    def free(n: int) -> Frame:
        return (cv2.resize(objects.labels(n), size, interpolation=cv2.INTER_NEAREST) == 0).astype(np.uint8)

    def covered(n: int) -> float:
        return float(cv2.warpAffine(np.ones(size[::-1], np.float32), ways[n], size).mean())

    used = float(np.median([np.sqrt(np.linalg.det(way[:, :2])) for way in ways]))
    before = shaking(taken, free, count)
    after = shaking(
        lambda n: effects.moved(taken(n), ways[n]),
        lambda n: (effects.moved(free(n).astype(np.float32), ways[n]) > 0.99).astype(np.uint8),
        count,
    )
    border = 1 - min(covered(n) for n in range(count))
    source.close()
    return before, after / used, used, border, 1000 * cost / count


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--smoothness", type=float, default=0.7)
    parser.add_argument("--zoom", type=float, default=1.25)
    given = parser.parse_args()
    clips = sorted((given.data / "JPEGImages" / "480p").iterdir())
    print(f"{'clip':16} before  after   zoom  border %  ms/frame")
    for clip in clips:
        masks = given.data / "Annotations" / "480p" / clip.name
        before, after, zoom, border, cost = measure(clip, masks, given.smoothness, given.zoom)
        print(
            f"{clip.name:16} {before:6.2f} {after:6.2f} {zoom:6.3f} {100 * border:9.2f} {cost:9.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
