"""Fonts: styles, other scripts, and what stands in for a font that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.render import fonts


def test_a_family_has_its_bold_and_slanted_letters() -> None:
    names = {
        Path(fonts.font_file("DejaVu Serif", bold, italic)).name
        for bold in (False, True)
        for italic in (False, True)
    }
    assert len(names) >= 2, "at least bold is another file"
    assert Path(fonts.font_file("DejaVu Sans", True)).name == "DejaVuSans-Bold.ttf"
    assert fonts.font_file("No Such Font 123", True, True) == ""


def test_a_style_that_a_family_lacks_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_styled_file", lambda family, bold, italic: "")
    fonts.font_file.cache_clear()
    assert fonts.font_file("DejaVu Sans", True, True) == fonts.font_file("DejaVu Sans") != ""
    fonts.font_file.cache_clear()


def test_other_scripts_get_a_font_that_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fonts.unusual_letters("Grüße, Ørsted") == ""
    assert fonts.unusual_letters("日本 ß 日") == "日本"
    asked: list[str] = []

    def answer(pattern: str) -> tuple[str, str]:
        asked.append(pattern)
        return "", ""

    monkeypatch.setattr(fonts, "_ask_fontconfig", answer)
    fonts.covering_file.cache_clear()
    fonts.load_font.cache_clear()
    fonts.load_font("DejaVu Sans", 20, "日本")
    assert asked[0] == "DejaVu Sans:charset=65e5 672c"
    fonts.covering_file.cache_clear()
    fonts.load_font.cache_clear()


def test_pillow_font_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "font_file", lambda family, bold=False, italic=False: "")
    fonts.load_font.cache_clear()
    assert fonts.load_font("DejaVu Sans", 20).getbbox("Hi")[2] > 5
    fonts.load_font.cache_clear()
