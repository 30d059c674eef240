"""AVI files of DivX and XviD, where two pictures lie in one packet and an empty one follows."""

from __future__ import annotations

import random
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import pytest

from core.media.reader import open_source
from tests.media_files import read_number, write_clip

PICTURE, WORDS = b"\x00\x00\x01\xb6", b"\x00\x00\x01\xb2"
NOTHING = PICTURE + b"\x59\x00\x00"
FRAMES = 72


def kind(packet: bytes) -> int:
    """0 for a key frame, 1 for one that is foretold, 2 for one between two others."""
    return packet[packet.find(PICTURE) + 4] >> 6


def marked(packet: bytes) -> bytes:
    """The packet with what such an encoder says of itself in front of its picture."""
    picture, words = packet.find(PICTURE), packet.find(WORDS)
    head = packet[: picture if words < 0 else words]
    return head + WORDS + b"DivX503b1393p" + packet[picture:]


def packed(path: Path, source: Path) -> Path:
    """The MPEG-4 film `source` with its pictures packed."""
    with av.open(str(source)) as given, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(given.streams.video[0])
        stream.codec_context.extradata = marked(stream.codec_context.extradata + PICTURE)[: -len(PICTURE)]
        waiting = [bytes(packet) for packet in given.demux(video=0) if packet.size]
        written: list[tuple[bytes, bool]] = []
        while waiting:
            first = waiting.pop(0)
            key = kind(first) == 0
            first = marked(first) if key else first
            if waiting and kind(waiting[0]) == 2:
                written += [(first + waiting.pop(0), key), (NOTHING, False)]
            else:
                written.append((first, key))
        for number, (data, key) in enumerate(written):
            packet = av.Packet(data)
            packet.stream, packet.is_keyframe = stream, key
            packet.pts = packet.dts = number
            packet.time_base = Fraction(1, 25)
            out.mux(packet)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    plain = write_clip(folder / "plain.avi", frames=FRAMES, codec="mpeg4", b_frames=1, gop=24)
    return packed(folder / "packed.avi", plain)


def test_packed_pictures_come_in_their_order_and_in_any(film: Path) -> None:
    with closing(open_source(film)) as source:
        numbers = list(range(FRAMES))
        assert [read_number(source.frame(number)) for number in numbers] == numbers
        random.Random(2).shuffle(numbers)
        assert [read_number(source.frame(number)) for number in numbers] == numbers
