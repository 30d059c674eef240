"""`python -m core.capabilities torch | encoders`: what this machine can do, as one JSON object on stdout.

The doctor asks in a process of its own: torch takes seconds to load, drivers may crash, and encoders talk.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import av
import msgspec
import numpy as np
from av.codec import CodecContext

ENCODERS: tuple[tuple[str, str], ...] = (
    ("libx264", "yuv420p"), ("libx265", "yuv420p"), ("libvpx-vp9", "yuva420p"), ("libsvtav1", "yuv420p"),
    ("prores_ks", "yuva444p10le"), ("ffv1", "bgr0"), ("png", "rgba"),
    ("h264_nvenc", "yuv420p"), ("hevc_nvenc", "yuv420p"), ("h264_qsv", "nv12"), ("h264_videotoolbox", "yuv420p"),
)  # fmt: skip
SOUND_ENCODERS = ("aac", "libopus", "flac", "pcm_s16le")


def able(what: str) -> dict[str, Any]:
    """What torch says of this machine, or which encoders write a frame here."""
    if what == "torch":
        return _torch()
    return {
        "video encoders": {name: encodes(name, pixels) for name, pixels in ENCODERS},
        "sound encoders": {name: encodes_sound(name) for name in SOUND_ENCODERS},
    }


def _torch() -> dict[str, Any]:
    import torch  # not for those who ask for encoders

    return {
        "version": str(torch.__version__),
        "cuda": torch.cuda.get_device_name(0) if torch.cuda.is_available() else "",
        "mps": bool(torch.backends.mps.is_available()),
        "threads": torch.get_num_threads(),
    }


def encodes(name: str, pixels: str) -> str:
    """ "works" when one 256x256 frame goes through the encoder, else the reason."""
    try:
        codec = CodecContext.create(name, "w")
        codec.width = codec.height = 256
        codec.pix_fmt = pixels
        codec.framerate, codec.time_base = 25, Fraction(1, 25)
        frame = av.VideoFrame.from_ndarray(np.zeros((256, 256, 3), np.uint8), "rgb24").reformat(format=pixels)
        frame.pts, frame.time_base = 0, codec.time_base
        packets = [*codec.encode(frame), *codec.encode(None)]
    except (av.FFmpegError, ValueError, OSError) as error:
        return f"no: {_reason(error)}"
    return "works" if any(packet.size for packet in packets) else "no: it wrote nothing"


def encodes_sound(name: str) -> str:
    """The same for half a second of silence."""
    try:
        codec = CodecContext.create(name, "w")
        codec.sample_rate, codec.layout = 48000, "stereo"
        codec.format = codec.codec.audio_formats[0].name
        codec.time_base = Fraction(1, 48000)
        codec.open()
        size = codec.frame_size or 1024
        kind = av.AudioFormat(codec.format.name)
        silent = np.zeros((2, size) if kind.is_planar else (1, size * 2), _sample_type(kind.name))
        frame = av.AudioFrame.from_ndarray(silent, kind.name, "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, 0, codec.time_base
        packets = [*codec.encode(frame), *codec.encode(None)]
    except (av.FFmpegError, ValueError, OSError) as error:
        return f"no: {_reason(error)}"
    return "works" if any(packet.size for packet in packets) else "no: it wrote nothing"


def _sample_type(name: str) -> str:
    return {"flt": "f4", "s16": "i2", "s32": "i4", "dbl": "f8", "u8": "u1"}[name.rstrip("p")]


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return "not in this FFmpeg" if type(error).__name__ == "UnknownCodecError" else text


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(able(sys.argv[1])).decode() + "\n")
