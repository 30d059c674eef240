"""A range of a clip together with the masks of its objects, one frame at a time.

Frames count from 0 at the range's first. Masks are a folder in the DAVIS layout (core.media.matte); they may be fewer
than the frames: a short gap takes the nearest mask, elsewhere no object is known and the frame is not trusted to show
background only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.layers.paged import Stack
from core.layers.tracks import doubled
from core.media.images import is_pattern, numbered
from core.media.info import Fields, Frame, FrameSource
from core.media.matte import Labels, MaskFolder, read_labels
from core.media.reader import open_source
from core.time import FrameRate

NEAR = 2
"""Frames from which a missing mask is taken."""
KEPT_BYTES = 256 * 2**20
"""Of frames and masks that stay decoded. The first ones are kept: every pass begins with them again."""


class Pictures(Protocol):
    """Frames and masks as `Footage` has them. size: (width, height)."""

    size: tuple[int, int]
    count: int

    def frame(self, n: int) -> Frame: ...
    def known(self, n: int) -> bool: ...
    def labels(self, n: int) -> Labels: ...


class Footage:
    """Frames first to last, inclusive, of a clip.

    Args:
        files: the mask of each frame of the range that has one.
        shared: labels that are one object, which has the first of them.
    """

    def __init__(
        self, source: FrameSource, files: dict[int, Path], first: int, last: int, shared: Sequence[int] = ()
    ) -> None:
        self._source, self._files, self._shared = source, files, tuple(shared)
        self.first, self.count = first, last - first + 1
        self.size = source.width, source.height
        self.rate: FrameRate = source.rate
        self._frames: dict[int, Frame] = {}
        self._labels: dict[int, Labels] = {}
        self._further: dict[int, Labels] = {}
        self._leaked: dict[int, Labels] = {}
        self._room = KEPT_BYTES

    def frame(self, n: int) -> Frame:
        """uint8 RGB (H, W, 3), not to be changed. Raises MediaError when it cannot be decoded."""
        if n in self._frames:
            return self._frames[n]
        picture = np.ascontiguousarray(self._source.frame(self.first + n)[..., :3])
        if self._keeps(picture):
            self._frames[n] = picture
        return picture

    def known(self, n: int) -> bool:
        """Whether it is known where the objects are."""
        return self._nearest(n) is not None

    def labels(self, n: int) -> Labels:
        """uint8 (H, W); nothing but background where no mask is known. Raises MediaError for a mask of another size."""
        own = self._own(n)
        if n in self._leaked:
            own = np.where(doubled(self._leaked[n], self.size) > 0, np.uint8(0), own)
        return np.where(own == 0, self._further[n], own) if n in self._further else own

    def extend(self, n: int, labels: Labels) -> None:
        """Further labels of frame n, uint8 (H, W), where its mask has none."""
        self._further[n] = labels

    def reduce(self, n: int, places: npt.NDArray[np.bool_]) -> None:
        """Places of frame n, bool (ceil(H / 2), ceil(W / 2)), that are no object, whatever its mask says."""
        self._leaked[n] = np.maximum(places.astype(np.uint8), self._leaked.get(n, np.uint8(0)))

    def _own(self, n: int) -> Labels:
        nearest = self._nearest(n)
        if nearest is None:
            return np.zeros(self.size[::-1], np.uint8)
        if nearest in self._labels:
            return self._labels[nearest]
        labels = read_labels(self._files[nearest], self.size)
        if self._shared:
            labels = np.where(np.isin(labels, self._shared), np.uint8(self._shared[0]), labels)
        if self._keeps(labels):
            self._labels[nearest] = labels
        return labels

    def unknown(self) -> tuple[int, ...]:
        """The frames without a mask."""
        return tuple(n for n in range(self.count) if not self.known(n))

    def notes(self) -> tuple[str, ...]:
        """What the user should know of the masks: frames that have none."""
        unknown = self.unknown()
        if not unknown:
            return ()
        return (
            f"{len(unknown)} frames have no mask, the first is frame {unknown[0]}: no object is looked for there",
        )

    def halves(self, folder: Path | None) -> Stack:
        """Zeros for every frame, in half size, uint8 (N, ceil(H / 2), ceil(W / 2)). folder: see `Stack`."""
        return Stack((self.count, (self.size[1] + 1) // 2, (self.size[0] + 1) // 2), folder)

    def close(self) -> None:
        """Let go of the clip."""
        self._source.close()

    def _keeps(self, picture: npt.NDArray[np.uint8]) -> bool:
        """Whether there is room to keep it, which is then taken."""
        fits = picture.nbytes <= self._room
        self._room -= picture.nbytes if fits else 0
        return fits

    def _nearest(self, n: int) -> int | None:
        for off in range(NEAR + 1):
            for m in (n - off, n + off):
                if m in self._files:
                    return m
        return None


def open_footage(
    clip: Path,
    masks: Path,
    first: int = 0,
    last: int = -1,
    shared: Sequence[int] = (),
    fields: Fields = "",
) -> Footage:
    """Open a range of a clip and look for its masks.

    Args:
        masks: a folder of mask PNGs, named as the clip's pictures are, or by frame number from 0.
        last: -1 for the clip's last frame.
        shared: see `Footage`.
        fields: the user's choice for the clip's fields.

    Raises:
        MediaError: when the clip or the masks cannot be read, there are none, or the range is not in the clip.
    """
    source = open_source(clip, fields=fields)
    try:
        end = source.frame_count - 1
        last = end if last < 0 else last
        if not 0 <= first <= last <= end:
            raise MediaError(f"frames {first} to {last} are not in {clip}, which has frames 0 to {end}")
        files = _mask_files(clip, masks, end + 1)
        here = {n - first: path for n, path in files.items() if first <= n <= last}
        if not here:
            raise MediaError(
                f"{masks} has no mask for frames {first} to {last} of {clip.name}",
                "Give a folder with a mask PNG a frame, such as laminar track writes",
            )
        footage = Footage(source, here, first, last, shared)
        footage.labels(min(here))
    except BaseException:
        source.close()
        raise
    return footage


def _mask_files(clip: Path, masks: Path, frames: int) -> dict[int, Path]:
    """The mask of each frame: by the names of the clip's pictures, else by number; numbered from 1 where that fits."""
    folder = MaskFolder(masks)
    found = {n: path for n in folder.frames() if (path := folder.file(n)) is not None}
    if not found:
        raise MediaError(f"{masks} holds no PNG masks", "Give a folder with files such as 00000.png")
    if clip.is_dir() or is_pattern(clip):
        stems = {path.stem: n for n, path in enumerate(numbered(clip))}
        named = {stems[path.stem]: path for path in found.values() if path.stem in stems}
        if named:
            return named
    if max(found) >= frames and min(found) > 0 and max(found) - min(found) < frames:
        low = min(found)
        return {n - low: path for n, path in found.items()}
    return {n: path for n, path in found.items() if n < frames}
