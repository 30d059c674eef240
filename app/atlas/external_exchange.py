"""What goes to another program and what comes back as one edit. Runs off the GUI thread, knows no window.

Three forms: "png", the atlas with its edits, of which what differs comes back; "overlay", an empty picture that comes
back whole; "ora", layers for programs that have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from core.errors import MediaError
from core.files import write_atomic
from core.media.atlases import edit_of
from core.media.info import Frame
from core.media.layered import PictureLayer, flattened, png, read_layered, require_size, write_layered
from core.project.atlas_pictures import load_rgba

Form = Literal["png", "overlay", "ora"]
SUFFIX: dict[Form, str] = {"png": ".png", "overlay": ".overlay.png", "ora": ".ora"}
ATLAS, EDITS, OWN = "Atlas", "Edits so far", "Paint here"
LARGEST_FILE = 256 * 2**20


@dataclass(frozen=True, eq=False)
class Sent:
    """What another program was given.

    shown: straight RGBA of the atlas, or of a page of it, with its edits, uint8 (h, w, 4).
    bare: the same as it was found.
    """

    form: Form
    path: Path
    bare: Frame
    shown: Frame

    @property
    def size(self) -> tuple[int, int]:
        return self.shown.shape[1], self.shown.shape[0]


def send(sent: Sent) -> None:
    """Write the file. Raises MediaError when the disk refuses."""
    try:
        sent.path.parent.mkdir(parents=True, exist_ok=True)
        if sent.form == "ora":
            layers = [PictureLayer(ATLAS, sent.bare), PictureLayer(EDITS, _edits(sent))]
            write_layered(sent.path, [*layers, PictureLayer(OWN, np.zeros_like(sent.bare))])
        else:
            write_atomic(sent.path, png(sent.shown if sent.form == "png" else np.zeros_like(sent.shown)))
    except OSError as error:
        raise MediaError(f"{sent.path} cannot be written: {error.strerror}", "Check the disk") from error


def _edits(sent: Sent) -> Frame:
    """What lies on the atlas already, as a layer of its own."""
    return edit_of(sent.bare, sent.shown, tolerance=0)


def take(sent: Sent) -> Frame:
    """The file as it is now, as an edit: straight RGBA of the atlas's size.

    Raises:
        MediaError: when it cannot be read, or its size or alpha does not fit any more.
    """
    try:
        if sent.path.stat().st_size > LARGEST_FILE:
            raise MediaError(
                f"{sent.path.name} is larger than {LARGEST_FILE // 2**20} MB", "Save it without extras"
            )
    except OSError as error:
        raise MediaError(f"{sent.path} is not there any more", "Save it under its old name") from error
    return _from_layers(sent) if sent.form == "ora" else _from_picture(sent)


def _from_picture(sent: Sent) -> Frame:
    try:
        with Image.open(sent.path) as image:
            require_size(sent.path, image.size, sent.size)
            alpha = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"{sent.path} cannot be read as a picture", "Save it as PNG again") from error
    picture = load_rgba(sent.path)
    if sent.form == "overlay":
        if not alpha:
            raise MediaError(
                f"{sent.path.name} came back without transparency: it would cover the whole object",
                "Save it as PNG with an alpha channel",
            )
        return picture
    return edit_of(sent.shown, picture if alpha else picture[..., :3])


def _from_layers(sent: Sent) -> Frame:
    """Layers that were added or changed, as they are, where the ones that were sent are untouched below them; else
    what the whole picture shows otherwise than before."""
    back = read_layered(sent.path, sent.size)
    was = {ATLAS: sent.bare, EDITS: _edits(sent)}
    kept = [layer.name in was and _same(layer, was[layer.name]) for layer in back.layers]
    ours = kept.count(True)
    fresh = back.layers[ours:]
    if all(kept[:ours]) and fresh and all(layer.plain for layer in fresh) and ours == len(was):
        return flattened(fresh)
    merged = back.merged if back.merged is not None else flattened(back.layers)
    return edit_of(sent.shown, merged)


def _same(layer: PictureLayer, was: Frame) -> bool:
    """Whether a layer is as it was sent; colour under no alpha does not count, programs throw it away."""
    if not layer.visible or layer.opacity < 1 or not layer.plain:
        return False
    seen = was[..., 3] > 0
    return bool(
        np.array_equal(layer.pixels[..., 3], was[..., 3]) and np.array_equal(layer.pixels[seen], was[seen])
    )
