"""Rows of clips laid over a film give what each clip laid by itself gives, with work that grows with their number."""

from __future__ import annotations

from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.timeline import edits
from core.timeline.model import Clip, Gap, Item, Sequence, Track
from core.timeline.time_map import Linear
from tests.core.timeline.films import FRAME, drawn, faults, film, use
from tests.counting import calls

Row = list[tuple[int, Clip]]


def clip(name: str, frames: int, link: str = "") -> Clip:
    return Clip(name, name, use(1000), frames * FRAME, Linear(100 * FRAME), link)


@st.composite
def films(draw: st.DrawFn) -> Sequence:
    """Two tracks, whose clips may be linked across."""
    tracks = []
    for track in ("A1", "V1"):
        items: list[Item] = []
        for number in range(draw(st.integers(0, 6))):
            frames = draw(st.integers(1, 9))
            link = draw(st.sampled_from(["", f"l{number}"]))
            items.append(
                Gap(frames * FRAME) if draw(st.booleans()) else clip(f"{track}{number}", frames, link)
            )
        tracks.append(Track(track, "video" if track == "V1" else "audio", track, tuple(items)))
    return replace(film(), tracks=tuple(tracks))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Row]:
    """For each track starts and clips, earliest first; they may lie over one another."""
    made = {}
    for track in ("A1", "V1"):
        starts = sorted(draw(st.lists(st.integers(0, 40), max_size=6)))
        made[track] = [
            (at * FRAME, clip(f"{track}+{n}", draw(st.integers(1, 8)))) for n, at in enumerate(starts)
        ]
    return {track: row for track, row in made.items() if row} or {"V1": [(0, clip("V1+0", 1))]}


def groups(sequence: Sequence) -> set[frozenset[str]]:
    """Which clips are linked with each other, by their tracks and starts."""
    found: dict[str, set[str]] = {}
    for track, where, one in sequence.clips():
        if one.link:
            found.setdefault(one.link, set()).add(f"{track.id} {where.start}")
    return {frozenset(group) for group in found.values()}


@settings(max_examples=200)
@given(films(), rows())
def test_a_row_is_laid_as_its_clips_one_after_the_other(before: Sequence, laid: dict[str, Row]) -> None:
    one_by_one = before
    for track, row in laid.items():
        for start, one in row:
            one_by_one = edits.overwrite(one_by_one, start, {track: one})
    after = edits.overwrite_each(before, laid)
    for track in ("A1", "V1"):
        assert drawn(after, track) == drawn(one_by_one, track)
    assert faults(after) == faults(one_by_one)
    assert len({one.id for _, _, one in after.clips()}) == sum(1 for _ in after.clips())


def test_halves_that_are_cut_together_are_linked_with_each_other() -> None:
    pair = tuple(
        Track(name, kind, name, (clip(name, 20, "pair"),))
        for name, kind in (("A1", "audio"), ("V1", "video"))
    )  # type: ignore[arg-type]
    over = {name: [(5 * FRAME, clip(f"{name}+", 3))] for name in ("A1", "V1")}
    after = edits.overwrite_each(replace(film(), tracks=pair), over)
    assert drawn(after, "V1") == "V1[0:5]100:105 V1+[5:8]100:103 V1[8:20]108:120"
    assert groups(after) == {
        frozenset({"A1 0", "V1 0"}),
        frozenset({f"A1 {8 * FRAME}", f"V1 {8 * FRAME}"}),
    }


def test_the_work_grows_with_the_number_of_clips() -> None:
    def laid(count: int) -> int:
        tracks = tuple(
            Track(name, kind, name, tuple(clip(f"{name}{n}", 10, f"l{n}") for n in range(count)))
            for name, kind in (("A1", "audio"), ("V1", "video"))
        )  # type: ignore[arg-type]
        over = {
            name: [((10 * n + 3) * FRAME, clip(f"{name}+{n}", 4)) for n in range(count)]
            for name in ("A1", "V1")
        }
        return calls(partial(edits.overwrite_each, replace(film(), tracks=tracks), over))

    few, many = laid(50), laid(200)
    assert many < 4.4 * few
