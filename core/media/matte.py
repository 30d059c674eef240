"""Masks on disk: label images as DAVIS palette PNG, binary and soft PNG, folders of them, and soft edges.

A mask is a label image, uint8 (H, W): 0 background, objects from 1. A matte is soft, float32 (H, W) in [0, 1].
A folder of masks holds one PNG a frame, named by the source frame number (00000.png). A tracking result holds
masks/NNNNN.png (palette) and soft/LABEL/NNNNN.png (8-bit grey) beside it. The palette and layout are those of
the DAVIS challenges (Pont-Tuset et al. 2017).
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from core.errors import MediaError
from core.files import read_json, write_atomic

Labels = npt.NDArray[np.uint8]
"""uint8 (H, W): 0 background, objects 1 to 255."""
Matte = npt.NDArray[np.float32]
"""float32 (H, W) in [0, 1]: how much of the pixel the object covers."""

Pixels = npt.NDArray[Any]
"""An image as its file stores it."""

Confidences = dict[int, dict[int, float]]
"""Frame to label to confidence in [0, 1]."""

MASKS, SOFT, CONFIDENCE = "masks", "soft", "confidence.json"
_MOST_GREY_LABELS = 64
_HINT = "Save it as a palette PNG (one index an object), or as white on black"


def davis_palette() -> npt.NDArray[np.uint8]:
    """The colour of each label, uint8 (256, 3) RGB: the bits of the index dealt out to the three channels."""
    index = np.arange(256)
    colours = np.zeros((256, 3), np.uint8)
    for bit in range(8):
        for channel in range(3):
            colours[:, channel] |= (((index >> (3 * bit + channel)) & 1) << (7 - bit)).astype(np.uint8)
    return colours


def mask_name(frame: int) -> str:
    """The file name of a frame's mask: 00007.png."""
    return f"{frame:05d}.png"


def read_labels(path: Path, size: tuple[int, int] | None = None, resize: bool = False) -> Labels:
    """Read a mask as labels, uint8 (H, W).

    Palette images give their indices. Grey ones that reach white are binary (half and above is label 1), darker
    ones with few values are labels, others soft. 16-bit grey is soft. RGB(A) is read from its alpha where that
    varies, else as grey, else by the DAVIS palette's colours. An image without any object is a valid mask.

    Args:
        size: (width, height) that the mask must have.
        resize: bring a mask of another size to `size`, nearest pixel, instead of raising.

    Raises:
        MediaError: when the file cannot be read, is no mask, or has another size.
    """
    pixels, mode = _load(path)
    labels = (
        pixels if mode == "P" else _grey_labels(pixels) if pixels.ndim == 2 else _colour_labels(pixels, path)
    )
    if mode == "P" and not np.any((labels > 0) & (labels < 255)):
        labels = (labels > 0).astype(np.uint8)
    return _fit(np.ascontiguousarray(labels, np.uint8), path, size, resize, cv2.INTER_NEAREST)


def read_soft(path: Path, size: tuple[int, int] | None = None, resize: bool = False) -> Matte:
    """Read a mask as one soft matte, float32 (H, W) in [0, 1]; every object of a label image counts as 1.

    Raises:
        MediaError: as `read_labels`.
    """
    pixels, mode = _load(path)
    if pixels.ndim == 3:
        pixels = _alpha_or_grey(pixels, path)
    if mode == "P" or _are_labels(pixels):
        matte = (pixels > 0).astype(np.float32)
    else:
        matte = pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)
    return _fit(matte, path, size, resize, cv2.INTER_LINEAR)


def read_matte(path: Path, size: tuple[int, int] | None = None, resize: bool = False) -> Matte:
    """Read a matte that `write_soft` wrote, float32 (H, W) in [0, 1]: also a dark one is soft, never labels.

    Raises:
        MediaError: as `read_labels`.
    """
    pixels, mode = _load(path)
    if pixels.ndim != 2 or mode == "P":
        return read_soft(path, size, resize)
    matte = pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)
    return _fit(matte, path, size, resize, cv2.INTER_LINEAR)


def write_labels(path: Path, labels: Labels) -> None:
    """Write labels (H, W) as a palette PNG with the DAVIS palette; a whole file or nothing.

    Raises:
        MediaError: when the disk refuses.
    """
    image = Image.fromarray(np.ascontiguousarray(labels, np.uint8), "L")
    image.putpalette(davis_palette().tobytes())
    _save(path, image)


def write_binary(path: Path, labels: Labels, label: int | None = None) -> None:
    """Write one object (or all, when `label` is None) as white on black. Raises MediaError."""
    inside = labels > 0 if label is None else labels == label
    _save(path, Image.fromarray(inside.astype(np.uint8) * np.uint8(255), "L"))


def write_soft(path: Path, matte: Matte, bits: int = 8) -> None:
    """Write a soft matte, float32 (H, W) in [0, 1], as grey PNG of 8 or 16 bits. Raises MediaError."""
    clipped = np.clip(matte, 0, 1)
    if bits == 16:
        _save(path, Image.fromarray(np.rint(clipped * 65535).astype(np.uint16)))
    else:
        _save(path, Image.fromarray(np.rint(clipped * 255).astype(np.uint8), "L"))


class MaskFolder:
    """The masks of a clip: a folder of PNGs, or a tracking result that holds masks/ and soft/.

    Files are looked up when asked for, so a folder that a job still fills shows what is there.

    Args:
        size: (width, height) that the masks must have; None takes them as they are.
        resize: bring masks of another size to `size` instead of raising.
    """

    def __init__(self, folder: Path, size: tuple[int, int] | None = None, resize: bool = False) -> None:
        self.folder = folder / MASKS if (folder / MASKS).is_dir() else folder
        self._soft = self.folder.parent / SOFT if self.folder.name == MASKS else folder / SOFT
        self._size, self._resize = size, resize
        self._found: dict[int, Path] = {}

    def __contains__(self, frame: int) -> bool:
        return self._path(frame) is not None

    def frames(self) -> list[int]:
        """The frames that have a mask, ascending."""
        self._found = _numbered(self.folder)
        return sorted(self._found)

    def file(self, frame: int) -> Path | None:
        """The PNG of a frame; None when there is none."""
        return self._path(frame)

    def labels(self, frame: int) -> Labels:
        """The labels of a frame, uint8 (H, W).

        Raises:
            MediaError: when there is none or it cannot be read.
        """
        if (path := self._path(frame)) is None:
            raise MediaError(f"{self.folder} has no mask for frame {frame}", "Track the object to this frame")
        return read_labels(path, self._size, self._resize)

    def soft(self, frame: int, label: int) -> Matte:
        """The matte of one object, float32 (H, W); hard-edged where no soft one is stored. Raises MediaError."""
        path = self._soft / str(label) / mask_name(frame)
        if path.is_file():
            return read_matte(path, self._size, self._resize)
        return np.asarray(self.labels(frame) == label, np.float32)

    def is_soft(self, frame: int, label: int) -> bool:
        """Whether a soft matte of the object is stored."""
        return (self._soft / str(label) / mask_name(frame)).is_file()

    def _path(self, frame: int) -> Path | None:
        path = self.folder / mask_name(frame)
        if path.is_file():
            return path
        if frame not in self._found:
            self._found = _numbered(self.folder)
        return self._found.get(frame)


def read_confidences(folder: Path) -> Confidences:
    """How sure a tracking result is of each object in each frame; empty when it does not say."""
    return read_json(folder / CONFIDENCE, Confidences) or {}


def refine(matte: Matte, grow: float = 0.0, feather: float = 0.0) -> Matte:
    """Grow (negative: shrink) a matte by `grow` pixels, then soften its edge over about `feather` pixels.

    Args:
        matte: float32 (H, W) in [0, 1].
    """
    grown = _grow(matte, grow) if grow else matte
    return blur(grown, feather / 2) if feather > 0.05 else grown


def blur(matte: Matte, sigma: float) -> Matte:
    """Gaussian blur of a float32 picture; wide ones on a smaller picture, so the time does not grow with sigma."""
    factor = max(1, int(sigma // 3))
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(matte, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)
    height, width = matte.shape[:2]
    reduced = (max(1, width // factor), max(1, height // factor))
    small = cv2.resize(matte, reduced, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _grow(matte: Matte, grow: float) -> Matte:
    """Distance to the half-way contour moves the edge; the softness on the far side of it stays as it was."""
    inside = (matte >= 0.5).astype(np.uint8)
    if not inside.any() or inside.all():
        return matte
    if grow > 0:
        outward = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
        return np.asarray(np.maximum(matte, np.clip(grow + 1 - outward, 0, 1)), np.float32)
    inward = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    return np.asarray(np.minimum(matte, np.clip(inward + grow, 0, 1)), np.float32)


def _load(path: Path) -> tuple[Pixels, str]:
    """The pixels as stored and "P" for a palette image: (H, W) uint8 or uint16, or (H, W, 3 | 4) uint8."""
    try:
        with Image.open(path) as image:
            if image.mode == "P":
                return np.asarray(image, np.uint8), "P"
            if image.mode == "1":
                return np.asarray(image.convert("L"), np.uint8), "L"
            if image.mode.startswith("I"):
                return np.clip(np.asarray(image), 0, 65535).astype(np.uint16), "I"
            if image.mode in ("LA", "PA", "La"):
                return np.asarray(image.convert("RGBA")), "RGBA"
            if image.mode not in ("L", "RGB", "RGBA"):
                raise MediaError(f"{path} is a {image.mode} picture, not a mask", _HINT)
            return np.asarray(image), image.mode
    except FileNotFoundError as error:
        raise MediaError(f"the mask {path} is not there", "Choose another file") from error
    except Image.DecompressionBombError as error:
        raise MediaError(f"the mask {path} is far too large", "Choose another file") from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError) as error:  # what Pillow raises on damage
        raise MediaError(f"{path} cannot be read as a mask", "Choose a PNG file") from error


def _are_labels(grey: Pixels) -> bool:
    """A grey image that never gets bright and has few values numbers its objects."""
    return grey.dtype == np.uint8 and int(grey.max(initial=0)) < _MOST_GREY_LABELS


def _grey_labels(grey: Pixels) -> Pixels:
    if _are_labels(grey):
        return grey
    return np.asarray(grey > np.iinfo(grey.dtype).max // 2, np.uint8)


def _alpha_or_grey(pixels: Pixels, path: Path) -> Pixels:
    """One channel out of RGB(A): the alpha where it varies, else the grey. Raises MediaError for colours."""
    if pixels.shape[2] == 4 and int(pixels[..., 3].min()) < int(pixels[..., 3].max()):
        return pixels[..., 3]
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return red
    raise MediaError(f"{path} is a colour picture, not a mask", _HINT)


def _colour_labels(pixels: Pixels, path: Path) -> Pixels:
    try:
        return _grey_labels(_alpha_or_grey(pixels, path))
    except MediaError:
        packed = pixels[..., :3].astype(np.int32) @ np.array([65536, 256, 1], np.int32)
        known = davis_palette().astype(np.int32) @ np.array([65536, 256, 1], np.int32)
        order = np.argsort(known)
        place = np.clip(np.searchsorted(known[order], packed), 0, 255)
        if not np.array_equal(known[order][place], packed):
            raise
        return order[place].astype(np.uint8)


def _fit(image: Pixels, path: Path, size: tuple[int, int] | None, resize: bool, interpolation: int) -> Pixels:
    height, width = image.shape
    if size is None or (width, height) == size:
        return image
    if not resize:
        raise MediaError(
            f"the mask {path} is {width}x{height}, the clip is {size[0]}x{size[1]}",
            f"Scale the mask to {size[0]}x{size[1]} without smoothing, or draw it on the clip itself",
        )
    return np.asarray(cv2.resize(image, size, interpolation=interpolation))


def _numbered(folder: Path) -> dict[int, Path]:
    """PNG files whose stem ends in a number, by that number."""
    found: dict[int, Path] = {}
    for path in _pngs(folder):
        digits = path.stem[len(path.stem.rstrip("0123456789")) :]
        if digits:
            found[int(digits)] = path
    return found


def _pngs(folder: Path) -> Iterable[Path]:
    try:
        return sorted(
            path for path in folder.iterdir() if path.suffix.lower() == ".png" and path.stem[:1] != "."
        )
    except OSError:
        return ()


def _save(path: Path, image: Image.Image) -> None:
    """A reader never sees half a mask. Raises MediaError when the disk refuses."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    try:
        write_atomic(path, buffer.getvalue(), sync=False)  # a job writes thousands
    except OSError as error:
        raise MediaError(
            f"{path} cannot be written: {error.strerror}", "Check the disk and the folder"
        ) from error
