"""The motion of a clip's camera, found once and kept in a result folder: the job "camera", and its reader.

The clip is read once; what an object of the given masks covers is left out. Memory does not grow with its length,
and an interrupted job goes on from the last piece that it wrote. See core.motion.steady for what is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import packed_arrays, read_arrays
from core.errors import MediaError
from core.files import write_atomic
from core.job import Progress
from core.media.cuts import SceneCuts
from core.media.info import Fields, FrameSource
from core.media.matte import MaskFolder
from core.media.reader import open_source
from core.motion.steady import WORKING, CameraPath, Motions, step_between

PATH = "camera.npz"
PIECE = 256
"""Frames after which what is known is written down."""
MOST = 10**7


def find_camera(out: Path, *, clip: str, fields: Fields = "", masks: str = "") -> Iterator[Progress]:
    """Find how the camera moves in a clip, a video file or a folder of images, into the folder `out`.

    Args:
        fields: the user's choice for the clip's fields.
        masks: a finished tracking of the clip; its objects are looked past. Empty for none.

    Raises:
        MediaError: when the clip cannot be read, or is a single picture.
    """
    opened = partial(open_source, Path(clip), fields=fields)
    with closing(opened()) as source, closing(SceneCuts(opened)) as cuts:
        count = source.frame_count
        if count < 2:
            raise MediaError(f"{Path(clip).name} is a single picture", "Only a moving camera can be steadied")
        yield Progress(0, count, "Following the camera")
        size, working = (source.width, source.height), _working(source)
        steps, found = _known(out, size, count)
        tracked = MaskFolder(Path(masks)) if masks else None
        done = len(steps)
        steps = np.concatenate([steps, np.zeros((count - done, 4))])
        before = _grey(source, done - 1, working) if done else None
        for n in range(done, count):
            grey = _grey(source, n, working)
            if n and n in cuts:
                found.append(n)
            elif before is not None:
                steps[n] = step_between(grey, before, _free(tracked, n, working))
                steps[n, :2] *= size[0] / working[0]
            before = grey
            if n % PIECE == PIECE - 1:
                _write(out, CameraPath(size, steps[: n + 1], tuple(found), source.rate.fps))
            yield Progress(n + 1, count, "Following the camera")
        _write(out, CameraPath(size, steps, tuple(found), source.rate.fps))
    yield Progress(count, count, "Done")


def read_camera(folder: Path) -> CameraPath | None:
    """What the job left; None when there is nothing that makes sense."""
    try:
        size, steps, cuts, fps = read_arrays(folder / PATH, "size", "steps", "cuts", "fps").values()
    except (OSError, ValueError):
        return None
    good = steps.dtype == np.float64 and steps.ndim == 2 and steps.shape[1] == 4 and 0 < len(steps) <= MOST
    if not (good and size.shape == (2,) and cuts.ndim == 1 and fps.shape == () and np.isfinite(steps).all()):
        return None
    if not (min(size) > 0 and 0.01 <= float(fps) <= 1000 and np.abs(steps[:, 2:]).max() < 1):
        return None
    inside = tuple(int(cut) for cut in sorted(set(cuts.tolist())) if 0 < cut < len(steps))
    return CameraPath((int(size[0]), int(size[1])), steps, inside, float(fps))


def _write(out: Path, path: CameraPath) -> None:
    cuts = np.array(path.cuts, np.int64)
    content = {"size": np.array(path.size), "steps": path.steps, "cuts": cuts, "fps": np.array(path.fps)}
    write_atomic(out / PATH, packed_arrays(content), sync=False)


def _known(out: Path, size: tuple[int, int], count: int) -> tuple[Motions, list[int]]:
    """The steps and cuts that an interrupted run wrote; none at first."""
    before = read_camera(out)
    if before is None or before.size != size or len(before.steps) > count:
        return np.zeros((0, 4)), []
    return before.steps, list(before.cuts)


def _working(source: FrameSource) -> tuple[int, int]:
    scale = min(1.0, WORKING / max(source.width, source.height))
    return max(1, round(source.width * scale)), max(1, round(source.height * scale))


def _grey(source: FrameSource, n: int, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(source.frame(n, size)[..., :3], cv2.COLOR_RGB2GRAY), np.uint8)


def _free(tracked: MaskFolder | None, n: int, size: tuple[int, int]) -> npt.NDArray[np.uint8] | None:
    """Not 0 where no object is, with some pixels to spare."""
    if tracked is None or n not in tracked:
        return None
    labels = cv2.resize(tracked.labels(n), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.erode((labels == 0).astype(np.uint8), np.ones((9, 9), np.uint8)), np.uint8)
