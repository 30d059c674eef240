"""What a project file may say: everything in it is looked at before the program believes it.

A file from elsewhere can be damaged or made to harm. `checked` takes a decoded Project and returns one in which
ids are unique and plain, references lead to something, numbers lie in sane bounds, and names of files and results
are plain names that cannot leave the data folder. What cannot stay is dropped or mended, each with a note in
words; clips that go leave a gap, so that the rest of the film stays in step.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from core.media.info import MediaInfo
from core.project.atlas_edits import believable
from core.project.compound_checks import believable_compounds
from core.project.layer_checks import believable_layer, believable_layers
from core.project.names import is_id, is_look_name, is_mask_name, is_result_key
from core.project.project import (
    OBJECT_COLOURS,
    KeyMask,
    Media,
    Project,
    TrackedObject,
    Verdict,
)
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.timeline.curve import NATURAL
from core.timeline.effects import CLIP_GAIN, CLIP_PARAMETERS, EFFECT_KINDS, LOOK, Parameter
from core.timeline.model import (
    MARKER_COLOUR,
    Animated,
    Clip,
    Content,
    Effect,
    Gap,
    Item,
    Keys,
    LookUse,
    MediaUse,
    Pin,
    Sequence,
    Solid,
    Title,
    Track,
    new_id,
)
from core.timeline.time_map import Curve, Linear, TimeMap

MAX_TIME = 100 * 24 * 3600 * TICKS_PER_SECOND
"""A film, a source, a track is shorter than a hundred days."""
MAX_SIDE = 32768
LONGEST_NAME = 200
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
T = TypeVar("T", bound=msgspec.Struct)


class Notes:
    """What was found, for the user. lost: something could not be kept, so the project is not whole."""

    LIMIT = 20

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.lost = False

    def mended(self, text: str) -> None:
        """Something was put right; nothing is lost."""
        self.lines.append(text)

    def dropped(self, text: str) -> None:
        """Something could not be kept."""
        self.lost = True
        self.lines.append(text)

    @property
    def shown(self) -> tuple[str, ...]:
        """At most LIMIT lines and one that counts the rest."""
        lines = list(dict.fromkeys(self.lines))
        more = len(lines) - self.LIMIT
        return (*lines[: self.LIMIT], f"… and {more} more like these") if more > 0 else tuple(lines)


def checked(project: Project, notes: Notes) -> Project:
    """The project with everything in it believable."""
    media = _media(project, notes)
    known = {one.id: one for one in media}
    films = _fresh_ids(project.sequences, notes)
    sequences = believable_compounds(tuple(_sequence(one, known, notes) for one in films), notes.dropped)
    active = project.active
    if not any(one.id == active for one in sequences):
        active = sequences[0].id if sequences else ""
    project_id = project.id if is_id(project.id) else new_id()
    name = project.name[:200]
    return replace(project, id=project_id, name=name, media=media, sequences=sequences, active=active)


# ---------------------------------------------------------------------------------------------------- the bin


def _media(project: Project, notes: Notes) -> tuple[Media, ...]:
    kept: dict[str, Media] = {}
    for media in project.media:
        name = media.name[:80]
        if not is_id(media.id) or media.id in kept:
            notes.dropped(f"{name}: its id is used twice or makes no sense; import it again")
        elif not media.path or "\0" in media.path or not _info_ok(media.info):
            notes.dropped(f"{name}: its properties make no sense; import it again")
        else:
            kept[media.id] = _masks(media, notes)
    return tuple(kept.values())


def _info_ok(info: MediaInfo) -> bool:
    if not is_id(info.fingerprint):  # pictures made from the media are kept in folders of that name
        return False
    if not 0 <= info.duration <= MAX_TIME or info.size_bytes < 0:
        return False
    if info.audio is not None:
        audio = info.audio
        if not (0 < audio.sample_rate <= 1_000_000 and 0 < audio.channels <= 1024 and _time_ok(audio.start)):
            return False
    if info.video is None:
        return True
    video = info.video
    sides = (video.width, video.height, video.coded_width, video.coded_height)
    aspect = (video.pixel_aspect_num, video.pixel_aspect_den)
    return (
        all(0 < side <= MAX_SIDE for side in sides)
        and all(0 < part <= 10**9 for part in aspect)
        and video.rotation in (0, 90, 180, 270)
        and 0 <= video.frames <= 10**10
        and _time_ok(video.start)
        and _rate_ok(video.rate)
    )


def _masks(media: Media, notes: Notes) -> Media:
    """What masks, tracks and proxies of a media name must be plain names in the data folder."""
    name = media.name[:80]
    objects: dict[int, TrackedObject] = {}
    for one in media.objects:
        if 1 <= one.label <= 255 and one.label not in objects:
            objects[one.label] = replace(one, colour=_colour(one.colour, OBJECT_COLOURS[0]))
    masks: dict[int, KeyMask] = {}
    for mask in media.key_masks:
        if 0 <= mask.frame <= 10**9 and is_mask_name(mask.file):
            masks[mask.frame] = mask
    if len(objects) != len(media.objects) or len(masks) != len(media.key_masks):
        notes.dropped(f"{name}: some of its objects or key masks could not be read; draw them again")
    track = media.track
    if track is not None and not (is_result_key(track.key) and 0 <= track.first <= track.last <= 10**9):
        notes.dropped(f"{name}: its tracking could not be read; track it again")
        track = None
    verdicts = tuple(one for one in media.verdicts if _verdict_ok(one))
    if len(verdicts) != len(media.verdicts):
        notes.dropped(f"{name}: some of what was said of its appearances could not be read; say it again")
    return replace(
        _atlas(media, notes),
        objects=tuple(objects.values()),
        key_masks=tuple(masks.values()),
        track=track,
        proxy=_key(media.proxy),
        speediness=_key(media.speediness),
        part=_part(media),
        camera=_key(media.camera),
        verdicts=verdicts,
        layers=believable_layers(media, notes.dropped),
        layer=believable_layer(media, notes.dropped),
    )


def _part(media: Media) -> TimeRange | None:
    """The marked part where it lies in the media."""
    whole, part = media.available, media.part
    if part is None or whole is None or part.duration == 0 or not whole.covers(part):
        return None
    return part


def _atlas(media: Media, notes: Notes) -> Media:
    edits = believable(media.atlas_edits)
    if len(edits) != len(media.atlas_edits):
        notes.dropped(f"{media.name[:80]}: some of what was painted on it could not be read; paint it again")
    return replace(media, atlas=_key(media.atlas), atlas_edits=edits)


def _key(key: str) -> str:
    """The key of a result, which can be made again; empty when it makes no sense."""
    return key if is_result_key(key) else ""


def _verdict_ok(verdict: Verdict) -> bool:
    x, y, width, height = verdict.box
    inside = max(abs(x), abs(y)) <= MAX_SIDE and 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE
    return 1 <= verdict.label <= 255 and 0 <= verdict.frame <= 10**9 and inside


# ----------------------------------------------------------------------------------------------- the timeline


def _sequence(sequence: Sequence, media: dict[str, Media], notes: Notes) -> Sequence:
    clip_ids: set[str] = set()
    tracks = tuple(_track(track, media, clip_ids, notes) for track in _fresh_ids(sequence.tracks, notes))
    markers = tuple(
        replace(marker, colour=_colour(marker.colour, MARKER_COLOUR))
        for marker in sequence.markers
        if 0 <= marker.time <= MAX_TIME
    )
    if len(markers) != len(sequence.markers):
        notes.dropped(f"{sequence.name[:80]}: markers outside any time were left out")
    changed = replace(sequence, tracks=tracks, markers=_fresh_ids(markers, notes))
    if not _rate_ok(sequence.rate):
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
    return replace(track, items=tuple(items))


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
    numbers = {one.name: _bounded(getattr(clip, one.name), one) for one in bounds}
    return replace(
        clip,
        id=clip_id,
        content=_content(clip),
        effects=_effects(clip, name, notes),
        pin=_pin(clip, media, name, notes),
        transition=clip.transition
        and replace(clip.transition, colour=_colour(clip.transition.colour, "#000000")),
        **numbers,
    )


def _pin(clip: Clip, media: dict[str, Media], name: str, notes: Notes) -> Pin | None:
    pin = clip.pin
    if pin is None or (pin.of in media and _time_ok(pin.frame)):
        return pin
    notes.dropped(f"clip {name}: the scene it sticks to is not there; it keeps its place in the frame")
    return None


def _problem(clip: Clip, media: dict[str, Media]) -> str:
    content, change = clip.content, clip.transition
    if isinstance(content, MediaUse):
        if content.media_id not in media:
            return "its media is not in the project"
        available: TimeRange | None = content.available
        if available is not None and not (_time_ok(available.start) and available.duration <= MAX_TIME):
            return "its source range makes no sense"
    if not _map_ok(clip.time_map):
        return "its speed makes no sense"
    if change is not None and not (0 <= change.before <= MAX_TIME and 0 <= change.after <= MAX_TIME):
        return "its transition makes no sense"
    if not all(0 <= fade <= MAX_TIME for fade in (clip.fade_in, clip.fade_out)):
        return "its fades make no sense"
    if not all(_keys_ok(getattr(clip, one.name)) for one in (*CLIP_PARAMETERS, CLIP_GAIN)):
        return "its keyframes make no sense"
    return ""


def _content(clip: Clip) -> Content:
    content = clip.content
    if isinstance(content, Solid):
        return replace(content, colour=_colour(content.colour, "#000000"))
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
            colour=_colour(content.colour, "#ffffff"),
            outline_colour=_colour(content.outline_colour, "#000000"),
            background=_colour(content.background, ""),
        )
    return content


def _look_ok(look: LookUse) -> bool:
    return is_look_name(look.file) and len(look.name) <= LONGEST_NAME


def _effects(clip: Clip, name: str, notes: Notes) -> tuple[Effect, ...]:
    kept = []
    for effect in clip.effects:
        kind = EFFECT_KINDS.get(effect.kind)
        matte = effect.matte
        believed = (
            kind is not None
            and set(effect.params) <= {one.name for one in kind.parameters}
            and all(_keys_ok(value) for value in effect.params.values())
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
    return _fresh_ids(tuple(kept), notes)


# ---------------------------------------------------------------------------------------------------- numbers


def _fresh_ids(values: tuple[T, ...], notes: Notes) -> tuple[T, ...]:
    """The values with plain ids, each used once."""
    seen: set[str] = set()
    fresh = []
    for value in values:
        value_id = str(getattr(value, "id", ""))
        if value_id in seen or not is_id(value_id):
            notes.mended(f"a {type(value).__name__.lower()} got a new id: the old one was used twice")
            value = replace(value, id=new_id())
        seen.add(str(getattr(value, "id", "")))
        fresh.append(value)
    return tuple(fresh)


def _time_ok(ticks: int) -> bool:
    return -MAX_TIME <= ticks <= MAX_TIME


def _rate_ok(rate: FrameRate) -> bool:
    return rate.num <= 10**9 and rate.den <= 10**9 and 0.01 <= rate.fps <= 1000


def _map_ok(time_map: TimeMap) -> bool:
    if isinstance(time_map, Curve):
        speeds = (speed for point in time_map.points for speed in (point.before, point.after))
        return all(_time_ok(point.time) and _time_ok(point.source) for point in time_map.points) and all(
            speed is None or abs(speed) <= 10_000 * NATURAL for speed in speeds
        )
    linear: Linear = time_map
    small = abs(linear.num) <= 10**12 and linear.den <= 10**12
    return _time_ok(linear.start) and small and abs(linear.num) <= 10_000 * linear.den


def _keys_ok(value: Animated) -> bool:
    if not isinstance(value, Keys):
        return abs(value) <= 1e9
    return all(_time_ok(key.time) and abs(key.value) <= 1e9 for key in value.keys)


def _bounded(value: Animated, parameter: Parameter) -> Animated:
    def inside(number: float) -> float:
        return min(max(number, parameter.low), parameter.high)

    if not isinstance(value, Keys):
        return inside(value)
    if all(inside(key.value) == key.value for key in value.keys):
        return value
    return Keys(tuple(replace(key, value=inside(key.value)) for key in value.keys))


def _colour(text: str, default: str) -> str:
    return text if _COLOUR.fullmatch(text) else default
