"""Where the text of a title lies on the film, and what a drag of it changes: the title's own place and size, so that
letters are drawn anew and stay sharp, and the clip's rotation."""

from __future__ import annotations

from msgspec.structs import replace

from app.panels.placing import Placement, PlacingDrag, Point, way
from core.render.counters import title_now
from core.render.titles import box_of
from core.timeline.model import Clip, Sequence, Title, value_at

SMALLEST, LARGEST = 0.01, 1.0
"""Height of letters as a part of the frame's, as in the inspector."""


def text_placement(sequence: Sequence, clip: Clip, source_time: int) -> Placement | None:
    """The box of a title clip's text at a source time; None for no text."""
    title, since = title_now(clip, source_time)
    box = box_of(title, (sequence.width, sequence.height), since, clip.duration)
    if box is None:
        return None
    left, top, width, height = box
    whole, scale = _frame(sequence, clip, source_time), value_at(clip.scale, source_time)
    away = left + (width - sequence.width) / 2, top + (height - sequence.height) / 2
    x, y = whole.point(scale * away[0], scale * away[1])
    return Placement(x, y, scale * width, scale * height, whole.rotation)


def _frame(sequence: Sequence, clip: Clip, source_time: int) -> Placement:
    """Where the clip puts the frame that the text is drawn in."""
    x, y = (value_at(one, source_time) for one in (clip.x, clip.y))
    turned, scale = value_at(clip.rotation, source_time), value_at(clip.scale, source_time)
    width, height = sequence.width, sequence.height
    return Placement(width / 2 + x, height / 2 + y, width * scale, height * scale, turned)


def dragged_title(
    drag: PlacingDrag, sequence: Sequence, clip: Clip, source_time: int, now: Point, straight: bool
) -> Title:
    """The title after it was moved or scaled to `now`, film pixels. What rolls keeps its way up, what crawls its way
    across.

    Args:
        clip: as it was when the drag began.
    """
    title = clip.content
    assert isinstance(title, Title)
    if drag.grip == "scale":
        size = title.size * drag.at.scaled_by(drag.begin, now)
        return replace(title, size=round(min(max(size, SMALLEST), LARGEST), 4))
    frame = _frame(sequence, clip, source_time)
    (x0, y0), (dx, dy) = drag.begin, way(drag.begin, now, straight)
    (old_x, old_y), (new_x, new_y) = frame.own(x0, y0), frame.own(x0 + dx, y0 + dy)
    across = 0.0 if title.motion == "crawl" else (new_x - old_x) / max(frame.width, 1e-6)
    down = 0.0 if title.motion == "roll" else (new_y - old_y) / max(frame.height, 1e-6)
    return replace(title, x=round(title.x + across, 4), y=round(title.y + down, 4))


def is_turned(clip: Clip, source_time: int) -> bool:
    """What lies aslant is moved with its frame: under effects, letters beyond the frame's border are not drawn."""
    return value_at(clip.rotation, source_time) % 360 != 0


def turned_title(
    drag: PlacingDrag, sequence: Sequence, clip: Clip, source_time: int, now: Point, straight: bool
) -> tuple[Title, dict[str, float]]:
    """The title, in the middle of its frame, where it has most room, and the clip's new values, by name, after its text
    was turned around its own middle to `now`."""
    title = clip.content
    assert isinstance(title, Title)
    if title.motion in ("still", "type"):
        title = replace(title, x=0.5, y=0.5)
    rotation = drag.at.turned_to(value_at(clip.rotation, source_time), drag.begin, now, straight)
    lying = text_placement(sequence, replace(clip, content=title, rotation=rotation), source_time)
    assert lying is not None, "what is dragged has letters"
    x, y = (value_at(one, source_time) for one in (clip.x, clip.y))
    x, y = x + drag.at.x - lying.x, y + drag.at.y - lying.y
    return title, {"rotation": rotation, "x": round(x, 1), "y": round(y, 1)}
