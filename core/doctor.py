"""What works on this machine: versions, device, codecs that really encode a frame, disk, sound, screen.

Torch is asked in a process of its own, so that neither the window nor the command line loads it; everything else is
tried for real. Nothing here raises: what fails is reported as the reason why.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec

from core import processes
from core.settings import folders

ABLE = "core.capabilities"
"""The module that is asked beside."""
PACKAGES = ("laminar", "PySide6-Essentials", "av", "numpy", "opencv-python-headless", "torch", "msgspec",
            "opentimelineio", "pyqtgraph", "sounddevice", "safetensors")  # fmt: skip
SECONDS = 60


def report() -> dict[str, Any]:
    """Everything, as JSON values by section; takes a few seconds because torch is loaded beside."""
    return {
        "machine": _safely(_machine),
        "versions": _versions(),
        "device": _safely(_device),
        **encoders(),
        "folders": _safely(_folders),
        "sound": _safely(_sound),
        "window": _safely(_window),
    }


def _safely(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - a doctor that falls ill helps nobody
        return {"problem": f"{type(error).__name__}: {error}"}


def _machine() -> dict[str, Any]:
    import psutil

    memory = psutil.virtual_memory()
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "memory": f"{memory.available / 2**30:.1f} GB of {memory.total / 2**30:.1f} GB free",
    }


def _versions() -> dict[str, Any]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _ask(what: str) -> dict[str, Any]:
    """What core.capabilities tells of torch or of encoders, in a process of its own: what crashes there does no harm.

    Raises:
        RuntimeError: with the last line of its complaint.
        OSError, TimeoutExpired: it did not run or end.
    """
    done = subprocess.run(
        processes.command(ABLE, what),
        capture_output=True, text=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
        env=processes.environment(),
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise RuntimeError(lines[-1] if lines else f"the process ended with {done.returncode}")
    return msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=dict[str, Any])


def encoders() -> dict[str, dict[str, Any]]:
    """Which encoders write a frame here; tried beside, for a driver may crash and encoders talk."""
    try:
        return _ask("encoders")
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        return {"encoders": {"problem": str(error)}}


def _device() -> dict[str, Any]:
    """Torch's own word."""
    answer = _ask("torch")
    used = "cuda" if answer["cuda"] else "mps" if answer["mps"] else "cpu"
    return {"networks run on": used, "graphics card": answer["cuda"] or "none that torch can use",
            "threads": answer["threads"]}  # fmt: skip


def _folders() -> dict[str, Any]:
    places = folders()
    found = {}
    for name, path in (("settings", places.config), ("cache", places.cache), ("logs", places.logs)):
        there = next(parent for parent in (path, *path.parents) if parent.exists())
        free = shutil.disk_usage(there).free / 2**30
        writable = "" if os.access(there, os.W_OK) else ", cannot be written"
        found[name] = f"{path} ({free:.1f} GB free{writable})"
    return found


def _sound() -> dict[str, Any]:
    import sounddevice

    try:
        output = sounddevice.query_devices(kind="output")
    except (sounddevice.PortAudioError, ValueError) as error:
        return {"output": f"none ({error}); films play without sound"}
    return {"output": output["name"], "rate": f"{output['default_samplerate']:.0f} Hz"}


def sound_outputs() -> tuple[str, ...]:
    """Names of the devices that can play stereo, as the setting "audio_device" takes them. Takes a moment."""
    try:
        import sounddevice

        devices = sounddevice.query_devices()
    except (OSError, ValueError, ImportError):  # no PortAudio
        return ()
    return tuple(dict.fromkeys(one["name"] for one in devices if one["max_output_channels"] >= 2))


def _window() -> dict[str, Any]:
    """What decides how Qt opens its window; Qt itself is not loaded."""
    return {
        "platform": os.environ.get("QT_QPA_PLATFORM", "default"),
        "display": os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "none",
        "session": os.environ.get("XDG_SESSION_TYPE", "unknown"),
    }


def as_text(found: Mapping[str, Any]) -> str:
    """The report as lines to read and to copy."""
    lines = []
    for section, values in found.items():
        lines.append(section.capitalize())
        width = max((len(name) for name in values), default=0)
        lines += [f"  {name.ljust(width)}  {value}" for name, value in values.items()]
        lines.append("")
    return "\n".join(lines)
