"""Films of a project: new, copied, removed, one inside another."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.project.bounds import Notes
from core.project.project import Project
from core.project.salvage import project_from
from core.project.sequences import (
    with_compound,
    with_copied_film,
    with_new_film,
    with_parts_of,
    without_effects,
    without_film,
)
from core.time import TimeRange
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Gap, Sequence, SequenceUse, Title
from core.timeline.nesting import DEEPEST, shown_in
from tests.core.timeline.films import FRAME, cut_film, drawn, film


def project() -> Project:
    return Project("p").with_sequence(cut_film(("A", 0, 30), ("B", 10, 40)))


def active(project: Project) -> Sequence:
    assert project.sequence is not None
    return project.sequence


def inner_of(project: Project) -> Sequence:
    (inner,) = shown_in(active(project))
    return next(one for one in project.sequences if one.id == inner)


def showing(name: str, *inner: str) -> Sequence:
    clips = tuple(Clip(f"{name}-{one}", one, SequenceUse(one), 3 * FRAME) for one in inner)
    shown = film()
    tracks = (*shown.tracks[:2], replace(shown.tracks[2], items=(Gap(FRAME), *clips)), shown.tracks[3])
    return replace(shown, id=name, name=name, tracks=tracks)


def test_new_copied_and_deleted_films() -> None:
    first = project()
    second = with_new_film(first)
    assert active(second).duration == 0 and active(second).name == "Film 2"
    assert (active(second).width, active(second).rate) == (640, active(first).rate)
    third = with_copied_film(first, "s")
    assert active(third).name == "Film copy" and drawn_all(active(third)) == drawn_all(active(first))
    ids = [{clip.id for _, _, clip in one.clips()} for one in third.sequences]
    assert not ids[0] & ids[1]
    assert without_film(third, third.active).sequences == first.sequences
    with pytest.raises(EditError, match="only film"):
        without_film(first, "s")
    assert active(with_new_film(Project("q"))).name == "Film"


def drawn_all(sequence: Sequence) -> list[str]:
    return [drawn(sequence, track.id) for track in sequence.tracks]


def test_a_compound_clip_and_back() -> None:
    before = project()
    made = with_compound(before, ["B-V1"])
    assert made.active == "s" and [one.name for one in made.sequences] == ["Film", "Compound"]
    assert drawn(active(made), "V1") == "A[0:30]0:30 Compound[30:60]0:30"
    clip = next(clip for _, _, clip in active(made).clips() if clip.sequence_id)
    back = with_parts_of(made, clip.id)
    assert [one.id for one in back.sequences] == ["s"]
    assert drawn_all(active(back)) == drawn_all(active(before))
    with pytest.raises(EditError, match="no compound clip"):
        with_parts_of(before, "B-V1")


def test_a_film_that_another_clip_shows_stays() -> None:
    made = with_compound(project(), ["B-V1"])
    again = Clip("again", "again", SequenceUse(inner_of(made).id), 5 * FRAME)
    made = made.with_sequence(edits.append(active(made), {"V2": again}))
    clip = next(clip for _, _, clip in active(made).clips() if clip.sequence_id and clip.link)
    assert len(with_parts_of(made, clip.id).sequences) == 2
    with pytest.raises(EditError, match="in Film shows Compound"):
        without_film(made, inner_of(made).id)


def test_a_compound_clip_knows_how_long_its_film_is_now() -> None:
    made = with_compound(project(), ["B-V1"])
    longer = edits.append(
        inner_of(made), {inner_of(made).tracks[-1].id: Clip("t", "t", Title("t"), 20 * FRAME)}
    )
    after = made.with_sequence(longer)
    clips = [clip for _, _, clip in active(after).clips() if clip.sequence_id]
    assert [clip.available for clip in clips] == [TimeRange(0, 50 * FRAME)] * 2
    assert [clip.tail_room for clip in clips] == [20 * FRAME] * 2
    shorter = made.with_sequence(edits.trim_end(inner_of(made), "B-V1", 10 * FRAME))
    assert [clip.tail_room for _, _, clip in active(shorter).clips() if clip.sequence_id] == [0, 0]


def test_a_film_is_not_put_into_itself() -> None:
    made = with_compound(project(), ["B-V1"])
    inner = inner_of(made)
    for name in (inner.id, "s"):
        clip = Clip("x", "x", SequenceUse(name), FRAME)
        with pytest.raises(EditError, match="show itself"):
            made.with_sequence(edits.append(inner, {inner.tracks[-1].id: clip}))


def checked(*films: Sequence) -> tuple[Project, Notes]:
    notes = Notes()
    raw = msgspec.to_builtins(Project("p", sequences=films, active=films[0].id))
    return project_from(raw, notes), notes


def test_a_file_with_sound_compound_clips_is_believed() -> None:
    films = (showing("a", "b", "c"), showing("b", "c"), cut_film())
    found, notes = checked(*films[:2], replace(films[2], id="c"))
    assert notes.lines == [] and [shown_in(one) for one in found.sequences] == [{"b", "c"}, {"c"}, set()]
    lengths = [clip.available for _, _, clip in found.sequences[0].clips()]
    assert lengths == [TimeRange(0, 4 * FRAME), TimeRange(0, 0)]


def test_a_file_with_rings_lost_films_and_towers_is_mended() -> None:
    found, notes = checked(showing("a", "b", "lost"), showing("b", "c"), showing("c", "a", "d"), showing("d"))
    assert notes.lost and any("not there" in line for line in notes.lines)
    assert [shown_in(one) for one in found.sequences] == [set(), set(), set(), set()]
    assert all(
        isinstance(item, Gap) for one in found.sequences for track in one.tracks for item in track.items
    )
    itself, _ = checked(showing("a", "a"))
    assert shown_in(itself.sequences[0]) == set()
    tower = [showing(str(n), str(n + 1)) for n in range(3 * DEEPEST)]
    found, notes = checked(*tower, showing(str(3 * DEEPEST)))
    assert notes.lost
    for one in found.sequences:  # what is left can be opened and edited again
        found = found.with_sequence(replace(one, name="edited"))


def test_without_effects_pictures_are_bare_in_all_films_and_sound_is_as_it_was() -> None:
    graded = cut_film(("A", 0, 30), ("B", 30, 50))
    for _, _, one in graded.clips():
        graded = edits.set_clip(
            graded, one.id, effects=tuple(map(new_effect, ("blur", "denoise", "corner_pin", "colour")))
        )
    films = (graded, replace(graded, id="second"))
    bare = without_effects(Project("p", sequences=films, active=graded.id))
    for film_of in bare.sequences:
        for _, _, one in film_of.clips():
            assert [effect.kind for effect in one.effects] == ["denoise", "corner_pin"], "its place stays"
