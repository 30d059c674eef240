"""Reading OpenTimelineIO files, see core.timeline.interchange. What cannot be read becomes a gap of its length and
a note, so that the rest stays in its place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from core.errors import ProjectError
from core.time import FrameRate, TimeRange
from core.timeline.lanes import tidy, with_clips
from core.timeline.model import (
    Clip,
    Content,
    Gap,
    Item,
    Marker,
    MediaUse,
    Sequence,
    SequenceUse,
    Solid,
    Track,
    TrackKind,
    Transition,
    new_id,
)
from core.timeline.nesting import DEEPEST
from core.timeline.otio_common import GENERATORS, KEY, Imported, MediaPlace, media_path, shown
from core.timeline.otio_json import Node, exact_rate, load
from core.timeline.time_map import constant_speed, freeze

T = TypeVar("T")
TIME_EFFECTS = ("LinearTimeWarp", "FreezeFrame")


def read(path: Path) -> Imported:
    """See `core.timeline.interchange.read_otio`."""
    try:
        return _Reader(path).timeline(load(path))
    except FileNotFoundError as error:
        raise ProjectError(f"{path.name} is not there", "Look for the file in its folder") from error
    except OSError as error:
        raise ProjectError(
            f"{path.name} cannot be read: {error.strerror}", "Check the file and its folder"
        ) from error
    except ProjectError as error:
        raise ProjectError(
            f"{path.name} cannot be read as OpenTimelineIO: {error.message}",
            "Export it again from the program that made it",
        ) from error


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self.media: dict[str, MediaPlace] = {}
        self.ids: set[str] = set()
        self.media_ids: dict[Path, str] = {}
        self.films: dict[str, Sequence] = {}
        self.inside: list[Sequence] = []
        """What is known of the films that are being read, outermost first."""

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def timeline(self, root: Node) -> Imported:
        if root.schema == "SerializableCollection":
            timelines = [child for child in root.children("children") if child.schema == "Timeline"]
            if len(timelines) > 1:
                self.note(f"The file holds {len(timelines)} timelines; only the first is read")
            root = timelines[0] if timelines else root
        stack = root.child("tracks")
        if root.schema != "Timeline" or stack is None:
            raise ProjectError("it holds no timeline")
        stored = self.stored(root, "sequence", Sequence)
        sequence = self.sequence(stack, stored, root.name or self.path.stem)
        films = tuple(self.films.values())
        return Imported(sequence, self.media, tuple(self.notes), stored is not None, films)

    def sequence(self, stack: Node, stored: Sequence | None, name: str) -> Sequence:
        """A stack as a sequence; stored: what we know of it ourselves."""
        rate = self.inside[-1].rate if self.inside else FrameRate(25)
        base = stored or Sequence(new_id(), name, rate=guess_rate(stack, rate))
        tracks, places = [], []
        self.inside.append(base)
        for child in stack.children("children"):
            track = self.whole_track(child)
            if track:
                tracks.append(track)
                places.append(_ours(child).get("place"))
        self.inside.pop()
        ordered, markers = _in_order(tracks, places), self.markers(stack)
        sequence = replace(base, name=name or base.name, tracks=ordered, markers=markers)
        return sequence if stored else _linked_by_place(sequence)

    def markers(self, stack: Node) -> tuple[Marker, ...]:
        found = []
        for node in stack.children("markers"):
            try:
                where, name = node.range("marked_range"), node.name
            except ProjectError:
                self.note("A damaged marker is left out")
                continue
            stored = self.stored(node, "marker", Marker)
            marker_id = self.fresh(stored.id if stored else "")
            marker = stored or Marker(marker_id, 0)
            time = max(0, where.start) if where else 0
            found.append(replace(marker, id=marker_id, time=time, name=name))
        return tuple(sorted(found, key=lambda marker: marker.time))

    def whole_track(self, node: Node) -> Track | None:
        """A track, or one for a clip that lies in a stack by itself; None and a note for anything else, and for a
        damaged one."""
        try:
            if node.schema == "Track":
                return self.track(node)
            alone = self.whole_item(node) if node.schema in ("Clip", "Stack") else None
            if isinstance(alone, Clip):
                return Track(self.fresh(""), "video", "", (alone,))
            self.note(f"{node.name or 'A stack'} beside the tracks is left out")
        except ProjectError as error:
            self.note(f"A damaged track is left out: {error.message}")
        return None

    def track(self, node: Node) -> Track | None:
        kinds: dict[str, TrackKind] = {"Video": "video", "Audio": "audio"}
        kind = kinds.get(node.text("kind") or "Video")
        if kind is None:
            self.note(f"Track {node.name} of the kind {node.text('kind')} is left out")
            return None
        items: list[Item] = []
        fade: Transition | None = None
        for child in node.children("children"):
            if child.schema == "Transition":
                fade = self.fade(child)
                continue
            item = self.whole_item(child)
            if isinstance(item, Clip):
                item = replace(item, transition=fade)
            elif fade is not None:
                self.note("A fade to nothing is left out")
            items += [item] if item else []
            fade = None
        if fade is not None:
            self.note("A fade to nothing is left out")
        base = self.stored(node, "track", Track) or Track("", kind)
        return replace(
            base,
            id=self.fresh(base.id),
            kind=kind,
            name=node.name,
            muted=not node.enabled,
            items=tuple(tidy(items, {})),
        )

    def fade(self, node: Node) -> Transition | None:
        try:
            before, after = node.time("in_offset") or 0, node.time("out_offset") or 0
        except ProjectError:
            self.note("A damaged fade is left out")
            return None
        base = self.stored(node, "transition", Transition) or Transition()
        return replace(base, before=max(0, before), after=max(0, after))

    def whole_item(self, node: Node) -> Item | None:
        """An item, or a gap of its length when it is damaged, so that what follows keeps its place."""
        try:
            return self.item(node)
        except ProjectError as error:
            self.note(f"A damaged item is left out: {error.message}")
        try:
            used = extent(node)
        except ProjectError:
            return None
        return Gap(used.duration) if used and used.duration else None

    def item(self, node: Node) -> Item | None:
        used = extent(node)
        if used is None:
            self.note(f"{node.name or 'An item'} has no length and is left out")
            return None
        if used.duration == 0:
            return None
        if node.schema == "Clip":
            stored = self.stored(node, "clip", Clip)
            return self.clip(node, used, stored, *self.content(node, stored))
        if node.schema == "Stack" and len(self.inside) < DEEPEST:
            return self.compound(node, used)
        if node.schema != "Gap":
            self.note(
                f"{node.name or 'An item'} is a timeline inside the timeline; a gap stands in its place"
            )
        return Gap(used.duration)

    def compound(self, node: Node, used: TimeRange) -> Clip:
        """A stack inside a track: a compound clip of a film of its own."""
        stored, film = self.stored(node, "clip", Clip), self.stored(node, "sequence", Sequence)
        if film is not None and film.id in {one.id for one in self.inside}:
            film = replace(film, id=new_id())
        made = self.films.get(film.id) if film is not None else None
        if made is None:  # we write it wherever it is used
            made = self.sequence(node, film, film.name if film else node.name or "Compound")
            self.films[made.id] = made
        content = SequenceUse(made.id, TimeRange(0, made.duration))
        return self.clip(node, used, stored, content, 0)

    def clip(self, node: Node, used: TimeRange, stored: Clip | None, content: Content, offset: int) -> Clip:
        if stored is None:
            stored = Clip("", "", content, **self.cut(node, used.shifted(-offset)))
        elif (used, _speeds(node)) != shown(stored):
            self.note(f"{node.name or 'A clip'} was changed by another program; its new cut is used")
            stored = replace(stored, **self.cut(node, used))
        return replace(
            stored,
            id=self.fresh(stored.id),
            content=content,
            name=node.name,
            enabled=node.enabled,
            transition=None,
        )

    def fresh(self, wanted: str) -> str:
        """The id, or another when the file uses it twice."""
        name = wanted if wanted and wanted not in self.ids else new_id()
        self.ids.add(name)
        return name

    def cut(self, node: Node, used: TimeRange) -> dict[str, Any]:
        """Time map and duration of a clip as other programs write it."""
        for effect in node.children("effects"):
            if effect.schema not in TIME_EFFECTS:
                kind = effect.text("effect_name") or effect.name or effect.schema
                self.note(f"{node.name or 'A clip'}: the effect {kind} is left out")
        speed = Fraction(1)
        for scalar in _speeds(node):
            speed *= Fraction(scalar).limit_denominator(10_000)
        if speed == 0:
            return {"time_map": freeze(used.start), "duration": used.duration}
        whole = TimeRange(used.start, -(-used.duration * abs(speed.numerator) // speed.denominator))
        time_map, _ = constant_speed(whole, speed.numerator, speed.denominator)
        return {"time_map": time_map, "duration": used.duration}

    def content(self, node: Node, stored: Clip | None) -> tuple[Content, int]:
        """What a clip shows, and the source time at which its media begins in the other program's count."""
        if stored and isinstance(stored.content, SequenceUse):
            self.note(
                f"{node.name or 'A compound clip'}: what is inside is not in the file; black stands in its place"
            )
            return Solid(), 0
        if stored and not isinstance(stored.content, MediaUse):
            return stored.content, 0
        reference = reference_of(node)
        if reference and reference.schema == "GeneratorReference":
            return self.generator(reference), 0
        url = (reference.text("target_url") or reference.text("target_url_base")) if reference else ""
        if reference is None or not url or "\0" in url:
            left = "" if stored else "; black stands in its place"
            self.note(f"{node.name or 'A clip'}: its media is missing{left}")
            return (stored.content, 0) if stored else (Solid(), 0)
        path = media_path(url, self.path.parent)
        known = reference.range("available_range")
        available = TimeRange(0, known.duration) if known and known.duration else None
        use = (
            MediaUse(self.media_ids.setdefault(path, new_id()), available)
            if stored is None
            else stored.content
        )
        if isinstance(use, MediaUse):
            place = MediaPlace(path, reference.name or path.name, use.available)
            self.media.setdefault(use.media_id, place)
        return use, known.start if known else 0

    def generator(self, reference: Node) -> Content:
        kind = reference.text("generator_kind")
        values = reference.plain("parameters")
        try:
            made = next((made for made, name in GENERATORS.items() if name == kind), Solid)
            content: Content = msgspec.convert(values, made)
            return content
        except msgspec.ValidationError:
            self.note(f"A generator {kind or 'without a name'} is read as black")
            return Solid()

    def stored(self, node: Node, name: str, kind: type[T]) -> T | None:
        """Our own value kept in the metadata; None in files of other programs or when it is damaged."""
        value = _ours(node).get(name)
        if value is None:
            return None
        try:
            return msgspec.convert(value, kind)
        except (msgspec.ValidationError, ValueError):
            self.note("Some of Laminar's own data in the file is damaged; what other programs see is used")
            return None


def _ours(node: Node) -> dict[str, Any]:
    return Node(node.plain("metadata")).plain(KEY)


def _speeds(node: Node) -> list[float]:
    return [
        0.0 if effect.schema == "FreezeFrame" else effect.number("time_scalar", 1.0)
        for effect in node.children("effects")
        if effect.schema in TIME_EFFECTS
    ]


def reference_of(node: Node) -> Node | None:
    """The media of a clip, in the old form (one reference) or the new one (several, one active)."""
    several = node.child("media_references")
    if several is None:
        return node.child("media_reference")
    return several.child(node.text("active_media_reference_key") or "DEFAULT_MEDIA")


def extent(node: Node) -> TimeRange | None:
    """The part of itself that an item shows; None when the file does not say."""
    own = node.range("source_range")
    if own is not None:
        return own
    if node.schema == "Clip":
        reference = reference_of(node)
        return reference.range("available_range") if reference else None
    inside = [extent(child) for child in node.children("children") if child.schema != "Transition"]
    lengths = [part.duration for part in inside if part is not None]
    if node.schema == "Track":
        return TimeRange(0, sum(lengths))
    return TimeRange(0, max(lengths)) if lengths else None


def guess_rate(stack: Node, otherwise: FrameRate) -> FrameRate:
    """The rate of the first clip on a track, video before audio."""
    tracks = sorted(stack.children("children"), key=lambda track: track.text("kind") != "Video")
    for track in tracks:
        for clip in track.children("children"):
            used = clip.child("source_range")
            length = used.child("duration") if used else None
            if clip.schema == "Clip" and length and 1 <= length.number("rate", 0) <= 1000:
                return exact_rate(length.number("rate", 0))
    return otherwise


def _in_order(tracks: list[Track], places: list[Any]) -> tuple[Track, ...]:
    """Our own order when the file knows it, else sound below picture, A1 next to V1."""
    if len(places) == len(tracks) and all(isinstance(place, int) for place in places):
        return tuple(track for _, track in sorted(zip(places, tracks, strict=True), key=lambda pair: pair[0]))
    audio = [track for track in tracks if track.kind == "audio"]
    return (*audio[::-1], *(track for track in tracks if track.kind == "video"))


def _linked_by_place(sequence: Sequence) -> Sequence:
    """Link picture and sound of one media that stand at the same time, which other programs do not say."""
    groups: dict[tuple[str, int, int], list[tuple[TrackKind, str]]] = {}
    for track, where, clip in sequence.clips():
        if clip.media_id:
            groups.setdefault((clip.media_id, where.start, where.duration), []).append((track.kind, clip.id))
    links: dict[str, str] = {}
    for members in groups.values():
        if sorted(kind for kind, _ in members) == ["audio", "video"]:
            link = new_id()
            links.update((clip_id, link) for _, clip_id in members)
    return with_clips(sequence, lambda clip: replace(clip, link=links.get(clip.id, "")))
