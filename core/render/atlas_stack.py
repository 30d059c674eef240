"""A stack of atlas edits as what has to be laid over the frames.

From the bottom up: each edit is drawn as straight RGBA of the atlas's size; its blend mode mixes it with what the atlas
shows by then; edits that follow one another and are lit alike become one layer. Colour adjustment stays a step of its
own: it works on the frame's own pixels, so that the film keeps the texture that no atlas holds.

Stacks share their lower part with the stack before the last edit, so painting on costs one edit and not all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from core.arrays import to_float
from core.errors import MediaError
from core.media.info import Frame
from core.project.atlas_kinds import EDIT_KINDS, AtlasEdit, edit_numbers, edit_texts
from core.render import grading, pixels, titles
from core.render.atlas_filters import filtered
from core.render.pixels import Floats
from core.timeline.model import BlendMode, Title

Load = Callable[[str], Frame]
"""A picture of the data folder by its name: straight RGBA, uint8 (h, w, 4); raises MediaError."""
TEXT_ROOM = 4096
"""Pixels of a side that letters are drawn on at most."""


@dataclass(frozen=True, eq=False)
class Paint:
    """A picture that is laid over an atlas.

    pixels: straight RGBA of the atlas's size.
    lit: the film's light falls on it.
    page, leaf: it lies on this page of the object, counted from 1, and this is it there, straight RGBA of the page's
    size, which the frames show; `pixels` is what the atlas shows of it.
    """

    pixels: Frame
    lit: bool
    page: int = 0
    leaf: Frame | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page that an edit lies on.

    picture: straight RGBA.
    carry: paint of its size to the atlas's (AtlasClip.push_page).
    """

    picture: Frame
    carry: Callable[[Frame], Frame]


@dataclass(frozen=True, eq=False)
class Grade:
    """A change of colour of all that shows the object. values: as core.render.grading.colour takes them."""

    values: dict[str, float]
    opacity: float
    blend: BlendMode = "normal"


@dataclass(frozen=True, eq=False)
class Stack:
    """The edits of an atlas, flattened.

    shown: RGB, uint8 (h, w, 3), the atlas with its edits.
    steps: what to lay over a frame, in this order.
    """

    shown: Frame
    steps: tuple[Paint | Grade, ...] = ()


def bare(atlas: Frame) -> Stack:
    """Without an edit. atlas: straight RGBA, uint8 (h, w, 4)."""
    return Stack(np.ascontiguousarray(atlas[..., :3]))


def stacked(atlas: Frame, edits: Iterable[AtlasEdit], load: Load) -> Stack:
    """All of some edits, bottom first. Raises MediaError when a picture cannot be read."""
    stack = bare(atlas)
    for edit in edits:
        stack = with_edit(stack, atlas, edit, load)
    return stack


def with_edit(stack: Stack, atlas: Frame, edit: AtlasEdit, load: Load, sheet: Sheet | None = None) -> Stack:
    """The stack with one more edit on top; the same where the edit shows nothing.

    Args:
        sheet: the page that the edit lies on; None: it lies on the atlas.

    Raises:
        MediaError: when its picture cannot be read.
    """
    if not edit.enabled or edit.opacity <= 0:
        return stack
    known = np.ascontiguousarray(atlas[..., 3])
    if edit.kind == "colour":
        graded = grading.colour(stack.shown, edit_numbers(edit))
        cover = known.astype(np.float32) * np.float32(edit.opacity / 255)
        step = Grade(edit_numbers(edit), edit.opacity, edit.blend)
        return Stack(blend_in(stack.shown, graded, cover, edit.blend), (*stack.steps, step))
    if sheet is not None:
        return _with_leaf(stack, edit, load, sheet)
    drawn = picture_of(edit, stack.shown, known, load)
    if drawn is None or not drawn[..., 3].any():
        return stack
    cover = drawn[..., 3].astype(np.float32) * np.float32(edit.opacity / 255)
    colour = np.ascontiguousarray(drawn[..., :3])
    if edit.blend != "normal":
        colour = pixels.blended(stack.shown, colour, edit.blend)
    shown = pixels.lerp(stack.shown, colour, cover)
    paint = np.dstack([colour, np.rint(cover * 255).astype(np.uint8)])
    return Stack(shown, _joined(stack.steps, Paint(paint, edit.lit)))


def _with_leaf(stack: Stack, edit: AtlasEdit, load: Load, sheet: Sheet) -> Stack:
    """With an edit on a page: it is mixed with the page as it was found."""
    found = np.ascontiguousarray(sheet.picture[..., :3])
    drawn = picture_of(edit, found, np.ascontiguousarray(sheet.picture[..., 3]), load)
    if drawn is None or not drawn[..., 3].any():
        return stack
    colour = np.ascontiguousarray(drawn[..., :3])
    if edit.blend != "normal":
        colour = pixels.blended(found, colour, edit.blend)
    leaf = np.dstack([colour, np.rint(drawn[..., 3] * np.float32(edit.opacity)).astype(np.uint8)])
    paint = sheet.carry(leaf)
    cover = to_float(paint[..., 3])
    shown = pixels.lerp(stack.shown, np.ascontiguousarray(paint[..., :3]), cover)
    return Stack(shown, (*stack.steps, Paint(paint, edit.lit, edit.page, leaf)))


def blend_in(below: Frame, above: Frame, cover: Floats, mode: BlendMode) -> Frame:
    """RGB `above` over RGB `below` in a blend mode, as far as `cover` (float32 (H, W), 0 to 1) goes."""
    colour = above if mode == "normal" else pixels.blended(below, above, mode)
    return pixels.lerp(below, colour, cover)


def _joined(steps: tuple[Paint | Grade, ...], paint: Paint) -> tuple[Paint | Grade, ...]:
    """Paint on paint that is lit alike becomes one; what lies on a page stays by itself."""
    last = steps[-1] if steps else None
    if not isinstance(last, Paint) or last.lit != paint.lit or last.page:
        return (*steps, paint)
    both = pixels.over(pixels.premultiply(last.pixels), pixels.premultiply(paint.pixels))
    return (*steps[:-1], replace(paint, pixels=pixels.unpremultiply(both)))


def picture_of(edit: AtlasEdit, shown: Frame, known: Frame, load: Load) -> Frame | None:
    """What an edit shows by itself: straight RGBA of the atlas's size; None for nothing.

    Args:
        shown: RGB of the atlas with the edits below.
        known: uint8 (h, w), the atlas's alpha.

    Raises:
        MediaError: when its picture cannot be read.
    """
    size = (known.shape[1], known.shape[0])
    numbers = edit_numbers(edit)
    match edit.kind:
        case "paint":
            return fitted(load(edit.file), size)
        case "stamp" | "text":
            image = load(edit.file) if edit.kind == "stamp" else text_picture(edit)
            scale = numbers.get("scale", 1.0)
            return None if image is None else placed(image, numbers, scale, size)
        case "fill":
            return fill(shown, known, numbers, edit_texts(edit)["colour"])
        case kind if EDIT_KINDS[kind].group == "filter":
            return np.dstack([filtered(kind, shown, known, numbers), known])
        case _:
            raise MediaError(f"the edit {edit.name} is of a kind that cannot be drawn")


def fitted(picture: Frame, size: tuple[int, int]) -> Frame:
    """Paint of another atlas, such as one that was made again at another size: cut, or with empty space added."""
    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    out = np.zeros((size[1], size[0], 4), np.uint8)
    part = picture[: size[1], : size[0]]
    out[: part.shape[0], : part.shape[1]] = part
    return out


def text_picture(edit: AtlasEdit) -> Frame | None:
    """The letters of a text edit, straight RGBA, cut to where there is something; None for no text."""
    drawn = _letters(edit)
    return None if drawn is None else pixels.unpremultiply(drawn)


def text_size(edit: AtlasEdit) -> tuple[int, int] | None:
    """Width and height of `text_picture`."""
    drawn = _letters(edit)
    return None if drawn is None else (drawn.shape[1], drawn.shape[0])


def _letters(edit: AtlasEdit) -> Frame | None:
    """Premultiplied."""
    texts, letters = edit_texts(edit), edit_numbers(edit)["size"]
    lines = texts["text"].strip("\n").split("\n")
    wide = min(TEXT_ROOM, int(letters * (max(map(len, lines)) + 2)))
    high = min(TEXT_ROOM, int(letters * 1.5 * (len(lines) + 1)))
    title = Title(texts["text"], texts["font"], letters / high, texts["colour"], 0.5, 0.5)
    drawn = titles.draw_title(title, (wide, high))
    return None if drawn is None else drawn.pixels


def placed(image: Frame, numbers: dict[str, float], scale: float, size: tuple[int, int]) -> Frame:
    """An image with its middle at x, y, scaled and turned, on an empty raster of `size`; straight RGBA throughout."""
    flat = pixels.premultiply(image)
    high, wide = image.shape[:2]
    if scale < 1:
        flat = pixels.resized(flat, (max(1, round(wide * scale)), max(1, round(high * scale))))
    exact = wide * scale / flat.shape[1]
    centre = (numbers["x"], numbers["y"])
    matrix = pixels.affine(flat.shape[1], flat.shape[0], exact, numbers["rotation"], centre)
    return pixels.unpremultiply(pixels.warped(flat, matrix, size))


def fill(shown: Frame, known: Frame, numbers: dict[str, float], colour: str) -> Frame:
    """One colour over all that hangs together with the pixel at x, y and is like it; RGBA of the atlas's size."""
    height, width = known.shape
    red, green, blue, alpha = titles.rgba(colour)
    x, y = int(np.floor(numbers["x"])), int(np.floor(numbers["y"]))
    tolerance = numbers["tolerance"]
    if tolerance >= 255:
        area = known
    elif 0 <= x < width and 0 <= y < height:
        marked = np.zeros((height + 2, width + 2), np.uint8)
        flags = 8 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
        cv2.floodFill(shown.copy(), marked, (x, y), 0, (tolerance,) * 3, (tolerance,) * 3, flags)
        area = cv2.min(marked[1:-1, 1:-1], known)
    else:
        area = np.zeros_like(known)
    cover = cv2.multiply(area, alpha / 255) if alpha < 255 else area
    return np.dstack([np.broadcast_to(np.array((red, green, blue), np.uint8), (*known.shape, 3)), cover])
