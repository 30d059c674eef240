"""A film of the project out to OpenTimelineIO and into another project."""

from __future__ import annotations

from pathlib import Path

from core.media.info import AudioInfo, MediaInfo, VideoInfo
from core.project.exchange import export_otio, unknown_media, with_exchange
from core.project.project import Media, Project
from core.project.sequences import with_compound
from core.time import FrameRate
from core.timeline.interchange import read_otio
from core.timeline.nesting import shown_in
from tests.core.timeline.films import FRAME, cut_film, drawn

INFO = MediaInfo(
    "video", "mp4", 100 * FRAME, 5, "f",
    VideoInfo("h264", 320, 180, 320, 180, FrameRate(25)), AudioInfo("aac", 48000, 2),
)  # fmt: skip


def project() -> Project:
    made = Project("p").with_sequence(cut_film(("A", 10, 30), ("B", 20, 50)))
    for name in ("A", "B"):
        made = made.with_media(Media(name, name, f"clips/{name}.mp4", INFO))
    return made


def test_a_film_goes_into_another_project_with_its_media(tmp_path: Path) -> None:
    before = project()
    film = before.sequences[0]
    path = tmp_path / "film.otio"
    notes = export_otio(before, film, tmp_path / "film.laminar", path)
    assert any("Links" in note for note in notes)
    imported = read_otio(path)
    empty = Project("q")
    wanted = unknown_media(empty, imported, None)
    assert sorted(wanted) == [tmp_path / "clips" / "A.mp4", tmp_path / "clips" / "B.mp4"]
    after = with_exchange(empty, imported, dict.fromkeys(wanted, INFO), None)
    assert after.sequence is not None and drawn(after.sequence, "V1") == drawn(film, "V1")
    ids = {media.id: media.path for media in after.media}
    assert [Path(ids[clip.media_id or ""]).name for _, clip in after.sequence.track("V1").clips()] == [
        "A.mp4",
        "B.mp4",
    ]


def test_known_media_are_not_taken_twice_and_the_film_gets_its_own_identity(tmp_path: Path) -> None:
    before = project()
    path = tmp_path / "film.otio"
    export_otio(before, before.sequences[0], tmp_path / "film.laminar", path)
    imported = read_otio(path)
    assert unknown_media(before, imported, tmp_path / "film.laminar") == ()
    after = with_exchange(before, imported, {}, tmp_path / "film.laminar")
    assert after.media == before.media and len(after.sequences) == 2
    assert (
        after.sequences[0] is before.sequences[0] and after.active == after.sequences[1].id != before.active
    )


def test_missing_media_come_as_missing_and_know_what_they_must_be_like(tmp_path: Path) -> None:
    before = project()
    path = tmp_path / "film.otio"
    export_otio(before, before.sequences[0], tmp_path / "film.laminar", path)
    after = with_exchange(Project("q"), read_otio(path), {}, None)
    lost = {media.name: media for media in after.media}["A.mp4"]
    assert lost.missing and lost.info.video is not None and lost.info.audio is not None
    assert lost.info.duration == 30 * FRAME


def test_compound_clips_come_along_with_their_films(tmp_path: Path) -> None:
    before = with_compound(project(), ["B-V1"])
    sequence = before.sequence
    assert sequence is not None
    path = tmp_path / "film.otio"
    export_otio(before, sequence, tmp_path / "film.laminar", path)
    after = with_exchange(before, read_otio(path), {}, tmp_path / "film.laminar")
    assert len(after.sequences) == 4 and len({film.id for film in after.sequences}) == 4
    again = after.sequence
    assert again is not None and again.id not in {film.id for film in before.sequences}
    (inside,) = shown_in(again)
    assert inside not in {film.id for film in before.sequences}
    inner = next(film for film in after.sequences if film.id == inside)
    assert {clip.media_id for _, _, clip in inner.clips()} == {"B"}
    elsewhere = with_exchange(Project("q"), read_otio(path), {}, None)
    assert {media.name for media in elsewhere.media} == {"A.mp4", "B.mp4"} and all(
        m.missing for m in elsewhere.media
    )
