"""(sequence, time) to one picture: layers bottom to top, "over" in premultiplied alpha.

A layer's picture is read at the size it will show at, goes through the clip's effects with straight alpha, is
placed on the raster and laid over what is below. Pictures are RGB as long as they are opaque: an untouched
full-frame clip passes through without any arithmetic, and nothing is drawn below a layer that covers everything.
Clips that stand still snap to whole pixels; animated or turned ones are placed to a fraction of a pixel.
"""

from __future__ import annotations

import numpy as np

from core.errors import MediaError
from core.media.info import Frame, FrameSource
from core.motion.homography import scaling
from core.render import effect_stack, pixels, titles
from core.render.between import mean, passing, place
from core.render.counters import title_now
from core.render.placed import (
    Box,
    Piece,
    Raster,
    centre_of,
    cut,
    fitted,
    fixed_box,
    placed,
    scaled,
    turn_of,
    warped,
    whole_box,
)
from core.render.plan import Layer, Visual, visuals
from core.render.scene import in_scene, stood, stuck
from core.render.sources import Sources
from core.render.transitions import changing
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import (
    BLEND_MODES,
    MATTE_MODES,
    Adjustment,
    BlendMode,
    Clip,
    Keys,
    MatteMode,
    Sequence,
    Solid,
    Title,
)


def raster_of(sequence: Sequence, size: tuple[int, int] | None = None) -> Raster:
    """The raster of `size` (width, height); the sequence's own when None."""
    width, height = size or (sequence.width, sequence.height)
    return Raster(width, height, height / sequence.height)


def render_frame(
    sequence: Sequence, time: int, sources: Sources, size: tuple[int, int] | None = None
) -> Frame:
    """The film at a record time: premultiplied RGBA, uint8 (H, W, 4). The array may be shared: do not write to it.

    Args:
        time: ticks.
        size: (width, height) of the picture; the sequence's own when None.

    Raises:
        MediaError: when media is missing or damaged and `sources.strict` is set; else a picture says so.
    """
    return pixels.with_alpha(render_layers(sequence, time, sources, size))


def render_layers(
    sequence: Sequence, time: int, sources: Sources, size: tuple[int, int] | None = None
) -> Frame:
    """As `render_frame`, but RGB (H, W, 3) where the picture is known to be opaque."""
    raster = raster_of(sequence, size)
    canvas: Frame | None = None
    shown = in_scene(visuals(sequence, time), sources)
    for visual in visible(shown, raster, sources):
        if _adjusts(visual):
            canvas = _adjusted(canvas, visual, raster, sources) if canvas is not None else None
            continue
        piece, matte = _visual_piece(visual, raster, sources), _matte_of(visual)
        if matte is not None:
            canvas = pixels.cut(canvas, _filled(piece, raster), matte) if canvas is not None else None
        elif piece is not None:
            canvas = _onto(canvas, piece, raster, _blend_of(visual))
    return canvas if canvas is not None else np.zeros((raster.height, raster.width, 4), np.uint8)


def render_straight(
    sequence: Sequence, time: int, sources: Sources, size: tuple[int, int] | None = None
) -> Frame:
    """The film with straight alpha: RGB, or RGBA. A single untouched layer keeps its exact
    values. size: as render_frame."""
    raster = raster_of(sequence, size)
    shown = visuals(sequence, time)
    if len(shown) == 1 and shown[0].earlier is None and shown[0].weight == 1 and shown[0].layer is not None:
        layer = shown[0].layer
        picture = _picture(layer, raster, sources)
        seen = layer.opacity >= 1 and layer.clip.blend in BLEND_MODES
        untouched = seen and whole_box(layer, picture, raster) == Box(0, 0, *raster.size)
        if (
            untouched
            and picture.shape[1::-1] == raster.size
            and not isinstance(layer.clip.content, Title | Adjustment)
        ):
            return picture
    return pixels.unpremultiply(render_layers(sequence, time, sources, size))


def visible(shown: tuple[Visual, ...], raster: Raster, sources: Sources) -> tuple[Visual, ...]:
    """Without the layers that lie under one that covers the whole raster."""
    for number in range(len(shown) - 1, 0, -1):
        if _hides_all(shown[number], raster, sources):
            return shown[number:]
    return shown


def _hides_all(visual: Visual, raster: Raster, sources: Sources) -> bool:
    layer = visual.layer
    if layer is None or visual.earlier is not None or visual.weight < 1:
        return False
    clip = layer.clip
    if (
        layer.opacity < 1
        or clip.blend != "normal"
        or isinstance(clip.content, Title | Adjustment)
        or clip.pin is not None
    ):
        return False
    if any(EFFECT_KINDS[effect.kind].clears for effect in clip.effects if effect.enabled):
        return False
    if isinstance(clip.content, Solid):
        box = fixed_box(layer, raster.size, raster)
        return titles.rgba(clip.content.colour)[3] == 255 and box is not None and box.covers(raster)
    try:
        source = sources.source(clip)
    except MediaError:
        return False
    box = fixed_box(layer, (source.width, source.height), raster)
    return not source.has_alpha and box is not None and box.covers(raster)


def _blend_of(visual: Visual) -> BlendMode:
    """How a track mixes with what lies below; as usual where it cuts that."""
    layer = visual.layer or visual.earlier
    return next((mode for mode in BLEND_MODES if layer is not None and mode == layer.clip.blend), "normal")


def _matte_of(visual: Visual) -> MatteMode | None:
    """How a track cuts what lies below; None where it is seen itself."""
    layer = visual.layer or visual.earlier
    return next((mode for mode in MATTE_MODES if layer is not None and mode == layer.clip.blend), None)


def _adjusts(visual: Visual) -> bool:
    """Whether a track changes what lies below it."""
    return any(
        layer is not None and isinstance(layer.clip.content, Adjustment)
        for layer in (visual.layer, visual.earlier)
    )


def _adjusted(canvas: Frame, visual: Visual, raster: Raster, sources: Sources) -> Frame:
    """The canvas with an adjustment of itself laid on it; it stays as transparent as it was."""
    below = np.ascontiguousarray(pixels.unpremultiply(canvas)[..., :3])
    piece = _visual_piece(visual, raster, sources, below)
    if piece is None:
        return canvas
    laid = _onto(below, piece, raster, _blend_of(visual))[..., :3]
    return laid if canvas.shape[2] == 3 else pixels.premultiply(np.dstack([laid, canvas[..., 3]]))


def _visual_piece(
    visual: Visual, raster: Raster, sources: Sources, below: Frame | None = None
) -> Piece | None:
    """A track's picture; inside a cross-fade the two clips mixed. below: what an adjustment works on, RGB."""
    later = _piece(visual.layer, raster, sources, below) if visual.layer else None
    if visual.earlier is None and visual.weight == 1:
        return later
    earlier = _piece(visual.earlier, raster, sources, below) if visual.earlier else None
    if later is None and earlier is None:
        return None
    return Piece(changing(_filled(earlier, raster), _filled(later, raster), visual.weight, visual.how), 0, 0)


def _filled(piece: Piece | None, raster: Raster) -> Frame:
    """The piece on an otherwise empty raster."""
    if piece is None:
        return np.zeros((raster.height, raster.width, 4), np.uint8)
    return _onto(None, piece, raster, "normal")


def _onto(canvas: Frame | None, piece: Piece, raster: Raster, mode: BlendMode) -> Frame:
    """The canvas with a piece laid on it; a new array unless nothing had to be done."""
    height, width = piece.pixels.shape[:2]
    if piece.covers(raster):
        if canvas is None:
            return pixels.faded(piece.pixels, piece.opacity)
        return pixels.blended(canvas, piece.pixels, mode, piece.opacity)
    out = np.zeros((raster.height, raster.width, 4), np.uint8) if canvas is None else canvas.copy()
    region = out[piece.top : piece.top + height, piece.left : piece.left + width]
    if canvas is None:
        region[:] = pixels.with_alpha(pixels.faded(piece.pixels, piece.opacity))
    else:
        region[:] = pixels.blended(np.ascontiguousarray(region), piece.pixels, mode, piece.opacity)
    return out


def _piece(layer: Layer, raster: Raster, sources: Sources, below: Frame | None = None) -> Piece | None:
    """One clip, ready to be laid over; None when nothing of it is on the raster."""
    piece = _loose_piece(layer, raster, sources, below) if layer.opacity > 0 else None
    if piece is None or layer.clip.pin is None or layer.over is None:
        return piece
    source = sources.source(layer.over.clip)
    box = fixed_box(layer.over, (source.width, source.height), raster)
    if box is None:  # a background that is turned or animated takes nothing along
        return piece
    onto = scaling((source.width, source.height), (box.width, box.height))
    onto[:2, 2] += box.left, box.top
    moved = stuck(_filled(piece, raster), layer, onto, sources)
    return Piece(moved, 0, 0) if moved is not None else None


def _loose_piece(layer: Layer, raster: Raster, sources: Sources, below: Frame | None) -> Piece | None:
    """The clip as it lies in the frame."""
    if isinstance(layer.clip.content, Title) and not any(one.enabled for one in layer.clip.effects):
        return _plain_title(layer, raster)
    picture = pixels.premultiply(_picture(layer, raster, sources, below))
    there = picture if layer.clip.pin is not None else stood(picture, layer, sources)
    return placed(there, layer, raster) if there is not None else None


def _title(layer: Layer, raster: Raster, beyond: tuple[int, int] = (0, 0)) -> titles.Drawn | None:
    """The text of a title clip, where it is by then. beyond: as titles.title_at."""
    title, since = title_now(layer.clip, layer.source_time)
    return titles.title_at(title, raster.size, since, layer.clip.duration, beyond)


def _plain_title(layer: Layer, raster: Raster) -> Piece | None:
    """A title without effects: its letters alone are placed, those too that lie beyond its frame but in sight."""
    box, size = fixed_box(layer, raster.size, raster), raster.size
    drawn = _title(layer, raster, _in_sight_beyond(layer, raster))
    if drawn is None:
        return None
    high, wide = drawn.pixels.shape[:2]
    if box is not None and (box.width, box.height) == size:
        return cut(Piece(drawn.pixels, box.left + drawn.left, box.top + drawn.top, layer.opacity), raster)
    away = np.array((drawn.left + wide / 2, drawn.top + high / 2)) - np.array(size) / 2
    centre = centre_of(layer, raster) + layer.scale * turn_of(layer) @ away
    return warped(
        drawn.pixels, layer, raster, (wide * layer.scale, scaled((wide, high), layer.scale)), centre
    )


def _in_sight_beyond(layer: Layer, raster: Raster) -> tuple[int, int]:
    """How many pixels can be seen of a clip beyond its own frame, left and right, and above and below; at most as many
    as the frame has."""
    half = np.array(raster.size) / 2
    corners = half + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    seen = (corners - centre_of(layer, raster)) @ turn_of(layer) / max(layer.scale, 1e-6)
    across, down = np.clip(np.ceil(np.abs(seen).max(axis=0) - half), 0, raster.size).astype(int)
    return int(across), int(down)


def _picture(layer: Layer, raster: Raster, sources: Sources, below: Frame | None = None) -> Frame:
    """The clip's picture after its effects, straight alpha, at about the size it shows at."""
    clip = layer.clip
    if isinstance(clip.content, Adjustment):
        nothing = np.zeros((raster.height, raster.width, 4), np.uint8)
        return _with_effects(nothing if below is None else below, layer, 0, raster, sources)
    if isinstance(clip.content, Solid):
        picture, index = titles.solid(clip.content.colour, raster.size), 0
        return _with_effects(pixels.unpremultiply(picture), layer, index, raster, sources)
    if isinstance(clip.content, Title):
        drawn = _title(layer, raster)
        piece = Piece(drawn.pixels, drawn.left, drawn.top) if drawn else None
        return _with_effects(pixels.unpremultiply(_filled(piece, raster)), layer, 0, raster, sources)
    try:
        source = sources.source(clip)
        size = wanted_size(clip, source, raster)
        if frames := passing(layer, source):
            return mean(
                (_with_effects(source.frame(n, size), layer, n, raster, sources), part) for n, part in frames
            )
        index, t = place(layer, source)
        picture = sources.between(clip, index, t, size) if t else source.frame(index, size)
    except MediaError:
        if sources.strict:
            raise
        return titles.offline(clip.name, raster.size)
    return _with_effects(picture, layer, index, raster, sources, t)


def wanted_size(clip: Clip, source: FrameSource, raster: Raster) -> tuple[int, int] | None:
    """The size to decode at: that of the largest scale the clip reaches; None when the source is no larger."""
    scale = max(key.value for key in clip.scale.keys) if isinstance(clip.scale, Keys) else clip.scale
    width, height = scaled(fitted((source.width, source.height), raster), scale)
    return (width, height) if width < source.width and height < source.height else None


def _with_effects(
    picture: Frame, layer: Layer, index: int, raster: Raster, sources: Sources, t: float = 0.0
) -> Frame:
    height, width = picture.shape[:2]
    in_sequence = fitted((width, height), raster)[0] / raster.scale
    return effect_stack.applied(picture, layer, index, t, width / in_sequence, sources)
