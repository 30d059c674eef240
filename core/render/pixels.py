"""Arithmetic on pictures: straight and premultiplied alpha, "over", blend modes, placing by an affine map.

A picture is uint8 (H, W, 3), opaque RGB, or uint8 (H, W, 4), RGBA; each function says whether its alpha is straight
or premultiplied. Blend modes follow the W3C Compositing and Blending recommendation, written without divisions on
premultiplied colours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import Frame
from core.timeline.model import BlendMode, MatteMode

Floats = npt.NDArray[np.float32]
BYTE = 1 / 255
FAINT = 5
"""Of 255: less alpha than this is not seen."""


def colours_of(picture: Frame) -> Frame:
    """The three colours of RGB or RGBA, uint8 (H, W, 3)."""
    return (
        picture if picture.shape[2] == 3 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB), np.uint8)
    )


def recoloured(picture: Frame, colours: Frame) -> Frame:
    """A picture with other colours, uint8 (H, W, 3), and its own alpha, if it has one."""
    if picture.shape[2] == 3:
        return colours
    out = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2RGBA), np.uint8)
    return _with_alpha(out, cv2.extractChannel(picture, 3))


def _with_alpha(picture: Frame, alpha: Any) -> Frame:
    """RGBA, changed in place, with another alpha, uint8 (H, W)."""
    cv2.insertChannel(alpha, picture, 3)
    return picture


def premultiply(picture: Frame) -> Frame:
    """Straight RGBA to premultiplied; RGB stays as it is."""
    if picture.shape[2] == 3:
        return picture
    alpha = cv2.extractChannel(picture, 3)
    out = cv2.multiply(picture, cv2.merge([alpha, alpha, alpha, alpha]), scale=BYTE)
    return _with_alpha(np.asarray(out, np.uint8), alpha)


def unpremultiply(picture: Frame) -> Frame:
    """Premultiplied RGBA to straight; colour under no alpha at all becomes black."""
    if picture.shape[2] == 3:
        return picture
    alpha = cv2.extractChannel(picture, 3)
    if int(alpha.min()) == 255:
        return picture
    out = cv2.divide(picture, cv2.merge([alpha, alpha, alpha, alpha]), scale=255)  # by 0 gives 0
    return _with_alpha(np.asarray(out, np.uint8), alpha)


def within_alpha(picture: Frame) -> Frame:
    """RGBA whose colours are at most its alpha, as premultiplied ones are: cubic interpolation overshoots."""
    return np.asarray(cv2.min(picture, cv2.merge([cv2.extractChannel(picture, 3)] * 4)), np.uint8)


def with_alpha(picture: Frame) -> Frame:
    """RGB to RGBA; RGBA stays as it is."""
    return (
        picture if picture.shape[2] == 4 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA), np.uint8)
    )


def faded(picture: Frame, opacity: float) -> Frame:
    """Premultiplied picture times an opacity of 0 to 1; RGBA unless the opacity is 1."""
    if opacity >= 1:
        return picture
    return np.asarray(cv2.multiply(with_alpha(picture), (opacity,) * 4), np.uint8)


def scaled_alpha(picture: Frame, factor: Floats) -> Frame:
    """Straight picture with its alpha times `factor`, float32 (H, W) in [0, 1]."""
    out = with_alpha(picture)
    alpha = cv2.multiply(cv2.extractChannel(out, 3), factor, dtype=cv2.CV_8U)
    return _with_alpha(out.copy() if out is picture else out, alpha)


def shows(alphas: Iterable[Frame]) -> Floats:
    """Where any of some pictures shows, float32 (H, W) in [0, 1], full long before it is opaque: what lies under even a
    faint shadow is to be found. Fainter traces than can be seen do not count.

    alphas: one or more uint8 (H, W).
    """
    strongest = np.maximum.reduce(list(alphas))
    table = np.clip((np.arange(256, dtype=np.float32) - FAINT) / FAINT, 0, 1)
    return np.asarray(cv2.LUT(strongest, table), np.float32)


def mix(a: Frame, b: Frame, weight: float) -> Frame:
    """Premultiplied `a` fading into premultiplied `b`; RGB when both are."""
    if a.shape[2] != b.shape[2]:
        a, b = with_alpha(a), with_alpha(b)
    return np.asarray(cv2.addWeighted(a, 1 - weight, b, weight, 0), np.uint8)


def lerp(a: Frame, b: Frame, matte: Floats) -> Frame:
    """Straight `a` where the matte (float32 (H, W)) is 0, `b` where it is 1, mixed in premultiplied light between."""
    if a.shape[2] == b.shape[2] == 3:
        return np.asarray(cv2.blendLinear(a, b, 1 - matte, matte), np.uint8)
    a, b = premultiply(with_alpha(a)), premultiply(with_alpha(b))
    return unpremultiply(np.asarray(cv2.blendLinear(a, b, 1 - matte, matte), np.uint8))


def over(below: Frame, above: Frame) -> Frame:
    """Premultiplied RGBA or RGB `above` over premultiplied `below` of the same size."""
    if above.shape[2] == 3:
        return above if below.shape[2] == 3 else with_alpha(above)
    inverse = cv2.bitwise_not(cv2.extractChannel(above, 3))
    if below.shape[2] == 3:
        kept = cv2.multiply(below, cv2.merge([inverse, inverse, inverse]), scale=BYTE)
        return np.asarray(cv2.add(kept, colours_of(above)), np.uint8)
    kept = cv2.multiply(below, cv2.merge([inverse, inverse, inverse, inverse]), scale=BYTE)
    return np.asarray(cv2.add(kept, above), np.uint8)


def blended(below: Frame, above: Frame, mode: BlendMode, opacity: float = 1.0) -> Frame:
    """`above` at an opacity on `below` (premultiplied, same size) in a blend mode; RGB when `below` is.

    With cs, cb premultiplied colours and as, ab alphas: cs (1 - ab) + cb (1 - as) + as ab B(Cb, Cs).
    """
    if below.shape[2] == above.shape[2] == 3:
        blend = above if mode == "normal" else _blend_opaque(below, above, mode)
        return blend if opacity >= 1 else mix(below, blend, opacity)
    above = faded(above, opacity)
    if mode == "normal":
        return over(below, above)
    opaque = below.shape[2] == 3
    top, under = _float(with_alpha(above)), _float(with_alpha(below))
    cs, sa, cb, ba = top[..., :3], top[..., 3:], under[..., :3], under[..., 3:]
    out = np.empty_like(under)
    out[..., :3] = cs * (1 - ba) + cb * (1 - sa) + _blend_term(cs, sa, cb, ba, mode)
    out[..., 3:] = sa + ba - sa * ba
    rounded = cv2.multiply(out, (255.0,) * 4, dtype=cv2.CV_8U)
    return colours_of(rounded) if opaque else np.asarray(rounded, np.uint8)


def cut(below: Frame, above: Frame, mode: MatteMode) -> Frame:
    """Premultiplied `below` where `above`, premultiplied and of the same size, lets it be seen; RGBA.

    A stencil shows what lies below where it is opaque itself, or bright, a silhouette where it is not.
    """
    above = with_alpha(above)
    bright = mode.endswith("by brightness")
    seen = cv2.cvtColor(above, cv2.COLOR_RGBA2GRAY) if bright else cv2.extractChannel(above, 3)
    if mode.startswith("silhouette"):
        seen = cv2.bitwise_not(seen)
    return np.asarray(cv2.multiply(with_alpha(below), cv2.merge([seen] * 4), scale=BYTE), np.uint8)


def _blend_opaque(below: Frame, above: Frame, mode: BlendMode) -> Frame:
    """B(Cb, Cs) of two RGB pictures, in bytes."""
    match mode:
        case "multiply":
            out = cv2.multiply(below, above, scale=BYTE)
        case "screen":
            out = cv2.bitwise_not(cv2.multiply(cv2.bitwise_not(below), cv2.bitwise_not(above), scale=BYTE))
        case "overlay":
            dark = cv2.multiply(below, above, scale=2 * BYTE)
            light = cv2.multiply(cv2.bitwise_not(below), cv2.bitwise_not(above), scale=2 * BYTE)
            out = np.where(below < 128, dark, cv2.bitwise_not(light))
        case "add":
            out = cv2.add(below, above)
        case "darken":
            out = cv2.min(below, above)
        case "lighten":
            out = cv2.max(below, above)
        case "difference":
            out = cv2.absdiff(below, above)
        case _:
            raise ValueError(f"unknown blend mode {mode}")
    return np.asarray(out, np.uint8)


def _float(picture: Frame) -> Floats:
    return np.asarray(picture, np.float32) * np.float32(BYTE)


def _blend_term(cs: Floats, sa: Floats, cb: Floats, ba: Floats, mode: BlendMode) -> Floats:
    """as ab B(Cb, Cs) of a blend mode."""
    match mode:
        case "multiply":
            return cs * cb
        case "screen":
            return cs * ba + cb * sa - cs * cb
        case "overlay":
            return np.where(2 * cb <= ba, 2 * cs * cb, sa * ba - 2 * (ba - cb) * (sa - cs))
        case "add":
            return np.minimum(sa * ba, cs * ba + cb * sa)
        case "darken":
            return np.minimum(cs * ba, cb * sa)
        case "lighten":
            return np.maximum(cs * ba, cb * sa)
        case "difference":
            return np.abs(cs * ba - cb * sa)
        case _:
            raise ValueError(f"unknown blend mode {mode}")


def resized(picture: Any, size: tuple[int, int]) -> Any:
    """A premultiplied picture or a matte at (width, height): areas averaged when it shrinks, cubic when it grows."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    if size[0] < width or size[1] < height:
        return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    out = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    if picture.ndim == 2:
        return np.clip(out, 0, 1)
    return within_alpha(np.asarray(out, np.uint8)) if picture.shape[2] == 4 else out


def affine(width: float, height: float, scale: float, degrees: float, centre: tuple[float, float]) -> Floats:
    """The map, float64-precise (2, 3), that takes a width x height picture to `centre`, scaled and turned clockwise.

    Coordinates are continuous: a pixel's middle is at its index plus a half.
    """
    angle = np.deg2rad(degrees)
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[cosine, -sine], [sine, cosine]])
    offset = np.array(centre) - turn @ np.array([width / 2, height / 2])
    return np.hstack([turn, offset[:, None]])


def warped(picture: Frame, matrix: Floats, size: tuple[int, int]) -> Frame:
    """A premultiplied picture through an affine map (continuous coordinates) on an empty raster of `size`; RGBA.

    The picture should already be near its final size: shrink it by area before, or it aliases.
    """
    half = matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    indices = matrix.astype(np.float64).copy()
    indices[:, 2] += half
    out = np.asarray(
        cv2.warpAffine(
            with_alpha(picture), indices, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
        ),
        np.uint8,
    )
    return out
