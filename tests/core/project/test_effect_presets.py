"""Effects kept by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.project.effect_presets import preset_of, presets, remove_preset, save_preset, with_preset
from core.settings import folders
from core.timeline.effects import new_effect
from core.timeline.model import Key, Keys, LookUse, MatteUse
from tests.core.render.fakes import clip, film


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMINAR_HOME", str(tmp_path / "home"))


STACK = (
    replace(new_effect("colour", MatteUse(2), exposure=Keys((Key(0, 0.0), Key(100, 2.0)))), shape="ellipse"),
    replace(new_effect("look"), look=LookUse("0123456789abcdef.cube", "Warm")),
    replace(new_effect("blur", radius=3.0), enabled=False),
)


def test_a_preset_comes_back_and_goes_on_another_clip() -> None:
    save_preset(preset_of("  Evening\n light ", STACK, 50))
    (known,) = presets().values()
    assert known.name == "Evening light"
    colour, blur = known.effects
    assert colour.params["exposure"] == 1.0 and colour.matte is None and colour.shape == "ellipse"
    assert blur.kind == "blur" and not blur.enabled
    own = new_effect("hue")
    sequence = film(clip("a", 30, effects=(own,)))
    twice = with_preset(with_preset(sequence, "a", known), "a", known).find("a")[2].effects
    assert [one.kind for one in twice] == ["hue", "colour", "blur", "colour", "blur"]
    assert len({one.id for one in twice}) == 5


def test_one_name_is_one_preset_and_it_can_be_deleted() -> None:
    for radius in (1.0, 9.0):
        save_preset(preset_of("Soft / hard: \u4e2d\u6587 ..", (new_effect("blur", radius=radius),), 0))
    (known,) = presets().values()
    assert known.effects[0].params["radius"] == 9.0
    remove_preset(known.name)
    remove_preset(known.name)
    assert presets() == {}


def test_nothing_to_keep_is_said() -> None:
    with pytest.raises(EditError, match="name"):
        preset_of("  ", STACK, 0)
    with pytest.raises(EditError, match="no effects"):
        preset_of("Look", STACK[1:2], 0)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[" * 10**5,
        b'{"type":"laminar effects","name":"x","effects":[{"id":"a","kind":"no such","params":{}}]}',
        b'{"type":"laminar effects","name":"x","effects":[{"id":"a","kind":"blur","params":{"radius":1e999}}]}',
        b'{"type":"laminar effects","name":"","effects":[{"id":"a","kind":"blur","params":{}}]}',
        b'{"type":"laminar effects","name":"x","effects":[{"id":"a","kind":"look","params":{},'
        b'"look":{"file":"../../x"}}]}',
    ],
)
def test_damaged_and_hostile_files_are_passed_over(text: bytes) -> None:
    save_preset(preset_of("Good", (new_effect("blur"),), 0))
    (folders().config / "effects" / "bad.json").write_bytes(text)
    assert list(presets()) == ["Good"]


def test_a_disk_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.errors import ProjectError

    (tmp_path / "file").touch()
    monkeypatch.setenv("LAMINAR_HOME", str(tmp_path / "file"))
    with pytest.raises(ProjectError, match="cannot be written"):
        save_preset(preset_of("Good", (new_effect("blur"),), 0))
