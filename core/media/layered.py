"""Layered pictures as OpenRaster: written for other programs to paint on, and taken back.

An .ora file is a zip: "mimetype" first and stored, stack.xml, a PNG a layer, mergedimage.png, a thumbnail
(OpenRaster 0.0.5). What comes back is not trusted: the number and size of its parts are bounded before anything is
unpacked, the XML may declare nothing, and pictures are measured before they are decoded.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
from PIL import Image

from core.errors import MediaError
from core.files import write_atomic
from core.media.info import Frame

MIMETYPE = b"image/openraster"
MOST_PARTS = 500
MOST_BYTES = 512 * 2**20
"""Of all parts together, unpacked."""
TIMES_OPEN = 4
"""So many times MOST_BYTES the layers may take together once they are as large as the picture; a part can be named by
any number of them."""
MOST_XML = 2**20
THUMBNAIL = 256
PLAIN = "svg:src-over"
_CURE = "Save it as OpenRaster (.ora) again, with the layers inside the picture"


@dataclass(frozen=True, eq=False)
class PictureLayer:
    """One layer of a layered picture.

    pixels: straight RGBA, uint8 (H, W, 4), of the whole picture's size. visible ones make up the picture.
    plain: mixed by "over"; else by a mode that only the merged picture shows.
    """

    name: str
    pixels: Frame
    opacity: float = 1.0
    visible: bool = True
    plain: bool = True


@dataclass(frozen=True, eq=False)
class Layered:
    """A picture in layers.

    layers: bottom first.
    merged: the picture as the other program shows it; None when it does not say.
    """

    size: tuple[int, int]
    layers: tuple[PictureLayer, ...]
    merged: Frame | None


def write_layered(path: Path, layers: Sequence[PictureLayer]) -> None:
    """Write layers of one size, bottom first.

    Raises:
        MediaError: when the disk refuses.
    """
    height, width = layers[0].pixels.shape[:2]
    merged = flattened(layers)
    root = ElementTree.Element("image", w=str(width), h=str(height), version="0.0.5", name=path.stem)
    stack = ElementTree.SubElement(root, "stack")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MIMETYPE, zipfile.ZIP_STORED)
        for number, layer in reversed(tuple(enumerate(layers))):
            source = f"data/layer{number}.png"
            ElementTree.SubElement(stack, "layer", {
                "name": layer.name, "src": source, "x": "0", "y": "0", "opacity": f"{layer.opacity:.4f}",
                "visibility": "visible" if layer.visible else "hidden", "composite-op": PLAIN,
            })  # fmt: skip
            archive.writestr(source, png(layer.pixels), zipfile.ZIP_STORED)
        archive.writestr("stack.xml", ElementTree.tostring(root, "utf-8", xml_declaration=True))
        archive.writestr("mergedimage.png", png(merged), zipfile.ZIP_STORED)
        part = min(1.0, THUMBNAIL / max(width, height))
        small = (max(1, round(width * part)), max(1, round(height * part)))
        archive.writestr(
            "Thumbnails/thumbnail.png", png(cv2.resize(merged, small, interpolation=cv2.INTER_AREA))
        )
    try:
        write_atomic(path, packed.getvalue())
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror}", "Check the disk") from error


def png(picture: Frame) -> bytes:
    """Straight RGBA, uint8 (H, W, 4), as PNG."""
    done, encoded = cv2.imencode(
        ".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA), (cv2.IMWRITE_PNG_COMPRESSION, 3)
    )
    assert done, "OpenCV writes PNG"
    return bytes(encoded)


def read_layered(path: Path, size: tuple[int, int]) -> Layered:
    """Read a file that should still have a picture of `size` (width, height).

    Raises:
        MediaError: when it cannot be read, is not safe to read, or is of another size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _require_bounded(path, archive)
            root = _stack_of(path, archive)
            known = (_whole(root, "w"), _whole(root, "h"))
            require_size(path, known, size)
            nodes = _nodes(root, path)
            if len(nodes) * size[0] * size[1] * 4 > TIMES_OPEN * MOST_BYTES:
                raise MediaError(f"{path} has more layers than there is room for", _CURE)
            layers = [_layer(path, archive, node, size) for node in nodes]
            merged = None
            if "mergedimage.png" in archive.namelist():
                merged = decoded(path, archive.read("mergedimage.png"), size)
    except (OSError, zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError) as error:
        raise MediaError(f"{path} cannot be read as OpenRaster", _CURE) from error
    return Layered(size, tuple(reversed(layers)), merged)


def _require_bounded(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise MediaError(f"{path} unpacks to far more than a picture of layers", _CURE)


def _stack_of(path: Path, archive: zipfile.ZipFile) -> ElementTree.Element:
    if archive.getinfo("stack.xml").file_size > MOST_XML:
        raise MediaError(f"{path} has too long a list of layers", _CURE)
    text = archive.read("stack.xml")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise MediaError(f"{path} declares things that a list of layers has no need of", _CURE)
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise MediaError(f"the list of layers in {path} is damaged", _CURE) from error


def _nodes(root: ElementTree.Element, path: Path) -> list[ElementTree.Element]:
    """All layers, top first; those of groups among them."""
    found = [node for node in root.iter("layer") if node.get("src")]
    if not found:
        raise MediaError(f"{path} has no layers", _CURE)
    return found


def _layer(
    path: Path, archive: zipfile.ZipFile, node: ElementTree.Element, size: tuple[int, int]
) -> PictureLayer:
    part = decoded(path, archive.read(node.get("src", "")))
    x, y = _whole(node, "x"), _whole(node, "y")
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    left, top = max(0, x), max(0, y)
    right, bottom = min(size[0], x + part.shape[1]), min(size[1], y + part.shape[0])
    if left < right and top < bottom:
        pixels[top:bottom, left:right] = part[top - y : bottom - y, left - x : right - x]
    try:
        opacity = min(max(float(node.get("opacity", "1")), 0.0), 1.0)
    except ValueError:
        opacity = 1.0
    visible = node.get("visibility", "visible") == "visible"
    return PictureLayer(
        node.get("name", ""), pixels, opacity, visible, node.get("composite-op", PLAIN) == PLAIN
    )


def _whole(node: ElementTree.Element, name: str) -> int:
    try:
        return min(max(int(float(node.get(name, "0"))), -(10**6)), 10**6)
    except (ValueError, OverflowError):
        return 0


def decoded(path: Path, content: bytes, size: tuple[int, int] | None = None) -> Frame:
    """A PNG as straight RGBA, uint8 (H, W, 4). size: (width, height) that it must have.

    Raises:
        MediaError: when it cannot be read, or is of another size.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if size is not None:
                require_size(path, image.size, size)
            elif image.width * image.height * 4 > MOST_BYTES:
                raise MediaError(f"a layer of {path} is {image.width} x {image.height} pixels large", _CURE)
            return np.array(image.convert("RGBA"), np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, Image.DecompressionBombError) as error:
        raise MediaError(f"a picture inside {path} is damaged", _CURE) from error


def require_size(path: Path, known: tuple[int, int], size: tuple[int, int]) -> None:
    """Raises MediaError when a picture came back at another size."""
    if known != size:
        raise MediaError(
            f"{path.name} came back as {known[0]} x {known[1]} pixels, the atlas is {size[0]} x {size[1]}",
            "Undo cropping and scaling in the other program and save again",
        )


def flattened(layers: Sequence[PictureLayer]) -> Frame:
    """The visible layers over one another, bottom first; straight RGBA of their size."""
    height, width = layers[0].pixels.shape[:2]
    out = np.zeros((height, width, 4), np.float32)
    for layer in layers:
        if layer.visible and layer.opacity > 0:
            above = layer.pixels.astype(np.float32)
            alpha = above[..., 3:] * np.float32(layer.opacity / 255)
            out[..., :3] = out[..., :3] * (1 - alpha) + above[..., :3] * alpha
            out[..., 3:] = out[..., 3:] * (1 - alpha) + alpha
    straight = out[..., :3] / np.maximum(out[..., 3:], 1e-6)
    return np.asarray(np.rint(np.dstack([straight, out[..., 3] * 255])), np.uint8)
