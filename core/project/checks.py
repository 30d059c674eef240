"""What a project file may say: everything in it is looked at before the program believes it.

A file from elsewhere can be damaged or made to harm. `checked` takes a decoded Project and returns one in which
ids are unique and plain, references lead to something, numbers lie in sane bounds, and names of files and results
are plain names that cannot leave the data folder. What cannot stay is dropped or mended, each with a note in
words; clips that go leave a gap, so that the rest of the film stays in step.
"""

from __future__ import annotations

from msgspec.structs import replace

from core.project.bounds import (
    MAX_SIDE,
    MAX_TIME,
    Notes,
    bounded,
    colour,
    fresh_ids,
    keys_ok,
    map_ok,
    rate_ok,
    short,
    time_ok,
)
from core.project.compound_checks import believable_compounds
from core.project.media_checks import believable_media
from core.project.names import is_id, is_look_name
from core.project.project import Media, Project
from core.time import FrameRate, TimeRange
from core.timeline.effects import (
    CLIP_GAIN,
    CLIP_PARAMETERS,
    EFFECT_KINDS,
    LOOK,
    SHAPE_PARAMETERS,
    TRACK_BALANCE,
    TRACK_GAIN,
)
from core.timeline.freeform import freeform_parameters
from core.timeline.model import (
    LABELS,
    MARKER_COLOUR,
    Clip,
    Content,
    Effect,
    Gap,
    Item,
    LookUse,
    MediaUse,
    Pin,
    Sequence,
    Solid,
    Title,
    Track,
    new_id,
)

LONGEST_NAME = 200


def checked(project: Project, notes: Notes) -> Project:
    """The project with everything in it believable."""
    media = believable_media(project, notes)
    known = {one.id: one for one in media}
    films = fresh_ids(project.sequences, notes)
    sequences = believable_compounds(tuple(_sequence(one, known, notes) for one in films), notes.dropped)
    active = project.active
    if not any(one.id == active for one in sequences):
        active = sequences[0].id if sequences else ""
    project_id = project.id if is_id(project.id) else new_id()
    name = project.name[:200]
    return replace(project, id=project_id, name=name, media=media, sequences=sequences, active=active)


def _sequence(sequence: Sequence, media: dict[str, Media], notes: Notes) -> Sequence:
    clip_ids: set[str] = set()
    tracks = tuple(_track(track, media, clip_ids, notes) for track in fresh_ids(sequence.tracks, notes))
    markers = tuple(
        replace(marker, name=short(marker.name, notes), colour=colour(marker.colour, MARKER_COLOUR))
        for marker in sequence.markers
        if 0 <= marker.time <= MAX_TIME
    )
    if len(markers) != len(sequence.markers):
        notes.dropped(f"{sequence.name[:80]}: markers outside any time were left out")
    name = short(sequence.name, notes)
    changed = replace(sequence, name=name, tracks=tracks, markers=fresh_ids(markers, notes))
    if not rate_ok(sequence.rate):
        notes.mended(f"{sequence.name[:80]}: its frame rate made no sense; it is 25 now")
        changed = replace(changed, rate=FrameRate(25))
    size = tuple(min(max(side, 16), MAX_SIDE) for side in (sequence.width, sequence.height))
    if size != (sequence.width, sequence.height):
        notes.mended(f"{sequence.name[:80]}: its size made no sense; it is {size[0]} x {size[1]} now")
        changed = replace(changed, width=size[0], height=size[1])
    if not 8000 <= sequence.sample_rate <= 384_000:
        notes.mended(f"{sequence.name[:80]}: its sample rate made no sense; it is 48000 now")
        changed = replace(changed, sample_rate=48000)
    return _with_points(changed)


def _with_points(sequence: Sequence) -> Sequence:
    start, end = sequence.in_point, sequence.out_point
    start = start if start is not None and 0 <= start <= MAX_TIME else None
    end = end if end is not None and 0 <= end <= MAX_TIME else None
    if start is not None and end is not None and start >= end:
        start = end = None
    return replace(sequence, in_point=start, out_point=end)


def _track(track: Track, media: dict[str, Media], clip_ids: set[str], notes: Notes) -> Track:
    items: list[Item] = []
    total = 0
    for item in track.items:
        total += item.duration
        if total > MAX_TIME:
            notes.dropped(f"track {track.name[:40]}: what lies beyond a hundred days was left out")
            break
        items.append(item if isinstance(item, Gap) else _clip(item, media, clip_ids, notes))
    gain, balance = TRACK_GAIN.bounded(track.gain), TRACK_BALANCE.bounded(track.balance)
    name = short(track.name, notes)
    return replace(track, name=name, items=tuple(items), gain=gain, balance=balance)


def _clip(clip: Clip, media: dict[str, Media], clip_ids: set[str], notes: Notes) -> Item:
    name = clip.name[:80] or clip.id[:80]
    problem = _problem(clip, media)
    if problem:
        notes.dropped(f"clip {name}: {problem}; a gap stands in its place")
        return Gap(clip.duration)
    clip_id = clip.id
    if clip_id in clip_ids or not is_id(clip_id):
        notes.mended(f"clip {name}: its id was used twice; it has a new one")
        clip_id = new_id()
    clip_ids.add(clip_id)
    bounds = (*CLIP_PARAMETERS, CLIP_GAIN)
    numbers = {one.name: bounded(getattr(clip, one.name), one) for one in bounds}
    return replace(
        clip,
        id=clip_id,
        name=short(clip.name, notes),
        content=_content(clip),
        label=clip.label if clip.label in LABELS else "",
        effects=believed_effects(clip.effects, name, notes),
        pin=_pin(clip, media, name, notes),
        transition=clip.transition
        and replace(clip.transition, colour=colour(clip.transition.colour, "#000000")),
        **numbers,
    )


def _pin(clip: Clip, media: dict[str, Media], name: str, notes: Notes) -> Pin | None:
    pin = clip.pin
    if pin is None or (pin.of in media and time_ok(pin.frame)):
        return pin
    notes.dropped(f"clip {name}: the scene it sticks to is not there; it keeps its place in the frame")
    return None


def _problem(clip: Clip, media: dict[str, Media]) -> str:
    content, change = clip.content, clip.transition
    if isinstance(content, MediaUse):
        if content.media_id not in media:
            return "its media is not in the project"
        available: TimeRange | None = content.available
        if available is not None and not (time_ok(available.start) and available.duration <= MAX_TIME):
            return "its source range makes no sense"
    if not map_ok(clip.time_map):
        return "its speed makes no sense"
    if change is not None and not (0 <= change.before <= MAX_TIME and 0 <= change.after <= MAX_TIME):
        return "its transition makes no sense"
    if not all(0 <= fade <= MAX_TIME for fade in (clip.fade_in, clip.fade_out)):
        return "its fades make no sense"
    if not all(keys_ok(getattr(clip, one.name)) for one in (*CLIP_PARAMETERS, CLIP_GAIN)):
        return "its keyframes make no sense"
    return ""


def _content(clip: Clip) -> Content:
    content = clip.content
    if isinstance(content, Solid):
        return replace(content, colour=colour(content.colour, "#000000"))
    if isinstance(content, Title):
        plain_font = not any(mark in content.font for mark in "/\\:\0") and ".." not in content.font
        return replace(
            content,
            text=content.text[:20_000],
            font=content.font[:100] if plain_font else Title("").font,
            size=min(max(content.size, 0.005), 2.0),
            x=min(max(content.x, -10.0), 10.0),
            y=min(max(content.y, -10.0), 10.0),
            outline=min(max(content.outline, 0.0), 1.0),
            shadow=min(max(content.shadow, 0.0), 1.0),
            colour=colour(content.colour, "#ffffff"),
            outline_colour=colour(content.outline_colour, "#000000"),
            background=colour(content.background, ""),
        )
    return content


def _look_ok(look: LookUse) -> bool:
    return is_look_name(look.file) and len(look.name) <= LONGEST_NAME


def believed_effects(effects: tuple[Effect, ...], name: str, notes: Notes) -> tuple[Effect, ...]:
    """Those that make sense, with ids of their own. name: of the clip, for the notes."""
    kept = []
    for effect in effects:
        kind = EFFECT_KINDS.get(effect.kind)
        matte = effect.matte
        believed = (
            kind is not None
            and set(effect.params)
            <= {one.name for one in (*kind.parameters, *SHAPE_PARAMETERS, *freeform_parameters())}
            and all(keys_ok(value) for value in effect.params.values())
            and (
                matte is None
                or (1 <= matte.label <= 255 and abs(matte.grow) <= 10_000 and 0 <= matte.feather <= 10_000)
            )
            and (_look_ok(effect.look) if effect.look is not None else effect.kind != LOOK)
        )
        if believed:
            kept.append(effect)
        else:
            notes.dropped(f"clip {name}: this version does not know its effect {effect.kind[:40]}")
    return fresh_ids(tuple(kept), notes)
