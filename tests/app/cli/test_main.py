"""The command line's contract: answers, exit codes, one clear line for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from app.cli.commands.film import preset_for
from app.cli.commands.probe import describe
from app.cli.commands.render import with_film
from app.cli.commands.track import clear
from app.cli.commands.track import frames_of as frames_of_masks
from app.cli.main import main
from core.errors import LaminarError, MediaError
from core.job import sole_writer
from core.media.info import MediaInfo, VideoInfo
from core.media.probe import probe
from core.project.file import save
from core.project.project import Media, Project, new_project
from core.sample import Scene
from core.time import FrameRate
from core.timeline import edits
from core.timeline.model import MediaUse, Sequence, new_id, new_sequence
from tests.app.cli.answers import answer
from tests.media_files import write_clip, write_pictures


def test_probe_tells_what_is_in_a_file(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", str(clip), "--json"]) == 0
    found = answer(capsys)
    assert found["frames"] == 8
    assert found["video"]["width"] == 214  # type: ignore[index]
    assert main(["probe", str(clip)]) == 0
    assert "214x120" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["probe", "no such file.mp4"], ["render", "nothing.laminar", "-o", "film.mp4"]]
)
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert arguments[1] in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["track"],
        ["probe"],
        ["render", "x.laminar"],
        ["probe", "a", "--nonsense"],
        ["layers", "a", "--masks", "b", "-o", "c", "--seed", "-1"],
        ["layers", "a", "--masks", "b", "-o", "c", "--max-seconds", "nan"],
    ],
)
def test_bad_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("laminar: ")


def test_a_folder_of_images_is_tracked_under_its_own_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene, frames = Scene(214, 120, frames=4), tmp_path / "frames"
    frames.mkdir()
    for n in range(4):
        Image.fromarray(scene.frame(n)).save(frames / f"shot_{n + 7:04}.png")
    Image.fromarray(scene.labels(0)).save(tmp_path / "mask.png")
    out = tmp_path / "masks"
    assert main(["track", str(frames), "--mask", str(tmp_path / "mask.png"), "-o", str(out), "--json"]) == 0
    assert answer(capsys)["frames"] == 4
    assert sorted(path.name for path in out.glob("*.png")) == [f"shot_{n:04}.png" for n in (7, 8, 9, 10)]
    assert main(["suggest", str(out), "--json"]) == 0
    assert answer(capsys)["frames"] == 4
    last = np.asarray(Image.open(out / "shot_0010.png"))
    assert last.shape == (120, 214)
    want = scene.labels(3)
    assert np.count_nonzero((last > 0) & (want > 0)) > 0.6 * np.count_nonzero((last > 0) | (want > 0))


def _film_of(clip: Path) -> Project:
    info = probe(clip)
    media = Media(new_id(), "clip", str(clip), info)
    sequence = new_sequence("Film", 214, 120, FrameRate(25))
    track = next(track for track in sequence.tracks if track.kind == "video")
    use = MediaUse(media.id, info.available)
    assert info.available is not None
    placed = edits.media_clips(use, "clip", info.available, video_track=track.id, audio_track=None)
    return new_project("Film").with_media(media).with_sequence(edits.insert(sequence, 0, placed))


def write_project(clip: Path, folder: Path) -> Path:
    """A project with the clip on its timeline."""
    path = folder / "Film.laminar"
    save(_film_of(clip), path)
    return path


def test_masks_never_take_the_place_of_the_frames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = write_pictures(tmp_path / "frames", 3)
    before = {path: path.read_bytes() for path in frames.iterdir()}
    mask = next(iter(before))
    (tmp_path / "link").symlink_to(frames)
    Image.fromarray(np.ones(np.asarray(Image.open(mask)).shape[:2], np.uint8)).save(tmp_path / "mask.png")
    for out in (frames, tmp_path / "link"):
        assert main(["track", str(frames), "--mask", str(tmp_path / "mask.png"), "-o", str(out)]) == 2
        assert "own frames" in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in frames.iterdir()}


def test_a_film_is_chosen_by_its_name() -> None:
    films = (Sequence("a", "Film"), Sequence("b", "Copy"), Sequence("c", "Copy"))
    project = Project("p", sequences=films, active="b")
    assert with_film(project, "Film").active == "a"
    for name in ("Copy", "Other"):
        with pytest.raises(LaminarError, match=f"called {name}"):
            with_film(project, name)


def test_media_that_nobody_chose_here_is_read_only_when_told_so(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _film_of(clip)
    save(project, tmp_path / "Film.laminar")
    monkeypatch.setenv("LAMINAR_HOME", str(tmp_path / "another computer"))
    arguments = ["render", str(tmp_path / "Film.laminar"), "-o", str(tmp_path / "film.mp4")]
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert "outside the project" in told and "--trust" in told and told.count("\n") == 1
    assert main([*arguments, "--trust"]) == 0
    assert "--trust" not in capsys.readouterr().err
    film = project.sequence
    assert film is not None
    (slow,) = [clip.id for track, _, clip in film.clips() if track.kind == "video"]
    slowed = edits.set_clip(edits.set_speed(film, slow, 1, 2), slow, between="flow")
    save(project.with_sequence(slowed), tmp_path / "Film.laminar")
    monkeypatch.setenv("LAMINAR_HOME", str(tmp_path / "a third one"))
    assert main(["smooth", str(tmp_path / "Film.laminar")]) == 2
    assert "--trust" in capsys.readouterr().err
    assert main(["smooth", str(tmp_path / "Film.laminar"), "--trust"]) == 0


def test_presets_by_name_or_by_the_films_ending() -> None:
    assert preset_for(Path("a.mp4"), "").id == "h264-web"
    assert preset_for(Path("a.mkv"), "").id == "ffv1"
    assert preset_for(Path("a.mov"), "prores-4444").id == "prores-4444"
    with pytest.raises(LaminarError, match="no preset"):
        preset_for(Path("a.xyz"), "")


def test_masks_and_their_frames_must_fit(tmp_path: Path) -> None:
    masks = [tmp_path / "a.png", tmp_path / "b.png"]
    for mask in masks:
        mask.touch()
    assert frames_of_masks(masks[:1], []) == {0: masks[0]}
    assert frames_of_masks(masks, [3, 0]) == {3: masks[0], 0: masks[1]}
    for numbers in ([], [1], [2, 2]):
        with pytest.raises(MediaError):
            frames_of_masks(masks, numbers)
    with pytest.raises(MediaError, match="there is no mask"):
        frames_of_masks([tmp_path / "gone.png"], [])


def test_suggest_names_the_frames_worth_drawing_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suggest", str(tmp_path)]) == 2
    assert "confidence.json" in capsys.readouterr().err
    values = {frame: {1: 1.0 if frame == 0 else 0.1 if 5 <= frame <= 9 else 0.99} for frame in range(12)}
    (tmp_path / "confidence.json").write_text(json.dumps(values))
    assert main(["suggest", str(tmp_path), "--json"]) == 0
    first = answer(capsys)["suggestions"][0]
    assert (first["frame"], first["reason"], first["label"]) == (7, "gone", 1)
    assert main(["suggest", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("frame 7: object 1 was not found; mending it may gain ")


def test_what_is_no_project_is_told_from_a_damaged_one(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", str(clip), "-o", str(tmp_path / "film.mp4")]) == 2
    assert "is no project. Choose a .laminar file" in capsys.readouterr().err


def test_a_film_beside_the_prompt_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder of such a film is "." and has no name of its own."""
    own = write_clip(tmp_path / "own.mp4", frames=4)
    save(_film_of(own), tmp_path / "Film.laminar")
    own.unlink()
    monkeypatch.chdir(tmp_path)
    assert main(["render", "Film.laminar", "-o", "film.mp4"]) == 2
    assert capsys.readouterr().err.startswith(f"laminar: {own} is not there")


def test_ctrl_c_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.cli.commands.probe.run", interrupted)
    assert main(["probe", "a.mp4"]) == 130
    assert capsys.readouterr().err == "laminar: interrupted; give the same command again to go on\n"


def test_a_mask_that_does_not_fit_leaves_nothing_behind(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "masks"
    Image.fromarray(np.ones((60, 107), np.uint8)).save(tmp_path / "small.png")
    Image.fromarray(np.zeros((120, 214), np.uint8)).save(tmp_path / "empty.png")
    Image.fromarray(np.ones((120, 214), np.uint8)).save(tmp_path / "good.png")
    for mask, at, said in (
        ("small.png", "0", "107x60, the clip is 214x120. Scale"),
        ("empty.png", "0", "has no object"),
        ("good.png", "8", "the clip ends at 7"),
    ):
        arguments = ["track", str(clip), "--mask", str(tmp_path / mask), "--at", at, "-o", str(out)]
        assert main(arguments) == 2
        assert said in capsys.readouterr().err
        assert not out.exists()


def test_clearing_leaves_what_another_command_is_making(tmp_path: Path) -> None:
    for name in ("a", "b.partial", "c.partial"):
        (tmp_path / "work" / name).mkdir(parents=True)
    with sole_writer(tmp_path / "work", "c"):
        clear(tmp_path / "work")
        assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["c.lock", "c.partial"]
    clear(tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_both_files_of_a_pair_are_named(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(clip, tmp_path)
    arguments = ["render", str(project), "-o", str(tmp_path / "film.mov"), "--preset", "pair"]
    assert main([*arguments, "--range", "0:2", "--json"]) == 0
    names = [str(tmp_path / f"film_{part}.mov") for part in ("fill", "matte")]
    assert answer(capsys)["outputs"] == names
    assert all(Path(name).is_file() for name in names)


def test_masks_go_out_and_come_back(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    masks, scene = tmp_path / "masks", Scene(214, 120, frames=8)
    masks.mkdir()
    for n in range(8):
        Image.fromarray((scene.labels(n) == 1).astype(np.uint8) * 255).save(masks / f"{n:05}.png")
    video, back = tmp_path / "m.mov", tmp_path / "back"
    assert main(["masks", "export", str(masks), "-o", str(video), "--clip", str(clip), "--json"]) == 0
    assert answer(capsys)["frames"] == 8
    assert main(["masks", "import", str(video), "--clip", str(clip), "-o", str(back), "--json"]) == 0
    assert answer(capsys)["frames"] == 8
    found = np.asarray(Image.open(back / "masks/00003.png"))
    np.testing.assert_array_equal(found == 1, scene.labels(3) == 1)
    assert main(["masks", "import", str(masks), "--clip", str(clip), "-o", str(tmp_path / "png")]) == 0
    killed = tmp_path / "png" / ".laminar-import" / "masks"  # what an import that was killed leaves
    (tmp_path / "png" / "masks").rename(tmp_path / "whole")
    killed.mkdir(parents=True)
    (killed / "00099.png").touch()
    assert main(["masks", "import", str(masks), "--clip", str(clip), "-o", str(tmp_path / "png")]) == 0
    assert [path.name for path in (tmp_path / "png").iterdir()] == ["masks"]
    assert len(list((tmp_path / "png" / "masks").iterdir())) == 8
    assert main(["masks", "export", str(back), "-o", str(tmp_path / "davis")]) == 0
    assert len(list((tmp_path / "davis").iterdir())) == 8
    capsys.readouterr()
    wrong = [
        ["import", str(masks), "--clip", str(clip), "-o", str(back)],
        ["import", str(masks), "--clip", str(clip), "-o", str(tmp_path / "x"), "--object", "0"],
        ["import", str(video), str(clip), "--clip", str(clip), "-o", str(tmp_path / "two")],
        ["export", str(masks), "-o", str(tmp_path / "x.mkv"), "--format", "gif"],
        ["export", str(masks), "-o", str(tmp_path / "x.mp4"), "--format", "ffv1"],
        ["export", str(masks), "-o", str(masks)],
        ["export", str(masks), "-o", str(tmp_path / "x.mkv"), "--object", "7"],
    ]
    for arguments in wrong:
        assert main(["masks", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "two").exists(), "the first of two is there, and in the way of another try"


def test_without_a_screen_it_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["edit"]) == 2
    assert "no screen" in capsys.readouterr().err


def test_a_file_whose_name_begins_with_a_dash_is_told_how_to_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_clip(tmp_path / "-take.mp4", frames=3)
    monkeypatch.chdir(tmp_path)
    assert main(["probe", "-take.mp4"]) == 2
    assert "Put ./ before its name" in capsys.readouterr().err
    assert main(["probe", "./-take.mp4"]) == 0


def test_what_is_usual_of_pixels_is_not_told() -> None:
    usual = VideoInfo("h264", 640, 360, 640, 360, FrameRate(25), pixel_format="yuv420p")
    info = MediaInfo("video", "mov", 0, 1, "0", usual)
    assert (
        "  picture yuv420p, 8 bit, no colour space given, limited range\n"
        in describe(Path("a.mp4"), info) + "\n"
    )
    phone = replace(usual, rotation=90, colour_space="bt709", full_range=True, alpha=True)
    said = describe(Path("a.mp4"), replace(info, video=phone))
    assert "8 bit, bt709, full range, alpha, turned by 90 degrees" in said
