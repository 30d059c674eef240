"""The command line: `laminar COMMAND …`.

Exit status: 0 done, 1 a defect of the program, 2 bad usage or bad input, 130 interrupted. No Qt is imported unless
a window is asked for.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from app.cli.arguments import Clip, Json, Masks, MaxSeconds, PresetName, ProjectFile, Trust
from app.cli.camera import cover, pin, reframe, steady
from app.cli.help import HELP_NAMES, dress, name_of
from app.cli.masks import masks, select
from app.cli.pace import moments, smooth, speediness, speedup
from app.cli.terminal import complain, existing
from core.errors import Cancelled, LaminarError

app = typer.Typer(
    add_completion=False, no_args_is_help=False, rich_markup_mode=None, context_settings=HELP_NAMES
)
app.add_typer(masks, name="masks")
INTERRUPTED = "interrupted; give the same command again to go on"
# typer carries a click of its own and does not name this class.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        given = ["edit"]
    elif given[0] not in COMMANDS and not given[0].startswith("-"):
        if not given[0].endswith(".laminar") and not Path(given[0]).exists():
            near = get_close_matches(given[0], COMMANDS, 1)
            hint = f"Did you mean {near[0]}?" if near else "See laminar --help"
            return _complain(f"{given[0]} is no command and no project. {hint}", 2)
        given.insert(0, "edit")
    try:
        status = app(given, prog_name="laminar", standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except UsageError as error:
        return _complain(_usage(error, given), 2)
    except (KeyboardInterrupt, typer.Abort, Cancelled):
        return _complain(INTERRUPTED, 130)
    except LaminarError as error:
        return _complain(str(error), 2)
    except OSError as error:
        named = f"{error.filename or 'a file'}: {error.strerror or error}"
        return _complain(f"{named}. Check the disk and the folder", 2)
    # typer makes this number of Ctrl+C.
    return _complain(INTERRUPTED, 130) if status == 130 else int(status or 0)


def _usage(error: Exception, given: list[str]) -> str:
    """What is wrong with what was typed, and where it is explained."""
    dashed = next((word for word in given if word.startswith("-") and Path(word).exists()), "")
    if dashed:
        return f"the file {dashed} is taken for an option. Put ./ before its name"
    said = str(getattr(error, "format_message", error.__str__)())
    command = getattr(getattr(error, "ctx", None), "command_path", "")
    return f"{said.rstrip('.')}. See {command} --help" if command else said


def _complain(message: str, status: int) -> int:
    complain(message)
    return status


def _say_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"laminar {version('laminar')}\n")
        raise typer.Exit


@app.callback()
def options(
    show: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """A desktop video editor that sees a film as layers that flow."""


@app.command()
def edit(
    project: Annotated[Path | None, typer.Argument(metavar="PROJECT", help="A .laminar file.")] = None,
) -> int:
    """Open the window."""
    if project is not None:
        existing(project)
    from app.window.application import require_screen, run

    require_screen()
    return run(project)


@app.command()
def probe(clip: Clip, json: Json = False) -> None:
    """Show what is in a file: streams, size, rate, duration, frames, colour, alpha, rotation."""
    from app.cli.commands import probe as command

    command.run(clip, json=json)


@app.command()
def scenes(
    clip: Clip,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="CSV: first frame, seconds, frames of each shot.")
    ] = None,
    json: Json = False,
) -> None:
    """Find where a clip changes from one shot to the next."""
    from app.cli.commands import scenes as command

    command.run(clip, out, json=json)


app.command()(select)


@app.command()
def track(
    clip: Clip,
    mask: Annotated[
        list[Path],
        typer.Option("--mask", metavar="FILE", help="A mask of one frame; may be given several times."),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the masks.")],
    at: Annotated[
        list[int] | None, typer.Option("--at", metavar="N", help="The frame of each --mask, from 0.")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Quicker, a little less exact.")] = False,
    adapt: Annotated[
        bool,
        typer.Option(
            "--adapt",
            help="First learn the drawn object, for up to a minute: better on some clips, worse on others. One "
            "object only.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Carry masks through a clip: one palette PNG a frame, named as the input frames are."""
    from app.cli.commands import track as command

    command.run(clip, mask, at or [], out, fast=fast, adapt=adapt, json=json)


@app.command()
def suggest(
    masks: Annotated[
        Path, typer.Argument(metavar="MASKS", help="A folder that laminar track wrote, or a tracking result.")
    ],
    json: Json = False,
) -> None:
    """Name the frames on which another drawn mask would help most."""
    from app.cli.commands import suggest as command

    command.run(masks, json=json)


@app.command()
def plate(
    clip: Clip,
    masks: Masks,
    out: Annotated[Path, typer.Option("-o", "--out", help="The picture, a PNG.")],
    video: Annotated[
        Path | None, typer.Option("--video", help="Also the background of every frame, a lossless .mkv.")
    ] = None,
    max_seconds: MaxSeconds = 0.0,
    json: Json = False,
) -> None:
    """Make the clean background behind masked objects."""
    from app.cli.commands import layers as command

    command.run_plate(clip, masks, out, video, max_seconds, json=json)


@app.command()
def layers(
    clip: Clip,
    masks: Masks,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the layers.")],
    order: Annotated[
        str,
        typer.Option(
            "--order", metavar="N,N", help="Labels back to front, such as 2,1; estimated when not given."
        ),
    ] = "",
    max_seconds: MaxSeconds = 0.0,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of everything random.")] = 0,
    json: Json = False,
) -> None:
    """Split a clip into a film with alpha for each object with its shadow, and the clean
    background; all of it is put together again to compare."""
    from app.cli.commands import layers as command

    command.run_layers(clip, masks, out, order, max_seconds, seed, json=json)


@app.command()
def atlas(
    clip: Clip,
    masks: Masks,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the atlases.")],
    pages: Annotated[
        int,
        typer.Option(
            "--pages",
            metavar="N",
            min=0,
            show_default=False,
            help="Pages of each object at most; 1 leaves the one long atlas. By default as many as it needs.",
        ),
    ] = 0,
    max_seconds: MaxSeconds = 0.0,
    json: Json = False,
) -> None:
    """Unroll each object and the background into one picture to paint on, and rebuild the film from them."""
    from app.cli.commands import atlas as command

    command.run(clip, masks, out, pages, max_seconds, json=json)


@app.command("atlas-apply")
def atlas_apply(
    folder: Annotated[
        Path, typer.Argument(metavar="OUT", help="The folder that laminar atlas wrote, or an atlas result.")
    ],
    edit: Annotated[
        list[str],
        typer.Option(
            "--edit",
            metavar="NAME=FILE",
            help="A painted atlas or page, or a transparent layer of its size, such as atlas_01=my.png or "
            "atlas_01_p02=my.png.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    clip: Annotated[
        Path | None, typer.Option("--clip", help="The clip, when it is no longer where it was.")
    ] = None,
    preset: PresetName = "",
    json: Json = False,
) -> None:
    """Write the film with what was painted on its atlases."""
    from app.cli.commands import atlas as command

    command.run_apply(folder, edit, out, clip, preset, json=json)


@app.command()
def slowmo(
    clip: Clip,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="A film, or a folder for pictures from 00000.png.")
    ],
    factor: Annotated[
        str, typer.Option("--factor", metavar="F", help="How many times slower: 2, 2.5, 8.")
    ] = "",
    fps: Annotated[
        str,
        typer.Option("--fps", metavar="R", help="Frames a second at the clip's own speed: 60, 60000/1001."),
    ] = "",
    fast: Annotated[bool, typer.Option("--fast", help="Quicker, without the network.")] = False,
    views: Annotated[
        bool, typer.Option("--views", help="Also pictures of motion, selection, correction and doubt.")
    ] = False,
    json: Json = False,
) -> None:
    """Slow a clip down, or raise its rate, with pictures made between its frames."""
    from app.cli.commands import slowmo as command

    command.run(clip, factor, fps, out, fast=fast, views=views, json=json)


@app.command()
def retime(
    layers: Annotated[
        Path, typer.Argument(metavar="OUT", help="The folder that laminar layers wrote, or a layers result.")
    ],
    layer: Annotated[
        list[int],
        typer.Option(
            "--layer", metavar="N", help="An object's label, 0 the background; may be given several times."
        ),
    ],
    curve: Annotated[
        list[Path],
        typer.Option(
            "--curve",
            metavar="FILE",
            help="CSV for each --layer: time of the result, time of the source; in seconds, or in frames under a "
            "heading that says frame.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    preset: PresetName = "",
    json: Json = False,
) -> None:
    """Put layers back together, some of them on a clock of their own."""
    from app.cli.commands import retime as command

    command.run(layers, layer, curve, out, preset, json=json)


for _command in (steady, reframe, pin, cover, smooth, speediness, speedup, moments):
    app.command()(_command)


@app.command()
def render(
    project: ProjectFile,
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    preset: PresetName = "",
    range_: Annotated[
        str, typer.Option("--range", metavar="A:B", help="A part, in frames or timecode; B is not included.")
    ] = "",
    film: Annotated[
        str,
        typer.Option(
            "--film", metavar="NAME", help="A film of the project; by default the one that it shows."
        ),
    ] = "",
    height: Annotated[
        int,
        typer.Option(
            "--height",
            metavar="N",
            min=0,
            show_default=False,
            help="Lines of the picture, such as 720; by default the film's own.",
        ),
    ] = 0,
    loudness: Annotated[
        float,
        typer.Option(
            "--loudness",
            metavar="LUFS",
            min=-40,
            max=0,
            show_default=False,
            help="Bring the sound to a loudness, such as -14 for the web or -23 for television, loud moments kept "
            "below -1 dB; by default as it is mixed.",
        ),
    ] = 0.0,
    trust: Trust = False,
    json: Json = False,
) -> None:
    """Export a project's film."""
    from app.cli.commands import render as command

    command.run(project, out, preset, range_, film, height=height, loudness=loudness, trust=trust, json=json)


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Folder for film, project, masks, pictures.")
    ] = Path("demo-output"),
    json: Json = False,
) -> None:
    """Run the whole journey on a clip the program draws itself."""
    from app.cli.commands import demo as command

    command.run(out, json=json)


@app.command()
def doctor(json: Json = False) -> None:
    """Check versions, device, disk and which codecs really work."""
    from app.cli.commands import doctor as command

    command.run(json=json)


COMMANDS = (*map(name_of, app.registered_commands), "masks")
dress(app, masks)
