"""Layers belong to the project: they go where it goes, and what a file says of them is not believed blindly."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from core.job import drain
from core.project import collect, file, layer_edits, relink, results
from core.project.bounds import Notes
from core.project.checks import checked
from core.project.paths import data_folder, media_path
from core.project.project import LayerChoice, LayerFile, LayerSet, Media, Project
from core.project.trust import Trust
from tests.core.project.films import film as plain_film
from tests.layer_films import KEY, draw_truth, film


@pytest.fixture
def split(tmp_path: Path) -> Project:
    """A film that was never saved, with one object; its data is in "scratch"."""
    project, films = film(tmp_path, draw_truth((2,), frames=2, size=(64, 36)), tmp_path / "scratch")
    return layer_edits.split(project, "clip", films)


def layers_in(project: Project) -> list[Media]:
    return [media for media in project.media if media.layer is not None]


def test_saving_takes_the_layers_along(split: Project, tmp_path: Path) -> None:
    home = tmp_path / "films" / "My Film.laminar"
    results.carry(split, tmp_path / "scratch", data_folder(home))
    trust = Trust(tmp_path / "trust.json")
    file.save(split, home, trust=trust)
    loaded = file.load(home, trust=trust)
    assert not loaded.notices
    assert len(layers_in(loaded.project)) == 3
    for media in layers_in(loaded.project):
        assert media.path.startswith(f"My Film_data/results/{KEY}/")
        assert media_path(home, media).is_file()
    assert relink.check(loaded.project, home, trust) == loaded.project


def test_saving_elsewhere_points_at_the_new_data_folder(split: Project, tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "One.laminar", tmp_path / "b" / "Two.laminar"
    saved = file.rebased(split, None, first)
    moved = file.rebased(saved, first, second)
    assert {media.path for media in layers_in(moved)} == {
        f"Two_data/results/{KEY}/{name}" for name in ("plate.mkv", "effect_02.mkv", "object_02.mkv")
    }
    assert file.rebased(moved, second, first) == saved


def test_collecting_copies_layers_with_the_results(split: Project, tmp_path: Path) -> None:
    target = tmp_path / "all"
    drain(
        collect.collect(split, None, target, data=tmp_path / "scratch", trust=Trust(tmp_path / "trust.json"))
    )
    (home,) = target.glob("*.laminar")
    loaded = file.load(home, trust=Trust(tmp_path / "other.json")).project
    assert [path.name for path in (target / "media").iterdir()] == ["street.mkv"]
    assert all(media_path(home, media).is_file() and not media.missing for media in loaded.media)
    assert (data_folder(home) / "results" / KEY / "layers.json").is_file()


def test_layers_that_are_used_are_not_cleaned_away(split: Project, tmp_path: Path) -> None:
    results.clean(tmp_path / "scratch", [split])
    assert (tmp_path / "scratch" / "results" / KEY / "plate.mkv").is_file()
    only_bin = replace(split, media=tuple(layers_in(split)))
    assert KEY in results.used_keys(only_bin)
    assert KEY in results.used_keys(replace(split, media=(split.find_media("media"),)))
    assert results.clean(tmp_path / "scratch", []) > 0


@pytest.mark.parametrize(
    "layer",
    [
        LayerFile("../../etc", "plate.mkv", "media", "plate"),
        LayerFile(KEY, "../plate.mkv", "media", "plate"),
        LayerFile(KEY, "/etc/passwd", "media", "plate"),
        LayerFile(KEY, "plate.mkv", "../m", "plate"),
        LayerFile(KEY, "plate.mkv", "media", "object", 999),
        LayerFile(KEY, "plate.mkv", "media", "object", 1, -4),
    ],
)
def test_a_layer_that_leads_elsewhere_becomes_plain_media(layer: LayerFile) -> None:
    project = plain_film()
    notes = Notes()
    bad = project.with_media(replace(project.media[1], layer=layer))
    kept = checked(bad, notes).media[1]
    assert kept.layer is None and notes.lost


@pytest.mark.parametrize(
    "layers",
    [
        LayerSet("..", 0, 5, ()),
        LayerSet(KEY, 0, 0, ()),
        LayerSet(KEY, -1, 5, ()),
        LayerSet(KEY, 0, 5, (LayerChoice(0, "Nobody"),)),
        LayerSet(KEY, 0, 5, (LayerChoice(1, "Bear"), LayerChoice(1, "Bird"))),
    ],
)
def test_layers_that_make_no_sense_are_dropped(layers: LayerSet) -> None:
    project = plain_film()
    notes = Notes()
    kept = checked(project.with_media(replace(project.media[0], layers=layers)), notes)
    assert kept.media[0].layers is None and notes.lost


def test_good_layers_are_kept_and_relinked_ones_are_plain_media(tmp_path: Path) -> None:
    project = plain_film()
    good = replace(
        project.media[0],
        layers=LayerSet(KEY, 2, 5, (LayerChoice(1, "Bear", False, "soften"),)),
        layer=LayerFile(KEY, "object_01.mkv", "m2", "object", 1, 3),
    )
    notes = Notes()
    assert checked(project.with_media(good), notes).media[0] == good and not notes.shown
    moved = relink.relinked(project.with_media(good), {good.id: tmp_path / "x.mkv"}, None)
    assert moved.media[0].layer is None and moved.media[0].path == str(tmp_path / "x.mkv")
