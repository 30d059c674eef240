"""Stabilise from the window: the effect, the job behind it, what comes back; and the command."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from app.actions.registry import find_action
from app.cli.main import main
from app.editor import Editor
from app.jobs import steady
from core.errors import EditError
from core.job import drain
from core.media.probe import probe
from core.media.reader import open_source
from core.media.shake import find_camera
from core.project.paths import results_folder
from core.timeline import edits
from core.timeline.model import Clip, Solid
from tests.app.actions.test_slowmo import Queue
from tests.app.cli.answers import answer
from tests.app.film import open_film
from tests.core.media.test_shake import filmed
from tests.core.motion.test_steady import SIZE, ground, places_of, steps_of, view


def test_the_effect_and_its_job_come_together(
    editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_film(editor, tmp_path)
    queue = Queue()
    monkeypatch.setattr(editor, "jobs", queue, raising=False)
    editor.state.set("selection", frozenset({"clip"}))
    stabilise = find_action("effects.add_steady")
    stabilise.run(editor)
    ((job, parameters, _),) = queue.asked
    assert job == "camera" and parameters == {"clip": str(tmp_path / "clip.mkv")}
    assert [effect.kind for effect in editor.document.sequence.find("clip")[2].effects] == ["steady"]  # type: ignore[union-attr]
    data = editor.document.data
    assert data is not None
    folder = results_folder(data) / "camera-0123456789"
    folder.mkdir(parents=True)
    drain(find_camera(folder, clip=str(tmp_path / "clip.mkv")))
    media = editor.document.project.media[0]
    order = SimpleNamespace(inputs={"clip": media.info.fingerprint}, title="Camera of Clip")
    record = SimpleNamespace(folder=folder, media_id="media", order=order)
    steady.take_result(editor, record)  # type: ignore[arg-type]
    assert editor.document.project.media[0].camera == folder.name
    stabilise.run(editor)
    assert len(queue.asked) == 1  # the camera is known
    assert len(editor.document.sequence.find("clip")[2].effects) == 1  # type: ignore[union-attr]
    shutil.rmtree(folder)
    stabilise.run(editor)
    assert len(queue.asked) == 2  # what was known is gone
    order.inputs["clip"] = "of another file"
    with pytest.raises(EditError, match="Clip is another file by now"):
        steady.take_result(editor, record)  # type: ignore[arg-type]
    order.inputs["clip"] = media.info.fingerprint
    editor.document.edit("Remove", lambda project: msgspec.structs.replace(project, media=()))
    with pytest.raises(EditError, match="not in the bin any more"):
        steady.take_result(editor, record)  # type: ignore[arg-type]


def test_what_no_camera_took_is_refused_and_nothing_is_changed(editor: Editor, tmp_path: Path) -> None:
    open_film(editor, tmp_path)
    editor.document.edit_sequence("Colour", edits.append, {"v1": Clip("s", "Blue", Solid("#0000ff"), 10)})
    before = editor.document.project
    editor.state.set("selection", frozenset({"clip", "s"}))
    with pytest.raises(EditError, match="Blue was not taken by a camera"):
        find_action("effects.add_steady").run(editor)
    assert editor.document.project is before


def test_the_command_writes_a_steady_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = steps_of(16, 3.0)
    clip = filmed(tmp_path / "shaken.mkv", [view(ground(), place) for place in places_of(path)])
    out = tmp_path / "steady.mkv"
    assert main(["steady", str(clip), "-o", str(out), "--smoothness", "0.5", "--zoom", "1.5", "--json"]) == 0
    said = answer(capsys)
    assert said["outputs"] == [str(out)] and said["frames"] == 16
    assert (probe(out).video.width, probe(out).video.height) == SIZE  # type: ignore[union-attr]
    source, taken = open_source(out), open_source(clip)
    left = [
        abs(source.frame(n).astype(int)[..., :3] - source.frame(n + 1)[..., :3]).mean() for n in range(4, 12)
    ]
    had = [
        abs(taken.frame(n).astype(int)[..., :3] - taken.frame(n + 1)[..., :3]).mean() for n in range(4, 12)
    ]
    assert sum(left) < 0.3 * sum(had)
    source.close()
    taken.close()
    assert {one.name for one in tmp_path.iterdir()} <= {"home", "shaken.mkv", "steady.mkv"}
    assert main(["steady", str(clip), "-o", str(clip)]) == 2
    assert "shaken.mkv" in capsys.readouterr().err
