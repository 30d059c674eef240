"""What the film can be written as. Hardware encoders are offered only after they have encoded a frame here."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from core import processes
from core.errors import ProjectError
from core.media.writer import AudioSpec, VideoSpec

Kind = Literal["film", "pair", "pictures", "picture", "sound"]
AAC = AudioSpec("aac", 192_000)
OPUS = AudioSpec("libopus", 160_000, 48000)
PCM = AudioSpec("pcm_s24le")
FASTSTART = {"movflags": "+faststart"}
PROBE_SECONDS = 20


@dataclass(frozen=True)
class Preset:
    """One way to write a film.

    kind: one film; a pair of films (colour and matte); a folder of pictures; a single picture; sound alone.
    bits_per_pixel: of a usual film, for the size estimate.
    premultiplied: of the alpha, where there is one.
    """

    id: str
    title: str
    summary: str
    suffix: str
    container: str
    video: VideoSpec | None
    audio: AudioSpec | None = None
    kind: Kind = "film"
    bits_per_pixel: float = 0.15
    container_options: dict[str, str] = field(default_factory=dict)
    premultiplied: bool = False

    @property
    def alpha(self) -> bool:
        return self.kind == "pair" or (self.video is not None and self.video.alpha)


LEAST_SIDE, GREATEST_SIDE = 16, 8192


def export_size(width: int, height: int, wanted: int = 0) -> tuple[int, int]:
    """Width and height of a film of this shape that is `wanted` pixels high, both even as
    encoders want them; exactly 16:9 for what nearly is.

    Args:
        wanted: 0: the film's own size, untouched.

    Raises:
        ProjectError: for a size that is out of reach.
    """
    if wanted in (0, height):
        return width, height
    lines = round(wanted / 2) * 2
    size = round(width * lines / height / 2) * 2, lines
    wide = round(lines * 16 / 9 / 2) * 2
    if abs(size[0] - wide) <= wide // 500:  # 854 x 480 is meant to be 16:9
        size = wide, lines
    if min(size) < LEAST_SIDE or max(size) > GREATEST_SIDE:
        raise ProjectError(
            f"a film of {size[0]} x {size[1]} is out of reach",
            f"Its sides can have {LEAST_SIDE} to {GREATEST_SIDE} pixels",
        )
    return size


def estimate_bytes(preset: Preset, width: int, height: int, frames: int, seconds: float) -> int:
    """About how large the export becomes."""
    picture = width * height * frames * preset.bits_per_pixel / 8 if preset.video else 0
    sound = seconds * ((preset.audio.bit_rate or 2_304_000) / 8) if preset.audio else 0
    return int(picture + sound)


def _x264(crf: int, speed: str, **more: str) -> VideoSpec:
    return VideoSpec("libx264", "yuv420p", {"crf": str(crf), "preset": speed, **more})


def _prores(profile: int, pixel_format: str) -> VideoSpec:
    options = {"profile": str(profile), "vendor": "apl0"}
    return VideoSpec(
        "prores_ks", pixel_format, options | ({"alpha_bits": "16"} if "yuva" in pixel_format else {})
    )


def _vp9(pixel_format: str) -> VideoSpec:
    options = {"crf": "24", "b": "0", "row-mt": "1", "cpu-used": "4", "deadline": "good"}
    if pixel_format == "yuva420p":
        return VideoSpec("libvpx-vp9", pixel_format, options | {"auto-alt-ref": "0"}, {"alpha_mode": "1"})
    return VideoSpec("libvpx-vp9", pixel_format, options)


_BGRA = VideoSpec("ffv1", "bgra", {"level": "3", "slicecrc": "1", "slices": "4"})

PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset("h264-web", "H.264, web", "Plays everywhere; starts before it is loaded.", ".mp4", "mp4",
               _x264(20, "medium"), AAC, container_options=FASTSTART),
        Preset("h264-master", "H.264, master", "Visually lossless, still plays everywhere.", ".mp4", "mp4",
               _x264(10, "medium"), AudioSpec("aac", 320_000), bits_per_pixel=0.8, container_options=FASTSTART),
        Preset("h265", "H.265", "Half the size of H.264; newer players.", ".mp4", "mp4",
               VideoSpec("libx265", "yuv420p", {"crf": "22", "preset": "medium", "x265-params": "log-level=error"},
                         codec_tag="hvc1"),
               AAC, bits_per_pixel=0.09, container_options=FASTSTART),
        Preset("vp9", "VP9", "Free web format.", ".webm", "webm", _vp9("yuv420p"), OPUS, bits_per_pixel=0.1),
        Preset("vp9-alpha", "VP9 with alpha", "See-through film for web pages.", ".webm", "webm", _vp9("yuva420p"),
               OPUS, bits_per_pixel=0.12),
        Preset("av1", "AV1", "Smallest files; needs a recent player.", ".mp4", "mp4",
               VideoSpec("libsvtav1", "yuv420p", {"crf": "30", "preset": "8"}), AAC, bits_per_pixel=0.07,
               container_options=FASTSTART),
        Preset("prores-hq", "ProRes 422 HQ", "Large; for other editors.", ".mov", "mov", _prores(3, "yuv422p10le"), PCM,
               bits_per_pixel=4.5),
        Preset("prores-4444", "ProRes 4444 with alpha", "Large; keeps transparency for other editors.", ".mov", "mov",
               _prores(4, "yuva444p10le"), PCM, bits_per_pixel=7),
        Preset("ffv1", "FFV1, lossless with alpha", "Every pixel as it is; for archives.", ".mkv", "matroska", _BGRA,
               PCM, bits_per_pixel=14),
        Preset("png", "PNG pictures", "A folder of numbered pictures, straight alpha.", "", "",
               VideoSpec("png", "rgba"), kind="pictures", bits_per_pixel=16),
        Preset("png-premultiplied", "PNG pictures, premultiplied", "The same with colours times alpha.", "", "",
               VideoSpec("png", "rgba"), kind="pictures", bits_per_pixel=16, premultiplied=True),
        Preset("still", "One picture, PNG", "A single frame at full size, with its transparency.", ".png", "",
               VideoSpec("png", "rgba"), kind="picture", bits_per_pixel=16),
        Preset("pair", "Fill and matte", "Two ProRes files: the colours, and the alpha as grey.", ".mov", "mov",
               _prores(3, "yuv422p10le"), PCM, kind="pair", bits_per_pixel=8),
        Preset("wav", "Sound only, WAV", "The mix, 24 bit.", ".wav", "wav", None, PCM, kind="sound"),
        Preset("gif", "GIF", "Short loops; 256 colours, no sound.", ".gif", "gif", VideoSpec("gif", "pal8"),
               bits_per_pixel=3),
        Preset("webp", "WebP", "Short loops with alpha; better and smaller than GIF.", ".webp", "webp",
               VideoSpec("libwebp_anim", "bgra", {"quality": "85", "loop": "0"}), bits_per_pixel=0.6),
    )
}  # fmt: skip

HARDWARE: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset("h264-nvenc", "H.264 on NVIDIA", "Fast, on the graphics card.", ".mp4", "mp4",
               VideoSpec("h264_nvenc", "yuv420p", {"rc": "vbr", "cq": "20", "preset": "p5"}), AAC,
               container_options=FASTSTART),
        Preset("h265-nvenc", "H.265 on NVIDIA", "Fast, on the graphics card.", ".mp4", "mp4",
               VideoSpec("hevc_nvenc", "yuv420p", {"rc": "vbr", "cq": "23", "preset": "p5"}, codec_tag="hvc1"), AAC,
               container_options=FASTSTART),
        Preset("h264-qsv", "H.264 on Intel", "Fast, on the graphics chip.", ".mp4", "mp4",
               VideoSpec("h264_qsv", "nv12", {"global_quality": "20"}), AAC, container_options=FASTSTART),
        Preset("h264-videotoolbox", "H.264 on Apple", "Fast, on the graphics chip.", ".mp4", "mp4",
               VideoSpec("h264_videotoolbox", "yuv420p", {"q:v": "65"}), AAC, container_options=FASTSTART),
    )
}  # fmt: skip


def find_preset(preset_id: str) -> Preset:
    """Raises KeyError for an unknown preset."""
    return PRESETS.get(preset_id) or HARDWARE[preset_id]


@cache
def available_presets() -> dict[str, Preset]:
    """The presets that work on this machine. Takes a second or two the first time: not for the GUI thread."""
    return PRESETS | {name: preset for name, preset in HARDWARE.items() if hardware_works(preset)}


def hardware_works(preset: Preset) -> bool:
    """Whether the encoder really makes a picture; tried in a process of its own, for drivers can crash."""
    if preset.video is None or not _is_built_in(preset.video.codec):
        return False
    try:
        tried = subprocess.run(
            processes.command("core.render.try_encoder", preset.id),
            env=processes.environment(),
            capture_output=True,
            timeout=PROBE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


def _is_built_in(codec: str) -> bool:
    import av.codec
    import av.error

    try:
        av.codec.Codec(codec, "w")
    except (av.codec.codec.UnknownCodecError, av.error.FFmpegError):
        return False
    return True
