"""From a clip to its file, its proxy and its mattes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.errors import MediaError
from core.job import Manifest, drain
from core.media.matte import write_labels
from core.media.pool import SourcePool
from core.media.probe import probe
from core.media.proxy import make_proxy
from core.project.paths import key_masks_folder, results_folder
from core.project.project import KeyMask, Media, Project, TrackedRange
from core.render.compositor import render_frame
from core.render.export import export
from core.render.resolver import Resolver
from core.timeline.effects import new_effect
from core.timeline.model import Clip, MatteUse, MediaUse, Sequence, Track
from tests.core.render.fakes import RATE, TICK
from tests.media_files import read_number, write_clip


@pytest.fixture
def pool() -> SourcePool:
    return SourcePool(64 * 2**20)


def clip_of(media: Media, **fields: object) -> Clip:
    return Clip("c", "c", MediaUse(media.id, media.info.available), 10 * TICK, **fields)  # type: ignore[arg-type]


def project_of(media: Media, clip: Clip) -> Project:
    sequence = Sequence("s", "s", 64, 48, RATE, tracks=(Track("v", "video", "", (clip,)),))
    return Project("p", media=(media,), sequences=(sequence,), active="s")


def media_at(path: Path, **fields: object) -> Media:
    return Media("m", path.name, str(path), probe(path), **fields)  # type: ignore[arg-type]


def test_relative_paths_start_at_the_project_file(tmp_path: Path, pool: SourcePool) -> None:
    write_clip(tmp_path / "in.mp4", frames=10)
    media = msgspec.structs.replace(media_at(tmp_path / "in.mp4"), path="in.mp4")
    resolver = Resolver(project_of(media, clip_of(media)), tmp_path / "a.laminar", None, pool)
    assert read_number(resolver.source(clip_of(media)).frame(7)) == 7
    (tmp_path / "in.mp4").unlink()
    with pytest.raises(MediaError, match="is not there"):
        resolver.source(clip_of(media))
    pool.close()


def test_proxies_stand_in_only_when_asked_for(tmp_path: Path, pool: SourcePool) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=6, size=(128, 96))
    folder = results_folder(tmp_path) / "key"
    folder.mkdir(parents=True)
    drain(make_proxy(folder, path=str(path), height=48))
    media = media_at(path, proxy="key")
    project = project_of(media, clip_of(media))
    small = Resolver(project, None, tmp_path, pool, proxies=True).source(clip_of(media))
    assert (small.width, small.height) == (64, 48) and read_number(small.frame(4)) == 4
    assert Resolver(project, None, tmp_path, pool).source(clip_of(media)).width == 128
    gone = msgspec.structs.replace(media, proxy="other")
    resolver = Resolver(project_of(gone, clip_of(gone)), None, tmp_path, pool, proxies=True)
    assert resolver.source(clip_of(gone)).width == 128
    pool.close()


def masked(folder: Path, frames: range) -> None:
    """A tracking result: object 1 fills the left half."""
    labels = np.zeros((48, 64), np.uint8)
    labels[:, :32] = 1
    (results_folder(folder) / "key" / "masks").mkdir(parents=True)
    for frame in frames:
        write_labels(results_folder(folder) / "key" / "masks" / f"{frame:05d}.png", labels)


def test_mattes_come_from_the_track_or_a_key_mask_at_any_size(tmp_path: Path, pool: SourcePool) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=10)
    masked(tmp_path, range(3))
    media = media_at(path, track=TrackedRange("key", 0, 2), key_masks=(KeyMask(5, "five.png"),))
    key_masks_folder(tmp_path).mkdir()
    labels = np.zeros((48, 64), np.uint8)
    labels[:24] = 1
    write_labels(key_masks_folder(tmp_path) / "five.png", labels)
    clip = clip_of(media)
    resolver = Resolver(project_of(media, clip), None, tmp_path, pool)
    hard = MatteUse(1, feather=0.0)
    matte = resolver.matte(clip, 1, hard, (32, 24))
    assert matte.shape == (24, 32) and matte.dtype == np.float32
    assert matte[:, :15].min() == 1 and matte[:, 17:].max() == 0
    inverse = resolver.matte(clip, 1, MatteUse(1, invert=True, feather=0.0), (32, 24))
    np.testing.assert_allclose(inverse, 1 - matte)
    grown = resolver.matte(clip, 1, MatteUse(1, grow=4.0, feather=0.0), (64, 48))
    assert grown[:, 35].min() == 1 and grown[:, 38].max() == 0
    assert resolver.matte(clip, 5, hard, (64, 48))[:24].min() == 1
    assert not resolver.matte(clip, 7, hard, (64, 48)).any()
    assert resolver.matte(clip, 7, MatteUse(1, invert=True), (64, 48)).min() == 1
    pool.close()


def test_a_correction_is_seen_before_it_is_tracked_again(tmp_path: Path, pool: SourcePool) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=10)
    masked(tmp_path, range(3))
    manifest = Manifest("track", 1, {"key_masks": {"1": "somewhere/old.png"}}, {}, complete=True)
    (results_folder(tmp_path) / "key" / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    key_masks_folder(tmp_path).mkdir()
    for name in ("old.png", "new.png"):
        write_labels(key_masks_folder(tmp_path) / name, np.zeros((48, 64), np.uint8))
    for name, seen in (("old.png", True), ("new.png", False)):
        media = media_at(path, track=TrackedRange("key", 0, 2), key_masks=(KeyMask(1, name),))
        clip = clip_of(media)
        resolver = Resolver(project_of(media, clip), None, tmp_path, pool)
        assert resolver.matte(clip, 1, MatteUse(1), (64, 48)).any() == seen
    pool.close()


def test_a_mask_that_comes_later_is_seen(tmp_path: Path, pool: SourcePool) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=10)
    media = media_at(path, track=TrackedRange("key", 0, 9))
    clip = clip_of(media)
    resolver = Resolver(project_of(media, clip), None, tmp_path, pool)
    assert not resolver.matte(clip, 1, MatteUse(1), (64, 48)).any()
    masked(tmp_path, range(10))
    assert resolver.matte(clip, 1, MatteUse(1), (64, 48)).any()
    pool.close()


def test_a_matte_limits_an_effect_in_preview_and_export(tmp_path: Path, pool: SourcePool) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=10)
    masked(tmp_path, range(8))
    media = media_at(path, track=TrackedRange("key", 0, 7))
    dark = new_effect("colour", MatteUse(1, feather=0.0), exposure=-5.0)
    project = project_of(media, clip_of(media, effects=(dark,)))
    assert project.sequence is not None
    shown = render_frame(project.sequence, 0, Resolver(project, None, tmp_path, pool))
    untouched = render_frame(
        project_of(media, clip_of(media)).sequences[0], 0, Resolver(project, None, tmp_path, pool)
    )
    assert shown[:, :31, :3].max() < 70 and np.array_equal(shown[:, 33:], untouched[:, 33:])
    steps = list(
        export(
            tmp_path,
            project=msgspec.to_builtins(project),
            project_file="",
            data=str(tmp_path),
            preset="ffv1",
            path=str(tmp_path / "film.mkv"),
        )
    )
    (note,) = steps[-1].fields["notes"]
    assert "2 frames of in.mp4 have no mask, the first is 8" in note
    pool.close()


def test_silent_media_has_no_sound(tmp_path: Path, pool: SourcePool) -> None:
    silent = media_at(write_clip(tmp_path / "silent.mp4", frames=4))
    assert silent.info.audio is None
    resolver = Resolver(project_of(silent, clip_of(silent)), None, tmp_path, pool)
    assert resolver.audio(clip_of(silent)) is None
    pool.close()
