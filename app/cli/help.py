"""What `laminar --help` and `laminar COMMAND --help` say beside the descriptions: short lines and examples."""

from __future__ import annotations

import typer
from typer.core import TyperCommand
from typer.models import CommandInfo

HELP_NAMES: dict[str, list[str]] = {"help_option_names": ["-h", "--help"]}
"""Context settings of the commands."""

SHORT = {
    "edit": "Open the window, with a project when one is given.",
    "probe": "Show what is in a file: size, rate, duration, colour, sound.",
    "scenes": "Find where a clip changes from one shot to the next.",
    "select": "Select the object in a box of one frame, as a mask.",
    "track": "Carry masks through a clip.",
    "suggest": "Name the frames on which another mask would help most.",
    "plate": "Make the clean background behind masked objects.",
    "layers": "Split a clip into objects with their shadows, and background.",
    "atlas": "Unroll each object into one picture to paint on.",
    "atlas-apply": "Write the film with what was painted on its atlases.",
    "retime": "Put layers back together, some on a clock of their own.",
    "slowmo": "Slow a clip down, or raise its rate, with frames in between.",
    "smooth": "Make a project's slow motion beforehand.",
    "speediness": "Measure how fast things already go, frame by frame.",
    "speedup": "Make a clip shorter, faster where it can bear it.",
    "moments": "Find moments like one moment of a clip.",
    "steady": "Take the shake out of a hand-held clip.",
    "reframe": "Change a clip's format, keeping an object in the picture.",
    "pin": "Lay a picture on a surface in a clip, and follow it.",
    "cover": "Make a face or a number plate unknown, wherever it goes.",
    "render": "Export a project's film.",
    "demo": "Run the whole journey on a clip the program draws itself.",
    "doctor": "Check versions, device, disk and which codecs really work.",
    "import": "Bring in masks from another program.",
    "export": "Write masks as PNGs, or one object as a video.",
}
"""One line for each command in the list of them; longer ones would be cut off."""

EXAMPLES = {
    "edit": ("laminar edit Film.laminar",),
    "probe": ("laminar probe clip.mp4", "laminar probe pictures/ --json"),
    "scenes": ("laminar scenes film.mp4", "laminar scenes film.mp4 -o shots.csv"),
    "select": ("laminar select clip.mp4 --frame 0 --box 120,80,200,260 -o mask.png",),
    "track": (
        "laminar track clip.mp4 --mask first.png -o masks/",
        "laminar track clip.mp4 --mask first.png --at 0 --mask later.png --at 90 -o masks/",
    ),
    "suggest": ("laminar suggest masks/",),
    "plate": ("laminar plate clip.mp4 --masks masks/ -o plate.png --video plate.mkv",),
    "layers": ("laminar layers clip.mp4 --masks masks/ -o layers/ --max-seconds 600",),
    "atlas": ("laminar atlas clip.mp4 --masks masks/ -o atlas/",),
    "atlas-apply": ("laminar atlas-apply atlas/ --edit atlas_01=painted.png -o painted.mp4",),
    "retime": ("laminar retime layers/ --layer 1 --curve late.csv -o retimed.mp4",),
    "slowmo": (
        "laminar slowmo clip.mp4 --factor 4 -o slow.mp4",
        "laminar slowmo clip.mp4 --fps 60 -o smooth.mp4",
    ),
    "smooth": ("laminar smooth Film.laminar", "laminar smooth Film.laminar --clear"),
    "speediness": ("laminar speediness clip.mp4 -o curve.csv",),
    "speedup": ("laminar speedup clip.mp4 --rate 2 --max 4 -o fast.mp4",),
    "moments": ("laminar moments clip.mp4 --at 2.5 --in other.mp4",),
    "steady": ("laminar steady clip.mp4 -o steady.mp4 --smoothness 1.5",),
    "reframe": ("laminar reframe clip.mp4 --masks masks/ --size 1080x1920 -o upright.mp4",),
    "pin": ("laminar pin clip.mp4 poster.png --corners 505,142,553,134,557,195,508,199 --at 60 -o wall.mp4",),
    "cover": ("laminar cover clip.mp4 --box 505,142,60,40 --at 60 -o covered.mp4",),
    "render": (
        "laminar render Film.laminar -o film.mp4",
        "laminar render Film.laminar -o film.mov --preset prores-hq --range 0:250",
        "laminar render Film.laminar -o small.mp4 --height 480 --loudness -14",
    ),
    "demo": ("laminar demo -o demo-output",),
    "doctor": ("laminar doctor --json",),
    "import": ("laminar masks import matte.mov --clip clip.mp4 -o masks/",),
    "export": ("laminar masks export masks/ --format ffv1 --object 1 --clip clip.mp4 -o matte.mkv",),
}
"""What may be typed as it stands, once the files are there."""


class Command(TyperCommand):
    """A command whose usage names what must be given as this program writes it elsewhere: CLIP, not {CLIP}."""

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The words of the usage line after the command's name."""
        return [piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx)]


def name_of(command: CommandInfo) -> str:
    """What is typed for a command."""
    return str(command.name or getattr(command.callback, "__name__", ""))


def dress(*apps: typer.Typer) -> None:
    """Give every command its usage line, its line in the list and its examples."""
    for app in apps:
        for command in app.registered_commands:
            name = name_of(command)
            examples = EXAMPLES.get(name, ())
            heading = "Example:" if len(examples) == 1 else "Examples:"
            command.cls = Command
            command.short_help = SHORT.get(name)
            command.epilog = "\n".join(("\b", heading, *(f"  {example}" for example in examples)))
