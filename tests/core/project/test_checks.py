from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.project.bounds import MAX_TIME, MOST_LETTERS, Notes
from core.project.names import is_mask_name, is_result_key
from core.project.project import Project
from core.project.salvage import project_from
from core.timeline.model import Clip, Gap, Keys, Title
from tests.core.project.films import FRAME, film, raw_film

Raw = dict[str, Any]


def loaded(change: Callable[[Raw], None]) -> tuple[Project, Notes]:
    raw = raw_film()
    change(raw)
    notes = Notes()
    return project_from(raw, notes), notes


def items(raw: Raw) -> list[Raw]:
    found: list[Raw] = raw["sequences"][0]["tracks"][1]["items"]
    return found


def test_a_sound_project_stays_as_it_is() -> None:
    project, notes = loaded(lambda raw: None)
    assert project == film() and notes.lines == [] and not notes.lost


LOSSES: list[tuple[str, Callable[[Raw], None], str]] = [
    ("no media", lambda raw: raw["media"].pop(0), "its media is not in the project"),
    ("negative duration", lambda raw: items(raw)[0].update(duration=-5), "could not be read"),
    ("wrong type", lambda raw: items(raw)[0].update(time_map="fast"), "could not be read"),
    ("wild speed", lambda raw: items(raw)[0]["time_map"].update(num=10**30), "its speed makes no sense"),
    ("zero speed", lambda raw: items(raw)[0]["time_map"].update(den=0), "could not be read"),
    ("wild keys", lambda raw: items(raw)[2]["x"]["keys"][1].update(time=10**25), "its keyframes"),
    (
        "unknown effect",
        lambda raw: items(raw)[2]["effects"][0].update(kind="melt"),
        "does not know its effect",
    ),
    ("unknown parameter", lambda raw: items(raw)[2]["effects"][0]["params"].update(q=1.0), "effect"),
    ("wild transition", lambda raw: items(raw)[2]["transition"].update(before=-1), "its transition"),
    ("eternal gap", lambda raw: items(raw)[1].update(duration=MAX_TIME), "a hundred days"),
    ("media twice", lambda raw: raw["media"].append(raw["media"][0]), "used twice"),
    ("wild media", lambda raw: raw["media"][0]["info"]["video"].update(width=2**40), "make no sense"),
    (
        "pictures elsewhere",
        lambda raw: raw["media"][0]["info"].update(fingerprint="../../x"),
        "make no sense",
    ),
    ("mask elsewhere", lambda raw: raw["media"][0]["key_masks"][0].update(file="../../x.png"), "key masks"),
    ("result elsewhere", lambda raw: raw["media"][0]["track"].update(key="../../etc"), "tracking"),
    (
        "verdict of nothing",
        lambda raw: raw["media"][0]["verdicts"][0].update(box=[0, 0, 0, 9]),
        "appearances",
    ),
    ("paint elsewhere", lambda raw: raw["media"][0]["atlas_edits"][0].update(file="../../x.png"), "painted"),
    ("paint of nothing", lambda raw: raw["media"][0]["atlas_edits"][0].update(kind="melt"), "painted"),
    ("paint twice", lambda raw: raw["media"][0]["atlas_edits"][1].update(id="e1"), "painted"),
    ("media no object", lambda raw: raw["media"].append(7), "could not be read"),
    ("pin on no scene", lambda raw: items(raw)[0].update(pin={"of": "gone", "frame": 3}), "sticks to"),
    (
        "pin at no time",
        lambda raw: items(raw)[0].update(pin={"of": "m", "frame": -(10**30)}),
        "sticks to",
    ),
    ("a path without end", lambda raw: raw["media"][0].update(path="/x" * 50_000), "make no sense"),
    ("marker in no time", lambda raw: raw["sequences"][0]["markers"][0].update(time=-1), "markers"),
]


@pytest.mark.parametrize(("change", "words"), [case[1:] for case in LOSSES], ids=[case[0] for case in LOSSES])
def test_what_makes_no_sense_is_left_out_with_a_note(change: Callable[[Raw], None], words: str) -> None:
    project, notes = loaded(change)
    assert notes.lost and any(words in line for line in notes.lines), notes.lines
    again = Notes()
    assert project_from(raw_film(project), again) == project
    assert again.lines == []


def test_a_lost_clip_leaves_a_gap_and_the_rest_in_step() -> None:
    project, _ = loaded(lambda raw: items(raw)[2].update(blend="melt"))
    track = project.sequences[0].tracks[1]
    assert track.items[2] == Gap(40 * FRAME)
    assert track.duration == film().sequences[0].tracks[1].duration
    project, _ = loaded(lambda raw: items(raw)[2]["content"].update(media_id="gone"))
    assert project.sequences[0].tracks[1].items[2] == Gap(40 * FRAME)


def test_ids_used_twice_are_made_anew_without_loss() -> None:
    def twice(raw: Raw) -> None:
        items(raw)[3]["id"] = items(raw)[0]["id"]  # of c1 and c0
        raw["sequences"][0]["tracks"][2]["id"] = "v1"
        raw["sequences"][1]["id"] = "seq"

    project, notes = loaded(twice)
    assert not notes.lost and len(notes.lines) == 3, notes.lines
    ids = [clip.id for _, _, clip in project.sequences[0].clips()]
    assert len(set(ids)) == len(ids) == 7
    assert len({track.id for track in project.sequences[0].tracks}) == 3
    assert project.active == project.sequences[0].id != project.sequences[1].id


def test_numbers_are_brought_into_their_bounds() -> None:
    def wild(raw: Raw) -> None:
        items(raw)[0].update(opacity=7.5, scale=-3.0)
        raw["sequences"][0]["tracks"][0].update(gain=1e300, balance=-7)
        items(raw)[2]["x"]["keys"][0]["value"] = 1e8
        raw["sequences"][0].update(
            width=0, height=10**9, sample_rate=1, in_point=50, out_point=10, active="x"
        )
        raw["sequences"][0]["rate"] = {"num": 10**12, "den": 1}
        raw["active"] = "nowhere"

    project, _ = loaded(wild)
    sequence = project.sequences[0]
    first, rich = sequence.tracks[1].items[0], sequence.tracks[1].items[2]
    assert (sequence.tracks[0].gain, sequence.tracks[0].balance) == (12.0, -1.0)
    assert isinstance(first, Clip) and (first.opacity, first.scale) == (1.0, 0.01)
    assert isinstance(rich, Clip) and isinstance(rich.x, Keys) and rich.x.keys[0].value == 20000
    assert (sequence.width, sequence.height, sequence.sample_rate) == (16, 32768, 48000)
    assert sequence.rate.fps == 25 and sequence.in_point is None and sequence.out_point is None
    assert project.active == "seq"


def test_names_are_short_enough_to_be_painted() -> None:
    def books(raw: Raw) -> None:
        film = raw["sequences"][0]
        for named in (film, film["tracks"][1], film["markers"][0], items(raw)[0], raw["media"][0]):
            named["name"] = "n" * 2_000_000
        raw["media"][0]["objects"][0]["name"] = "n" * 2_000_000

    project, notes = loaded(books)
    film, media = project.sequences[0], project.media[0]
    named = (film, film.tracks[1], film.markers[0], film.tracks[1].items[0], media, media.objects[0])
    assert [len(one.name) for one in named if not isinstance(one, Gap)] == [MOST_LETTERS] * 6
    assert not notes.lost and notes.lines == ["the name " + "n" * 40 + "… was too long and is cut"] * 6


def test_a_font_is_a_name_and_no_path() -> None:
    def font(raw: Raw) -> None:
        raw["sequences"][0]["tracks"][2]["items"][0]["content"].update(font="/etc/passwd", colour="red;x")

    project, _ = loaded(font)
    title = project.sequences[0].tracks[2].items[0]
    assert isinstance(title, Clip) and isinstance(title.content, Title)
    assert title.content.font == "DejaVu Sans" and title.content.colour == "#ffffff"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../a.png",
        "a/b.png",
        "a\\b.png",
        ".hidden.png",
        "a.exe",
        "a.png\n",
        "c:x.png",
        "a\0.png",
        "x" * 300 + ".png",
    ],
)
def test_mask_names_that_leave_their_folder_are_refused(name: str) -> None:
    assert not is_mask_name(name)
    assert not is_result_key(name)


def test_plain_names_pass() -> None:
    assert is_mask_name("3f2a-00012-9c8d7e.png") and is_mask_name("m1-0-aa.png")
    assert is_result_key("0" * 32) and is_result_key("f" * 32 + "-120")


def test_many_losses_are_counted_and_not_listed() -> None:
    notes = Notes()
    for number in range(1000):
        notes.dropped(f"clip {number}")
    assert len(notes.shown) == Notes.LIMIT + 1 and "980 more" in notes.shown[-1]


@pytest.mark.parametrize(
    ("start", "duration", "stays"), [(2, 5, True), (-2, 5, False), (0, 0, False), (5, 10**6, False)]
)
def test_the_marked_part_of_a_media_lies_in_it(start: int, duration: int, stays: bool) -> None:
    part = {"start": start * FRAME, "duration": duration * FRAME}
    project, _ = loaded(lambda raw: raw["media"][0].update(part=part))
    assert (project.media[0].part is not None) == stays
