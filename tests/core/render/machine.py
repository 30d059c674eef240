"""The editing machine with the edits that first listen or look: what they found is made up at random."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import rule
from msgspec.structs import replace

from core.errors import EditError
from core.media.activity import STEP, Meeting
from core.media.subtitles import Cue
from core.project.captions import cues_of, with_cues
from core.render.following import followed
from core.render.framing import kept_in_frame
from core.render.listening import Heard, ducked, laid_together, with_beats, without_pauses
from core.render.object_positions import Seen, Shot
from core.time import TICKS_PER_SECOND
from core.timeline import edits
from core.timeline.model import Sequence
from tests.core.timeline.films import FRAME
from tests.core.timeline.machine import FRAMES, LINKED, PICK, TICKS, EditingMachine

LOUDNESS = st.lists(st.sampled_from([-120.0, -60.0, -20.0]), min_size=1, max_size=12)
"""Of stretches of a third of a second."""
VALUES = st.sampled_from([-1e9, -1.0, 0.0, 0.5, 3.0, 1e9])


def heard(start: int, levels: list[float]) -> Heard:
    return Heard(start, np.repeat(np.array(levels), round(1 / 3 / STEP)))


class ListeningMachine(EditingMachine):
    @rule(pick=PICK, levels=LOUDNESS)
    def cut_out_pauses(self, pick: int, levels: list[float]) -> None:
        clip = self.clip(pick)
        where = [where for _, where, one in self.film.clips() if one.id == clip]
        if where:
            before = self.film.duration
            if self.apply(without_pauses, clip, heard(where[0].start, levels), 0.3):
                assert self.film.duration <= before

    @rule(
        picks=st.lists(PICK, min_size=1, max_size=3),
        levels=LOUDNESS,
        by=st.sampled_from([-60.0, -12.0, -0.1]),
    )
    def duck(self, picks: list[int], levels: list[float], by: float) -> None:
        clips = {self.clip(pick) for pick in picks} - {"none"}
        self.apply(ducked, sorted(clips), heard(0, levels), by)

    @rule(pick=PICK, other=PICK, seconds=st.floats(-8, 8), sure=st.booleans())
    def lay_together(self, pick: int, other: int, seconds: float, sure: bool) -> None:
        clip, moved = self.clip(pick), self.clip(other)
        if "none" not in (clip, moved):
            self.apply(laid_together, clip, {moved: Meeting(seconds, 20.0 if sure else 0.0)})

    @rule(pick=PICK, times=st.lists(st.integers(0, 300), max_size=8))
    def mark_beats(self, pick: int, times: list[int]) -> None:
        if (clip := self.clip(pick)) != "none":
            self.apply(with_beats, clip, [time * FRAME // 3 for time in times])

    @rule(
        pick=PICK,
        other=PICK,
        places=st.lists(st.floats(0, 0.9) | st.none(), min_size=1, max_size=6),
        cut=st.integers(0, 6),
        grow=st.booleans(),
    )
    def go_with_object(self, pick: int, other: int, places: list[float | None], cut: int, grow: bool) -> None:
        found = [one for _, _, one in self.film.clips() if one.id == self.clip(pick)]
        if not found:
            return
        used = found[0].source_range
        extents = [(p, p, p + 0.1, p + 0.1) if p is not None else (np.nan,) * 4 for p in places]
        times = [used.start + n * max(1, used.duration // len(places)) for n in range(len(places))]
        halves = (slice(0, cut), slice(cut, None))
        shots = tuple(
            Shot(tuple(times[part]), np.array(extents[part], np.float64).reshape(-1, 4), 10.0)
            for part in halves
            if times[part]
        )
        where = Seen((160, 90), shots)
        self.apply(followed, self.clip(other), found[0].id, where, used.start, grow=grow)
        self.apply(kept_in_frame, found[0].id, where)

    @rule(cues=st.lists(st.tuples(st.integers(-5, 90), st.integers(-3, 40)), max_size=4))
    def subtitles(self, cues: list[tuple[int, int]]) -> None:
        if sum(track.name == "Subtitles" for track in self.film.tracks) < 3:
            made = [
                Cue(max(0, start) * FRAME, (max(0, start) + max(0, length)) * FRAME + 7, f"says {start}")
                for start, length in cues
            ]
            self.apply(with_cues, made)
        try:
            assert all(cue.text and cue.start <= cue.end for cue in cues_of(self.film, self.films.values()))
        except EditError:
            return

    @rule(pick=PICK, side=st.sampled_from(["fade_in", "fade_out"]), length=st.integers(-2, 60), linked=LINKED)
    def fade(self, pick: int, side: Any, length: int, linked: bool) -> None:
        self.apply(edits.set_fade, self.clip(pick), side, length * FRAME, linked=linked)

    @rule(pick=PICK, at=FRAMES, tick=TICKS)
    def beside(self, pick: int, at: int, tick: int) -> None:
        if (clip := self.clip(pick)) != "none":
            count = len(list(self.film.clips()))
            if self.apply(edits.put_beside, clip, at * FRAME + tick):
                assert len(list(self.film.clips())) == count, "nothing is covered"

    @rule(at=FRAMES, tick=TICKS, camera=st.integers(1, 3))
    def cut_to_camera(self, at: int, tick: int, camera: int) -> None:
        before = self.film.duration
        if self.apply(edits.cut_to, at * FRAME + tick, camera):
            assert self.film.duration == before

    @rule(pick=PICK, kind=st.sampled_from(["blur", "colour", "crop", "transform"]), value=VALUES, by=st.integers(-2, 2),
          on=st.booleans())  # fmt: skip
    def effects(self, pick: int, kind: str, value: float, by: int, on: bool) -> None:
        clip = self.clip(pick)
        if not self.apply(edits.add_effect, clip, kind):
            return
        effect = self.film.find(clip)[2].effects[-1]
        for name in effect.params:
            self.apply(edits.set_effect_param, clip, effect.id, name, value)
            self.apply(edits.set_key, clip, name, 3 * FRAME, value, effect_id=effect.id)
        self.apply(edits.set_effect, clip, effect.id, enabled=on)
        self.apply(edits.move_effect, clip, effect.id, by)
        if by < 0:
            self.apply(edits.remove_effect, clip, effect.id)

    @rule(
        pick=PICK,
        name=st.sampled_from(["x", "opacity", "gain", "nonsense"]),
        value=VALUES,
        at=st.integers(0, 40),
    )
    def keys(self, pick: int, name: str, value: float, at: int) -> None:
        if self.apply(edits.set_key, self.clip(pick), name, at * FRAME, value):
            self.apply(edits.remove_key, self.clip(pick), name, at * FRAME)

    @rule(pick=PICK)
    def remove_track(self, pick: int) -> None:
        if len(self.film.tracks) > 4:
            self.apply(edits.remove_track, self.track(pick))

    @rule(pick=PICK, at=FRAMES)
    def change_markers(self, pick: int, at: int) -> None:
        if self.film.markers:
            marker = self.film.markers[pick % len(self.film.markers)]
            if self.apply(edits.set_marker, marker.id, time=at * FRAME, name="there"):
                self.apply(edits.remove_markers, [marker.id])

    def check(self, film: Sequence) -> None:
        super().check(film)
        times = [marker.time for marker in film.markers]
        assert times == sorted(times) and all(time >= 0 for time in times)
        for _, _, clip in film.clips():
            assert clip.fade_in >= 0 and clip.fade_out >= 0
        assert replace(film).duration < 10**6 * TICKS_PER_SECOND
