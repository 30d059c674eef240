"""An effect limited to a shape or an object by commands, as the inspector does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.actions.registry import find_action
from app.editor import Editor
from core.errors import EditError
from core.project import mask_edits
from core.timeline import edits
from core.timeline.model import Effect
from tests.app.film import open_film


@pytest.fixture
def film(editor: Editor, tmp_path: Path) -> Editor:
    """The clip is selected and has a blur, and after it a mirror, which always works on the whole picture."""
    open_film(editor, tmp_path)
    for kind in ("blur", "mirror"):
        editor.document.edit_sequence("Add", edits.add_effect, "clip", kind)
    editor.state.set("selection", frozenset({"clip"}))
    return editor


def run(editor: Editor, command: str) -> tuple[Effect, Effect]:
    find_action(f"effects.{command}").run(editor)
    assert editor.document.sequence is not None
    blur, mirror = editor.document.sequence.find("clip")[2].effects
    return blur, mirror


def test_shapes_go_on_the_last_effect_that_can_be_limited(film: Editor) -> None:
    blur, mirror = run(film, "inside_ellipse")
    assert (blur.shape, mirror.shape) == ("ellipse", "")
    assert run(film, "inside_rectangle")[0].shape == "rectangle"
    assert run(film, "everywhere")[0].shape == ""
    film.document.undo_stack.undo()
    assert film.document.sequence is not None
    assert film.document.sequence.find("clip")[2].effects[0].shape == "rectangle"


def test_the_object_in_hand_and_all_but_it(film: Editor) -> None:
    with pytest.raises(EditError, match="no masks yet"):
        run(film, "only_on")
    with pytest.raises(EditError, match="no effect"):
        run(film, "outside")
    film.document.edit("Draw", mask_edits.with_key_mask, "media", 0, "media-00000-0123456789abcdef.png", 2)
    film.state.set("label", 7)
    matte = run(film, "only_on")[0].matte
    assert matte is not None and matte.label == 2, "the media has no object 7"
    film.document.edit("Add", mask_edits.add_object, "media")
    film.state.set("label", 1)
    assert (matte := run(film, "only_on")[0].matte) is not None and matte.label == 1
    assert (matte := run(film, "outside")[0].matte) is not None and matte.invert
    assert (matte := run(film, "outside")[0].matte) is not None and not matte.invert
    assert run(film, "everywhere")[0].matte is None


def test_the_last_effect_is_switched(film: Editor) -> None:
    blur, mirror = run(film, "switch")
    assert (blur.enabled, mirror.enabled) == (True, False)
    assert run(film, "switch")[1].enabled


def test_the_last_effect_goes_first_or_goes_away(film: Editor) -> None:
    def kinds() -> list[str]:
        assert film.document.sequence is not None
        return [effect.kind for effect in film.document.sequence.find("clip")[2].effects]

    film.document.edit_sequence("Add", edits.add_effect, "clip", "glow")
    find_action("effects.to_front").run(film)
    assert kinds() == ["glow", "blur", "mirror"]
    find_action("effects.remove_last").run(film)
    assert kinds() == ["glow", "blur"]
    film.document.undo_stack.undo()
    film.document.undo_stack.undo()
    assert kinds() == ["blur", "mirror", "glow"]
