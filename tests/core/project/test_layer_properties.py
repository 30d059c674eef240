"""Whatever is done with layers, in whatever order, the film stays sound and layers keep their clip's time."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import EditError
from core.media.info import MediaInfo, VideoInfo
from core.project import layer_edits, layers
from core.project.project import LayerChoice, LayerFile, LayerSet, Media, Project, new_project
from core.retime import people
from core.timeline import edits
from core.timeline.model import Clip, MediaUse, Solid
from core.timeline.time_map import Linear
from tests.core.timeline.films import FRAME, faults, film, use
from tests.layer_films import KEY, RATE

FRAMES = 60
LABELS = (1, 2, 3)
VIDEO = VideoInfo("ffv1", 64, 36, 64, 36, RATE, frames=FRAMES)
INFO = MediaInfo("video", "matroska", FRAMES * FRAME, 1, "print", VIDEO)


def project_of(start: int, first: int, length: int, sound: bool) -> tuple[Project, tuple[Media, ...]]:
    """A clip of `length` frames from source frame `first`, `start` frames into the film, with others around it."""
    choices = tuple(LayerChoice(label, f"P{label}") for label in LABELS)
    media = Media("m", "m.mkv", "/m.mkv", INFO, layers=LayerSet(KEY, 0, FRAMES, choices))
    files = [LayerFile(KEY, "plate.mkv", "m", "plate")]
    for label in LABELS:
        files += [LayerFile(KEY, f"effect_{label:02}.mkv", "m", "effect", label),
                  LayerFile(KEY, f"object_{label:02}.mkv", "m", "object", label)]  # fmt: skip
    films = tuple(layers.layer_media(Path("/data"), media, one, f"P{one.label}", INFO) for one in files)
    clip = Clip(
        "clip", "Clip", use(FRAMES, "m"), length * FRAME, Linear(first * FRAME), "link" if sound else ""
    )
    sequence = edits.overwrite(film(), start * FRAME, {"V1": clip})
    if sound:
        sequence = edits.overwrite(sequence, start * FRAME, {"A1": replace(clip, id="sound")})
    title = Clip("title", "Title", Solid("#ff0000"), 7 * FRAME)
    sequence = edits.overwrite(sequence, 12 * FRAME, {"V2": title})
    sequence = edits.append(sequence, {"V1": Clip("next", "Next", MediaUse("m", None), 5 * FRAME)})
    return new_project().with_media(media).with_sequence(sequence), films


edits_of_layers = st.lists(
    st.tuples(
        st.sampled_from(
            ["split", "remove", "restore", "insert", "title", "order", "reorder", "freeze", "reverse"]
        ),
        st.sampled_from(LABELS),
        st.integers(0, 20),
    ),
    max_size=7,
)


def done(project: Project, films: tuple[Media, ...], deed: tuple[str, int, int]) -> Project:
    kind, label, number = deed
    if kind == "split":
        return layer_edits.split(project, "clip", films)
    if kind == "remove":
        return layer_edits.remove_object(project, "clip", label, films)
    if kind == "restore":
        return layer_edits.restore_object(project, "clip", label)
    if kind == "insert":
        thing = Clip(f"new-{number}", "New", Solid(), (number + 1) * FRAME)
        return layer_edits.insert_between(project, "clip", thing, label, films)
    if kind == "title":
        return layer_edits.insert_between(project, "clip", "title", label, films)
    if kind == "order":
        return layers.with_order(project, "m", label, number - 10)
    if kind == "reorder":
        return layer_edits.reordered(project, "clip")
    thing_id = layer_edits.person(project, "clip", label)[-1]
    assert project.sequence is not None
    if kind == "freeze":
        verb = lambda now, length: people.freeze(now, length, min(number * FRAME, length - 1))  # noqa: E731
    else:
        verb = people.reverse
    return project.with_sequence(people.retimed(project.sequence, thing_id, verb))


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, 30),
    first=st.integers(0, 20),
    length=st.integers(1, 40),
    sound=st.booleans(),
    what=edits_of_layers,
)
def test_the_film_stays_sound(
    start: int, first: int, length: int, sound: bool, what: list[tuple[str, int, int]]
) -> None:
    project, films = project_of(start, first, length, sound)
    before = project.sequence
    for deed in what:
        try:
            project = done(project, films, deed)
        except EditError:
            continue
        assert project.sequence is not None and before is not None
        assert faults(project.sequence) == []
        places = {clip.id: where for _, where, clip in project.sequence.clips()}
        assert places["clip"] == before.find("clip")[1]
        assert places["next"] == before.find("next")[1]
        for _, where, clip in project.sequence.clips():
            media = next((one for one in project.media if one.id == clip.media_id), None)
            if media is not None and media.layer is not None:
                assert where == places["clip"]
