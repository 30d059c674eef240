"""Which forms the inspector has for a clip."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.inspector import animation
from app.inspector.forms import Chosen, ClipSection, ParameterSection, Section, SolidSection, SpeedSection, tr
from app.inspector.title_form import TitleSection
from core.timeline.model import Solid, Title


def sections_of(chosen: Chosen, *, moving: bool) -> list[Callable[[], Section]]:
    """Makers of everything but the effects that the first clip can show. moving: it is media with a length."""
    content = chosen.clip.content
    found: list[Callable[[], Section]] = [partial(ClipSection, chosen)]
    if isinstance(content, Title):
        found.append(partial(TitleSection, chosen))
    if isinstance(content, Solid):
        found.append(partial(SolidSection, chosen))
    for title, kind, ids in ((tr("Transform"), "video", chosen.video), (tr("Sound"), "audio", chosen.audio)):
        if ids:
            found.append(partial(ParameterSection, title, chosen, animation.clip_spots(kind), ids))
    if moving:
        found.append(partial(SpeedSection, chosen))
    return found
