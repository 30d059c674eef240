"""Every setting once: type, default, bounds, help. One base folder moves everything that the program writes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import platformdirs

from core.files import read_json, write_json

Value = bool | int | float | str


@dataclass(frozen=True)
class Setting:
    """One setting of the program.

    kind: how the settings page edits it. low and high bound numbers; choices bound texts.
    """

    name: str
    title: str
    default: Value
    help: str
    group: str
    kind: Literal["switch", "number", "text", "choice", "device", "hidden"] = "text"
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    unit: str = ""


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("theme", "Theme", "dark", group="Window", kind="choice", choices=("dark", "light"),
                help="Colours of the window."),
        Setting("size", "Size of everything", 100, group="Window", kind="number", low=75, high=250, unit="%",
                help="Larger for tired eyes, smaller for small screens; from the next start on."),
        Setting("shortcuts", "Shortcut preset", "laminar", group="Window", kind="choice",
                choices=("laminar", "premiere", "resolve", "kdenlive"),
                help="Keys you know from another editor."),
        Setting("custom_shortcuts", "Own shortcuts", "{}", group="Window", kind="hidden",
                help="Changed keys as JSON."),
        Setting("autosave_seconds", "Write the journal every", 1, group="Project", kind="number", low=1,
                high=60, unit="s",
                help="Edits reach the disk at the latest after this time."),
        Setting("backups", "Backups kept", 20, group="Project", kind="number", low=0, high=200,
                help="Older saves kept beside the project, thinned with age."),
        Setting("frame_cache_mb", "Frame cache", 768, group="Playback", kind="number", low=64, high=16384,
                unit="MB",
                help="Memory for decoded frames."),
        Setting("preview_height", "Preview height", 540, group="Playback", kind="number", low=180, high=2160,
                unit="px",
                help="Preview is drawn at most this high."),
        Setting("use_proxies", "Use proxies", True, group="Playback", kind="switch",
                help="Play small all-intra copies where they exist; export never does."),
        Setting("proxy_height", "Proxy height", 360, group="Playback", kind="number", low=180, high=1080,
                unit="px",
                help="Height of new proxies."),
        Setting("audio_device", "Sound output", "", group="Playback", kind="device",
                help="Empty: the system's default."),
        Setting("scrub_sound", "Hear while scrubbing", False, group="Playback", kind="switch",
                help="A moment of sound wherever the playhead is moved to."),
        Setting("snap_pixels", "Snapping distance", 8, group="Timeline", kind="number", low=0, high=40,
                unit="px",
                help="How near an edge must come to snap."),
        Setting("still_seconds", "Length of stills", 5.0, group="Timeline", kind="number", low=0.1, high=600,
                unit="s",
                help="Duration of pictures and titles put on the timeline."),
        Setting("speed_ripples", "Speed moves what follows", True, group="Timeline", kind="switch",
                help="When a clip gets another speed, what follows makes room or closes up; else it stays, "
                     "and a longer clip is cut off where the next one begins."),
        Setting("tracking", "Tracking", "normal", group="Jobs", kind="choice",
                choices=("fast", "normal", "learning"),
                help="Fast compares fewer places: about twice as quick, and a little rougher. Learning "
                     "first trains on the masks of a single object for up to a minute: better on some "
                     "clips, worse on others."),
        Setting("reidentify", "Find objects again", True, group="Jobs", kind="switch",
                help="Tracking looks for an object after it was hidden or after a cut."),
        Setting("threads", "Worker threads", 0, group="Jobs", kind="number", low=0, high=64,
                help="0: one less than the machine has."),
        Setting("export_preset", "Export preset", "", group="Window", kind="hidden",
                help="The one that was used last."),
        Setting("export_loudness", "Export loudness", 0.0, group="Window", kind="hidden", low=-40, high=0,
                help="The one that was used last, LUFS; 0: as mixed."),
        Setting("recent", "Recent projects", "[]", group="Window", kind="hidden",
                help="Paths as JSON."),
        Setting("layout", "Window layout", "", group="Window", kind="hidden",
                help="Saved docks, base64."),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Folders:
    """Where the program writes: settings, cache, logs."""

    config: Path
    cache: Path
    logs: Path


def folders() -> Folders:
    """The platform's places, or one folder for all of it when LAMINAR_HOME is set."""
    home = os.environ.get("LAMINAR_HOME")
    if home:
        return Folders(Path(home) / "config", Path(home) / "cache", Path(home) / "logs")
    dirs = platformdirs.PlatformDirs("laminar", appauthor=False)
    return Folders(dirs.user_config_path, dirs.user_cache_path, dirs.user_log_path)


def checked(name: str, value: Any) -> Value:
    """`value` in the setting's own type and bounds; the default when it makes no sense.

    Raises:
        KeyError: for an unknown setting.
    """
    setting = SETTINGS[name]
    if setting.choices:
        return value if value in setting.choices else setting.default
    if isinstance(setting.default, bool):
        return value if isinstance(value, bool) else setting.default
    if isinstance(setting.default, int | float):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return setting.default
        bounded = min(max(value, setting.low), setting.high)
        return type(setting.default)(bounded)
    return value if isinstance(value, str) else setting.default


class Settings:
    """The user's choices, read once; a damaged file gives the defaults. `set` changes what holds, `write` keeps it."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folders().config / "settings.json"
        stored = read_json(self.path, dict[str, Any]) or {}
        self._values: dict[str, Value] = {
            name: checked(name, value) for name, value in stored.items() if name in SETTINGS
        }

    def __getitem__(self, name: str) -> Value:
        return self._values.get(name, SETTINGS[name].default)

    def number(self, name: str) -> float:
        """Raises KeyError for an unknown setting; as `text` and `flag` do."""
        return float(self[name])

    def text(self, name: str) -> str:
        return str(self[name])

    def flag(self, name: str) -> bool:
        return bool(self[name])

    def set(self, name: str, value: Value) -> None:
        """The value holds for this run; on the disk it is after `write`."""
        self._values[name] = checked(name, value)

    def write(self) -> None:
        """Keep all values in the file; from any one thread. Raises OSError when the disk refuses."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_json(self.path, self._values.copy())
