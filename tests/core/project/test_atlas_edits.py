from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from core.errors import EditError, MediaError
from core.project import atlas_edits, results
from core.project.atlas_edits import believable, edits_of, is_edit_file, new_edit
from core.project.atlas_kinds import EDIT_KINDS, AtlasEdit, edit_numbers, edit_texts
from core.project.atlas_pictures import LARGEST, load_rgba, read_picture, write_picture
from core.project.paths import atlas_edits_folder
from core.project.project import Project, new_project
from tests.core.project.films import media


def stacked(*edits: AtlasEdit) -> Project:
    return new_project().with_media(replace(media(), atlas_edits=edits))


def names(project: Project, label: int) -> list[str]:
    return [edit.id for edit in edits_of(project.find_media("m1"), label)]


THREE = tuple(AtlasEdit(name, label, "fill") for name, label in (("a", 1), ("x", 0), ("b", 1), ("c", 1)))


def test_an_edit_passes_its_neighbours_of_the_same_object_only() -> None:
    project = atlas_edits.move_edit(stacked(*THREE), "m1", "a", 1)
    assert names(project, 1) == ["b", "a", "c"] and names(project, 0) == ["x"]
    assert [edit.id for edit in project.find_media("m1").atlas_edits] == ["b", "x", "a", "c"]
    assert names(atlas_edits.move_edit(project, "m1", "a", 9), 1) == ["b", "c", "a"]
    assert atlas_edits.move_edit(project, "m1", "b", -1) == project


@given(st.lists(st.tuples(st.sampled_from("abcx"), st.integers(-4, 4)), max_size=8))
def test_moving_never_loses_or_mixes_edits(moves: list[tuple[str, int]]) -> None:
    project = stacked(*THREE)
    for name, by in moves:
        project = atlas_edits.move_edit(project, "m1", name, by)
    assert sorted(names(project, 1)) == ["a", "b", "c"] and names(project, 0) == ["x"]
    assert [edit.label for edit in project.find_media("m1").atlas_edits] == [1, 0, 1, 1]


def test_a_copy_lies_right_above_and_changing_it_leaves_the_first() -> None:
    project = atlas_edits.copy_edit(stacked(*THREE), "m1", "a", "copy")
    assert names(project, 1) == ["a", "copy", "b", "c"]
    project = atlas_edits.change_edit(project, "m1", "copy", numbers={"x": 3.0}, opacity=0.25)
    project = atlas_edits.change_edit(project, "m1", "copy", numbers={"y": 4.0})
    copy = atlas_edits.find_edit(project.find_media("m1"), "copy")
    assert copy is not None and copy.numbers == {"x": 3.0, "y": 4.0} and copy.opacity == 0.25
    assert atlas_edits.find_edit(project.find_media("m1"), "a") == THREE[0]
    assert names(atlas_edits.without_edit(project, "m1", "copy"), 1) == ["a", "b", "c"]


def test_edits_of_what_is_gone_say_so() -> None:
    with pytest.raises(EditError, match="not there any more"):
        atlas_edits.change_edit(stacked(*THREE), "m1", "gone", opacity=1.0)
    with pytest.raises(EditError, match="not in the bin"):
        atlas_edits.with_atlas(stacked(), "gone", "a" * 32)
    full = stacked(*(AtlasEdit(str(number), 1, "fill") for number in range(atlas_edits.MOST_EDITS)))
    with pytest.raises(EditError, match="500 edits"):
        atlas_edits.with_edit(full, "m1", new_edit("text", 1))


def test_values_are_inside_their_bounds() -> None:
    wild = AtlasEdit(
        "e", 1, "text", numbers={"size": 1e9, "x": float("nan"), "melt": 1.0}, opacity=float("inf")
    )
    assert edit_numbers(wild) == {"x": 0.0, "y": 0.0, "size": 4000, "rotation": 0.0}
    assert edit_texts(replace(wild, texts={"text": "Hi"})) == {
        "text": "Hi", "font": "DejaVu Sans", "colour": "#e6475a",
    }  # fmt: skip
    (kept,) = believable((wild,))
    assert [one.page for one in believable((AtlasEdit("a", 1, "text", page=3), AtlasEdit("b", 1, "text", page=-3),
                                            AtlasEdit("c", 1, "blur", page=3)))] == [3, 0, 0]  # fmt: skip
    assert kept.numbers == {"size": 4000, "x": 0.0} and kept.opacity == 1.0
    assert all(len(kind.help) > 0 and kind.title for kind in EDIT_KINDS.values())


def test_a_filter_names_no_file_and_paint_needs_a_plain_one() -> None:
    good = f"{'0' * 32}.png"
    assert believable((AtlasEdit("e", 1, "paint", file=good),))
    for bad in (
        AtlasEdit("e", 1, "paint"),
        AtlasEdit("e", 1, "paint", file="../" + good),
        AtlasEdit("e", 1, "blur", file=good),
        AtlasEdit("e", 256, "blur"),
        AtlasEdit("e/../x", 1, "blur"),
    ):
        assert not believable((bad,))


def test_pictures_are_named_by_content_and_come_back_exactly(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (20, 30, 4), np.uint8)
    name = write_picture(tmp_path, picture)
    assert is_edit_file(name) and write_picture(tmp_path, picture.copy()) == name
    assert np.array_equal(read_picture(tmp_path, name), picture)
    assert write_picture(tmp_path, picture.reshape(30, 20, 4)) != name
    assert [path.name for path in atlas_edits_folder(tmp_path).iterdir()].count(name) == 1


def test_pictures_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="not there"):
        read_picture(tmp_path, "gone.png")
    (tmp_path / "text.png").write_bytes(b"no picture")
    with pytest.raises(MediaError, match="cannot be read"):
        load_rgba(tmp_path / "text.png")
    wide = io.BytesIO()
    Image.new("L", (LARGEST + 1, 1)).save(wide, "PNG")
    with pytest.raises(MediaError, match="8193 x 1"):
        load_rgba(tmp_path / "wide.png", wide.getvalue())


def test_painted_pictures_go_with_the_project_and_are_never_cleaned(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    name = write_picture(source, np.zeros((4, 4, 4), np.uint8))
    other = write_picture(source, np.ones((4, 4, 4), np.uint8))
    key = "a" * 32
    (source / "results" / key).mkdir(parents=True)
    (source / "results" / key / "atlas.json").write_text("{}")
    project = new_project().with_media(
        replace(media(), atlas=key, atlas_edits=(AtlasEdit("e", 1, "paint", file=name),))
    )
    results.carry(project, source, target)
    assert (target / "atlas_edits" / name).is_file() and not (target / "atlas_edits" / other).exists()
    assert (target / "results" / key / "atlas.json").is_file()
    results.clean(source, [new_project()])
    assert not (source / "results" / key).exists() and (source / "atlas_edits" / other).is_file()
