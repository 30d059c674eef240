"""Frame n of the proxy is frame n of the source, at the same time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from core.errors import MediaError
from core.job import run_job
from core.media.probe import probe
from core.media.proxy import make_proxy, proxy_info, proxy_path
from core.media.reader import open_source
from tests.core.media.test_reader import UNEVEN
from tests.media_files import read_number, write_clip

CLIPS: dict[str, dict[str, Any]] = {
    "constant.mp4": {"frames": 40, "b_frames": 2, "size": (320, 240)},
    "uneven.mp4": {"frames": 50, "times": UNEVEN, "size": (320, 240)},
    "uneven.mkv": {"frames": 50, "times": UNEVEN, "size": (320, 240)},
    "rotated.mp4": {"frames": 10, "rotation": 90, "size": (320, 240)},
    "late.mp4": {"frames": 10, "start": Fraction(1, 2), "sound": 0.8, "size": (320, 240)},
    "alpha.mkv": {"frames": 5, "codec": "ffv1", "pix_fmt": "bgra", "alpha": True, "size": (320, 240)},
}


@pytest.mark.parametrize("name", CLIPS)
def test_same_frames_same_times(name: str, tmp_path: Path) -> None:
    path = write_clip(tmp_path / name, **CLIPS[name])
    source = open_source(path)
    out = tmp_path / "out"
    out.mkdir()
    assert list(make_proxy(out, path=str(path), height=120))[-1].part == 1
    info = proxy_info(out)
    proxy = open_source(proxy_path(out), info)
    assert proxy.height == 120 and proxy.has_alpha == source.has_alpha
    assert proxy.frame_count == source.frame_count
    for number in range(source.frame_count):
        assert read_number(proxy.frame(number)) == number
        assert proxy.time_of(number) == source.time_of(number)
        assert proxy.index_at(source.time_of(number)) == number
    assert info.duration == probe(path).duration
    proxy.close()
    source.close()


def test_every_frame_is_a_key_frame(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=20, b_frames=3)
    list(run_job(tmp_path, "proxy", 1, make_proxy, {"path": str(path), "height": 48}, {"path": "x"}))
    folder = next(entry for entry in tmp_path.iterdir() if entry.is_dir())
    with av.open(str(proxy_path(folder))) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert len(packets) == 20 and all(packet.is_keyframe for packet in packets)


def test_only_video_files(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.wav", frames=0, sound=0.5, audio_codec="pcm_s16le")
    with pytest.raises(MediaError, match=r"a\.wav is not a video file"):
        list(make_proxy(tmp_path, path=str(path)))
    with pytest.raises(MediaError, match="Make the proxy again"):
        proxy_info(tmp_path)
