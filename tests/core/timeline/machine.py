"""A hypothesis machine that edits a film at random, with undo and redo, and checks every rule after every step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from msgspec.structs import replace

from core.errors import EditError
from core.project.project import Project
from core.timeline import edits
from core.timeline.changes import changes
from core.timeline.interchange import MediaPlace, read_otio, write_otio
from core.timeline.model import Clip, Item, Sequence, Solid, new_id
from core.timeline.nesting import Compound, compound, reached, shown_in, taken_apart
from tests.core.timeline.films import FRAME, cut_film, faults, out_of_step, pair, use

PICK = st.integers(0, 200)
FRAMES = st.integers(-40, 160)
LINKED = st.sampled_from([True, True, True, False])
SPEEDS = st.integers(-12, 16).map(lambda quarters: quarters * 250_000)
TICKS = st.sampled_from([0, 0, 0, 1, 12345])
"""Most edits are on frames, some are not."""


def _source(clip: Clip) -> str:
    """The media or film that it shows; its own id for others."""
    return clip.media_id or clip.sequence_id or clip.id


class EditingMachine(RuleBasedStateMachine):
    """film: the value shown. films: what compound clips show, by id. history: every value so far with its encoding;
    place: where undo stands."""

    def __init__(self) -> None:
        super().__init__()
        self.film = cut_film(("A", 10, 40), ("B", 20, 50), ("C", 0, 60), ("D", 30, 80))
        music = Clip("music", "M", use(400, "music"), 150 * FRAME)
        title = Clip("title", "T", Solid(), 20 * FRAME)
        self.film = edits.overwrite(self.film, 0, {"A2": music})
        self.film = edits.overwrite(self.film, 35 * FRAME, {"V2": title})
        self.history = [(self.film, msgspec.json.encode(self.film))]
        self.place = 0
        self.loose: set[str] = set()
        """Media and films whose picture and sound were moved apart on purpose."""
        self.names = 0
        self.films: dict[str, Sequence] = {}

    # Helpers

    def clip(self, pick: int) -> str:
        ids = [clip.id for _, _, clip in self.film.clips()]
        return ids[pick % len(ids)] if ids else "none"

    def track(self, pick: int) -> str:
        return self.film.tracks[pick % len(self.film.tracks)].id

    def loosen(self, clip_id: str, linked: bool) -> None:
        if not linked:
            self.loose |= {_source(clip) for _, _, clip in self.film.clips() if clip.id == clip_id}

    def apply(self, edit: Callable[..., Sequence], *args: Any, **options: Any) -> bool:
        before = msgspec.json.encode(self.film)
        try:
            after = edit(self.film, *args, **options)
        except EditError as error:
            assert error.message
            assert msgspec.json.encode(self.film) == before
            return False
        assert msgspec.json.encode(self.film) == before, "an edit changed its input"
        self.check(after)
        self.check_changes(after)
        if after != self.film:
            self.history = [*self.history[: self.place + 1], (after, msgspec.json.encode(after))]
            self.place += 1
            self.film = after
        return True

    def check_changes(self, after: Sequence) -> None:
        """What is not named as changed is the same."""
        found = changes(Project("p").with_sequence(self.film), Project("p").with_sequence(after))
        old = {clip.id: (track.id, clip) for track, _, clip in self.film.clips()}
        new = {clip.id: (track.id, clip) for track, _, clip in after.clips()}
        assert found.clips == {name for name in {**old, **new} if old.get(name) != new.get(name)}
        assert bool(found) == (after != self.film)

    def check(self, film: Sequence) -> None:
        assert not faults(film)
        loose = {clip.link for track, _, clip in film.clips() if track.locked or _source(clip) in self.loose}

        def kept(item: Item) -> Item:
            return replace(item, link="") if isinstance(item, Clip) and item.link in loose else item

        rest = replace(
            film, tracks=tuple(replace(track, items=tuple(map(kept, track.items))) for track in film.tracks)
        )
        assert not out_of_step(rest)
        assert msgspec.json.decode(msgspec.json.encode(film), type=Sequence) == film

    # Undo

    @rule(steps=st.integers(1, 4))
    def undo_and_redo(self, steps: int) -> None:
        for _ in range(min(steps, self.place)):
            self.place -= 1
            self.film = self.history[self.place][0]
            assert msgspec.json.encode(self.film) == self.history[self.place][1]
        for _ in range(min(steps - 1, len(self.history) - 1 - self.place)):
            self.place += 1
            self.film = self.history[self.place][0]
            assert msgspec.json.encode(self.film) == self.history[self.place][1]

    @rule()
    def exchange(self) -> None:
        """OpenTimelineIO out and in gives the same film."""
        inside = reached(
            self.film.id, {film.id: shown_in(film) for film in (self.film, *self.films.values())}
        )
        shown = [self.film, *(self.films[name] for name in inside)]
        uses = {clip.media_id for film in shown for _, _, clip in film.clips() if clip.media_id}
        with TemporaryDirectory() as folder:
            path = Path(folder) / "film.otio"
            media = {name: MediaPlace(path.with_name(f"{name}.mp4"), name) for name in uses}
            write_otio(self.film, path, media, self.films.values())
            back = read_otio(path)
        assert back.sequence == self.film
        assert back.notes == ()
        assert {name: place.path for name, place in back.media.items()} == {
            name: place.path for name, place in media.items()
        }

    def teardown(self) -> None:
        self.exchange()

    # Compound clips

    @rule(picks=st.lists(PICK, min_size=1, max_size=3))
    def compound(self, picks: list[int]) -> None:
        made: list[Compound] = []

        def edit(film: Sequence) -> Sequence:
            made.append(compound(film, {self.clip(pick) for pick in picks}, f"Compound {len(self.films)}"))
            if any(shown_in(self.films[name]) for name in shown_in(made[-1].inner)):
                raise EditError(
                    "too deep"
                )  # a film shown twice is written twice, and what is in it four times
            return made[-1].outer

        if self.apply(edit):
            self.films[made[-1].inner.id] = made[-1].inner
            self.check(made[-1].inner)

    @rule(pick=PICK)
    def take_apart(self, pick: int) -> None:
        clips = [clip for _, _, clip in self.film.clips() if clip.sequence_id]
        if clips:
            clip = clips[pick % len(clips)]
            self.apply(taken_apart, clip.id, self.films[clip.sequence_id or ""])

    # Placing

    def new_pair(self, length: int) -> dict[str, Clip]:
        self.names += 1
        return pair(f"N{self.names}-{new_id()}", 10, 10 + length)

    @rule(at=FRAMES, tick=TICKS, length=st.integers(1, 40))
    def insert(self, at: int, tick: int, length: int) -> None:
        before = self.film.duration
        time = at * FRAME + tick
        if self.apply(edits.insert, time, self.new_pair(length)):
            assert self.film.duration >= min(before, time) + length * FRAME

    @rule(at=FRAMES, length=st.integers(0, 40), picks=st.none() | st.lists(PICK, max_size=3))
    def insert_gap(self, at: int, length: int, picks: list[int] | None) -> None:
        tracks = None if picks is None else {self.track(pick) for pick in picks}
        self.apply(edits.insert_gap, at * FRAME, length * FRAME, tracks)

    @rule(at=FRAMES, tick=TICKS, length=st.integers(1, 40))
    def overwrite(self, at: int, tick: int, length: int) -> None:
        before = self.film.duration
        time = at * FRAME + tick
        if self.apply(edits.overwrite, time, self.new_pair(length)):
            assert self.film.duration == max(before, time + length * FRAME)

    @rule(at=FRAMES, length=st.integers(1, 40), track=PICK)
    def overwrite_one(self, at: int, length: int, track: int) -> None:
        self.names += 1
        clip = Clip(new_id(), "S", use(100, f"S{self.names}"), length * FRAME)
        self.apply(edits.overwrite, at * FRAME, {self.track(track): clip})

    @rule(pick=PICK, start=FRAMES, of=st.integers(20, 300), silent=st.booleans())
    def replace_media(self, pick: int, start: int, of: int, silent: bool) -> None:
        self.names += 1
        name, kinds = f"R{self.names}", ("video",) if silent else ("video", "audio")
        before = self.film.duration
        if self.apply(edits.replace_media, self.clip(pick), use(of, name), name, start * FRAME, kinds):
            assert self.film.duration == before or silent

    @rule(pick=PICK, at=FRAMES, tick=TICKS, linked=LINKED)
    def split(self, pick: int, at: int, tick: int, linked: bool) -> None:
        self.apply(edits.split, self.clip(pick), at * FRAME + tick, linked=linked)

    @rule(at=FRAMES, tick=TICKS)
    def split_all(self, at: int, tick: int) -> None:
        before = self.film.duration
        if self.apply(edits.split_all, at * FRAME + tick):
            assert self.film.duration == before

    @rule(pick=PICK, linked=LINKED)
    def lift(self, pick: int, linked: bool) -> None:
        self.apply(edits.lift, self.clip(pick), linked=linked)

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), linked=LINKED)
    def ripple_delete(self, picks: list[int], linked: bool) -> None:
        self.apply(edits.ripple_delete, {self.clip(pick) for pick in picks}, linked=linked)

    @rule(start=FRAMES, length=st.integers(0, 50), tick=TICKS)
    def lift_range(self, start: int, length: int, tick: int) -> None:
        self.apply(edits.lift_range, start * FRAME, (start + length) * FRAME + tick)

    @rule(start=FRAMES, length=st.integers(0, 50), tick=TICKS, picks=st.none() | st.lists(PICK, max_size=3))
    def extract(self, start: int, length: int, tick: int, picks: list[int] | None) -> None:
        tracks = None if picks is None else {self.track(pick) for pick in picks}
        self.apply(edits.extract, start * FRAME, (start + length) * FRAME + tick, tracks)

    @rule(track=PICK, at=FRAMES)
    def close_gap(self, track: int, at: int) -> None:
        self.apply(edits.close_gap, self.track(track), at * FRAME)

    @rule(picks=st.lists(PICK, min_size=1, max_size=3), by=FRAMES, tick=TICKS, tracks=st.sampled_from([0, 0, 1, -1]),
          mode=st.sampled_from(["overwrite", "insert"]), linked=LINKED)  # fmt: skip
    def move(self, picks: list[int], by: int, tick: int, tracks: int, mode: Any, linked: bool) -> None:
        clips = {self.clip(pick) for pick in picks}
        for clip in clips:
            self.loosen(clip, linked)
        self.apply(edits.move, clips, by * FRAME + tick, tracks, mode=mode, linked=linked)

    # Edges

    @rule(
        edit=st.sampled_from([edits.trim_start, edits.trim_end, edits.roll]), pick=PICK, at=FRAMES, tick=TICKS,
        linked=LINKED,
    )  # fmt: skip
    def trim(self, edit: Any, pick: int, at: int, tick: int, linked: bool) -> None:
        self.apply(edit, self.clip(pick), at * FRAME + tick, linked=linked)

    @rule(
        edit=st.sampled_from([edits.ripple_trim_start, edits.ripple_trim_end]), pick=PICK, at=FRAMES, tick=TICKS,
        linked=LINKED,
    )  # fmt: skip
    def ripple_trim(self, edit: Any, pick: int, at: int, tick: int, linked: bool) -> None:
        self.loosen(self.clip(pick), linked)
        self.apply(edit, self.clip(pick), at * FRAME + tick, linked=linked)

    @rule(edit=st.sampled_from([edits.slip, edits.slide]), pick=PICK, by=FRAMES, tick=TICKS, linked=LINKED)
    def slip_or_slide(self, edit: Any, pick: int, by: int, tick: int, linked: bool) -> None:
        self.loosen(self.clip(pick), linked)
        self.apply(edit, self.clip(pick), by * FRAME + tick, linked=linked)

    # Time

    @rule(pick=PICK, num=st.sampled_from([-3, -1, 1, 2, 7]), den=st.integers(1, 5), ripple=st.booleans())
    def set_speed(self, pick: int, num: int, den: int, ripple: bool) -> None:
        self.apply(edits.set_speed, self.clip(pick), num, den, ripple=ripple)

    @rule(pick=PICK)
    def reverse(self, pick: int) -> None:
        self.apply(edits.reverse, self.clip(pick))

    @rule(pick=PICK, at=st.integers(0, 60), length=st.integers(1, 20))
    def freeze_frame(self, pick: int, at: int, length: int) -> None:
        clip = self.clip(pick)
        starts = [where.start for _, where, known in self.film.clips() if known.id == clip]
        self.apply(edits.freeze_frame, clip, sum(starts) + at * FRAME, length * FRAME)

    def inside(self, clip: str, part: int) -> int:
        """A record time in a clip: `part` of 8, on a frame more often than not."""
        found = [(where, known) for _, where, known in self.film.clips() if known.id == clip]
        if not found:
            return 0
        time = found[0][0].start + found[0][0].duration * part // 8
        return time if part % 3 == 0 else self.film.rate.snap(time)

    @rule(pick=PICK, part=st.integers(0, 8), speed=SPEEDS, side=st.sampled_from(["both", "both", "before", "after"]),
          to=st.integers(-6, 6))  # fmt: skip
    def speed_point(self, pick: int, part: int, speed: int, side: Any, to: int) -> None:
        clip = self.clip(pick)
        time = self.inside(clip, part)
        if self.apply(edits.add_speed_point, clip, time):
            moved = None if to == 0 else time + to * FRAME
            self.apply(edits.move_speed_point, clip, time, to=moved, speed=speed, side=side)  # fmt: skip

    @rule(pick=PICK, part=st.integers(0, 8), ease=st.integers(-5, 120))
    def ease_or_remove_speed_point(self, pick: int, part: int, ease: int) -> None:
        clip = self.clip(pick)
        if part % 2:
            self.apply(edits.set_ease, clip, self.inside(clip, part), ease)
        else:
            self.apply(edits.remove_speed_point, clip, self.inside(clip, part))

    @rule(pick=PICK, part=st.integers(0, 8), length=st.integers(1, 3), speed=SPEEDS, first=st.booleans())  # fmt: skip
    def ramp_or_stretch(self, pick: int, part: int, length: int, speed: int, first: bool) -> None:
        clip = self.clip(pick)
        start, end = self.inside(clip, part), self.inside(clip, min(8, part + length))
        ends: dict[str, Any] = {"first": speed} if first else {"last": speed}
        self.apply(edits.ramp, clip, start, end, **ends)
        self.apply(edits.set_stretch_speed, clip, start, speed)

    @rule(pick=PICK, part=st.integers(0, 8), length=st.integers(1, 3))
    def freeze_or_reverse_part(self, pick: int, part: int, length: int) -> None:
        clip = self.clip(pick)
        time = self.inside(clip, part)
        if part % 2:
            self.apply(edits.freeze_part, clip, time, length * FRAME)
        else:
            self.apply(edits.reverse_part, clip, time, self.inside(clip, min(8, part + length)))

    @rule(pick=PICK, at=FRAMES, tick=TICKS, head=st.booleans(), linked=LINKED)
    def rate_stretch(self, pick: int, at: int, tick: int, head: bool, linked: bool) -> None:
        clip = self.clip(pick)
        self.loosen(clip, linked)
        edit = edits.rate_stretch_start if head else edits.rate_stretch_end
        self.apply(edit, clip, at * FRAME + tick, linked=linked)

    @rule(pick=PICK)
    def fill_and_reset(self, pick: int) -> None:
        clip = self.clip(pick)
        if any(known.id == clip for _, _, known in self.film.clips()):
            try:
                start, end = edits.gap_around(self.film, clip)
            except EditError:
                return
            self.apply(edits.fit_to_fill, clip, start, end)
        self.apply(edits.reset_speed, clip)

    @rule(pick=PICK, between=st.sampled_from(["nearest", "blend", "flow"]), part=st.integers(0, 8))
    def between_frames(self, pick: int, between: Any, part: int) -> None:
        clip = self.clip(pick)
        time = self.inside(clip, part)
        self.apply(edits.set_between, clip, between, time, time + 5 * FRAME)

    @rule(
        pick=PICK,
        length=st.integers(1, 40),
    )
    def set_transition(self, pick: int, length: int) -> None:
        self.apply(edits.set_transition, self.clip(pick), length * FRAME)

    @rule(pick=PICK, length=st.integers(1, 40))
    def overlap(self, pick: int, length: int) -> None:
        self.apply(edits.overlap, self.clip(pick), length * FRAME)

    @rule(pick=PICK)
    def remove_transition(self, pick: int) -> None:
        self.apply(edits.remove_transition, self.clip(pick))

    # The rest

    @rule(track=PICK, locked=st.sampled_from([False] * 5 + [True]))
    def lock(self, track: int, locked: bool) -> None:
        if locked:
            self.loose |= {clip.media_id for _, _, clip in self.film.clips() if clip.media_id}
        self.apply(edits.set_track, self.track(track), locked=locked)

    @rule(pick=PICK, other=PICK)
    def unlink_and_link(self, pick: int, other: int) -> None:
        self.loosen(self.clip(pick), False)
        self.loosen(self.clip(other), False)
        if self.apply(edits.unlink, self.clip(pick)):
            self.apply(edits.link, {self.clip(pick), self.clip(other)})

    @rule(kind=st.sampled_from(["video", "audio"]), by=st.integers(-2, 2))
    def add_and_move_track(self, kind: Any, by: int) -> None:
        if len(self.film.tracks) < 7 and self.apply(edits.add_track, kind):
            self.apply(edits.move_track, self.film.tracks[0].id, by)

    @rule(at=FRAMES, start=st.none() | FRAMES, end=st.none() | FRAMES)
    def mark(self, at: int, start: int | None, end: int | None) -> None:
        self.apply(edits.add_marker, at * FRAME, "here")
        self.apply(edits.set_in_out, *(None if point is None else point * FRAME for point in (start, end)))

    @rule(pick=PICK, opacity=st.floats(-0.1, 1.1), time=st.integers(0, 50))
    def set_values(self, pick: int, opacity: float, time: int) -> None:
        self.apply(edits.set_clip, self.clip(pick), opacity=opacity)
        self.apply(edits.set_key, self.clip(pick), "x", time * FRAME, 10.0 * time)
        self.apply(edits.add_effect, self.clip(pick), "blur")
