"""Subtitle files in and out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import MediaError
from core.media.subtitles import MOST_LETTERS, Cue, read_cues, write_srt
from core.time import TICKS_PER_SECOND

SECOND = TICKS_PER_SECOND
SRT = """1
00:00:00,500 --> 00:00:02,000
Hello <i>there</i>, über
second line

2
00:00:02,500 --> 00:00:04,250
{\\an8}Bye <b>now</b>
"""


def test_subrip(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(SRT, encoding="utf-8")
    assert read_cues(path) == (
        Cue(SECOND // 2, 2 * SECOND, "Hello there, über\nsecond line"),
        Cue(5 * SECOND // 2, 17 * SECOND // 4, "Bye now"),
    )


def test_web_vtt_and_western_letters(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_bytes(b"\xef\xbb\xbfWEBVTT\n\n00:00.500 --> 00:02.000 align:start\nTom & <c.loud>Ann</c>\n")
    assert [cue.text for cue in read_cues(path)] == ["Tom & Ann"]
    old = tmp_path / "old.srt"
    old.write_bytes("1\n00:00:01,000 --> 00:00:02,000\nGrüße\n".encode("cp1252"))
    assert [cue.text for cue in read_cues(old)] == ["Grüße"]


@pytest.mark.parametrize(
    "content", [b"", b"no subtitles at all", b"1\n00:00:01,000 --> 00:00:02,000\n\n", b"\x00\xff" * 50]
)
def test_what_is_no_subtitle_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.srt"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"bad\.srt"):
        read_cues(path)
    with pytest.raises(MediaError, match=r"gone\.srt"):
        read_cues(tmp_path / "gone.srt")


words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P"), exclude_characters="{}<>\\\x85"),
    min_size=1,
    max_size=30,
)


@given(
    st.lists(
        st.tuples(st.integers(0, 5_000_000), st.integers(1, 60_000), st.lists(words, min_size=1, max_size=3)),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, given_cues: list[tuple[int, int, list[str]]]
) -> None:
    path = tmp_path_factory.mktemp("srt") / "film.srt"
    unit = SECOND // 1000
    cues = sorted(
        (Cue(a * unit, (a + b) * unit, "\n".join(lines)) for a, b, lines in given_cues),
        key=lambda cue: (cue.start, cue.end),
    )
    write_srt(path, cues)
    back = read_cues(path)
    assert set(back) == set(cues)  # a cue that is there twice says no more


def test_long_words_are_cut_and_a_full_disk_is_told(tmp_path: Path) -> None:
    path = tmp_path / "long.srt"
    write_srt(path, [Cue(0, SECOND, "x" * 3 * MOST_LETTERS)])
    assert len(read_cues(path)[0].text) == MOST_LETTERS
    with pytest.raises(MediaError, match=r"film\.srt"):
        write_srt(tmp_path / "no folder" / "film.srt", [Cue(0, SECOND, "x")])
