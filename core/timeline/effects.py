"""Every effect a clip can carry, once: its parameters, bounds and words; those of sound are in
core.timeline.sound_kinds. The inspector and the compositor both read this table."""

from __future__ import annotations

from msgspec.structs import replace

from core.timeline.effect_kind import EffectKind, Parameter
from core.timeline.freeform import count_of, freeform_parameters
from core.timeline.model import Animated, Effect, Keys, MatteUse, new_id, value_at
from core.timeline.sound_kinds import SOUND_KINDS

CLIP_PARAMETERS = (
    Parameter("x", "Position X", 0.0, -20000, 20000, 1, "px"),
    Parameter("y", "Position Y", 0.0, -20000, 20000, 1, "px"),
    Parameter("scale", "Scale", 1.0, 0.01, 20.0, 0.01),
    Parameter("rotation", "Rotation", 0.0, -3600, 3600, 1, "°"),
    Parameter("opacity", "Opacity", 1.0, 0.0, 1.0),
)
CLIP_GAIN = Parameter("gain", "Volume", 0.0, -60.0, 24.0, 0.5, "dB")
TRACK_GAIN = Parameter("gain", "Volume", 0.0, -60.0, 12.0, 0.5, "dB")
TRACK_BALANCE = Parameter("balance", "Balance", 0.0, -1.0, 1.0)

SHAPE_PARAMETERS = (
    Parameter("shape_x", "Shape X", 50.0, -100.0, 200.0, 0.5, "%"),
    Parameter("shape_y", "Shape Y", 50.0, -100.0, 200.0, 0.5, "%"),
    Parameter("shape_width", "Shape width", 50.0, 0.5, 400.0, 0.5, "%"),
    Parameter("shape_height", "Shape height", 50.0, 0.5, 400.0, 0.5, "%"),
    Parameter("shape_turn", "Shape turn", 0.0, -3600.0, 3600.0, 1, "°"),
    Parameter("shape_softness", "Softness", 30.0, 0.0, 200.0, 1, "%"),
    Parameter("shape_outside", "Outside the shape", 0.0, 0.0, 1.0, 1, switch=True),
)
"""Of an effect that works inside of a shape: its middle and size in parts of the picture, and how wide its edge is in
parts of half its shorter side."""

WHEELS = "wheels"
ZONES = {"shadows": "Low", "midtones": "Mid", "highlights": "High"}
"""What each colour wheel works on, and how its numbers are called; its parameters are ZONE_red, ZONE_green,
ZONE_light."""


def _wheel(zone: str, short: str) -> tuple[Parameter, ...]:
    return (
        Parameter(f"{zone}_red", f"{short} red", 0.0, -1.0, 1.0),
        Parameter(f"{zone}_green", f"{short} green", 0.0, -1.0, 1.0),
        Parameter(f"{zone}_light", f"{short} light", 0.0, -1.0, 1.0),
    )


CURVES = "curves"
TONES = 5
"""Points of a tone curve, at even distances from black to white; `tone(channel, n)` is the height of the n-th."""
CURVE_CHANNELS = {"all": "All", "red": "Red", "green": "Green", "blue": "Blue"}


def tone(channel: str, number: int) -> str:
    """The parameter of a point of a tone curve."""
    return f"{channel}_{number}"


def _curve(channel: str, title: str) -> tuple[Parameter, ...]:
    names = ("black", "dark", "middle", "light", "white")
    return tuple(
        Parameter(tone(channel, n), f"{title} {name}", n / (TONES - 1), 0.0, 1.0)
        for n, name in enumerate(names)
    )


MIRROR = "mirror"
"""The effect that moves what later effects are limited to."""
GRAIN = "grain"
"""The effect that is another one in every frame."""
CORNER_PIN = "corner_pin"
"""The effect that says where a clip's corners lie in the film's frame."""
CORNERS = ("top left", "top right", "bottom right", "bottom left")


def corner(number: int, axis: str) -> str:
    """The parameter of a corner, in the order of CORNERS, along an axis, x or y."""
    return f"{CORNERS[number].replace(' ', '_')}_{axis}"


def _corners() -> tuple[Parameter, ...]:
    at = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
    return tuple(
        Parameter(
            corner(n, axis),
            f"{name.replace('bottom', 'low').capitalize()} {axis.upper()}",
            value,
            -400.0,
            500.0,
            0.1,
            "%",
        )
        for n, name in enumerate(CORNERS)
        for axis, value in zip("xy", at[n], strict=True)
    )


LOOK = "look"
"""The effect that needs a table of colours (core.media.cube)."""
STEADY = "steady"
"""The effect that needs the motion of the media's camera (core.media.shake)."""
EFFECT_KINDS: dict[str, EffectKind] = {
    effect.kind: effect
    for effect in (
        EffectKind(
            "colour",
            "Colour",
            "Exposure in stops, contrast and saturation as factors, temperature from cold to warm.",
            (
                Parameter("exposure", "Exposure", 0.0, -5.0, 5.0, 0.05, "EV"),
                Parameter("contrast", "Contrast", 1.0, 0.0, 3.0),
                Parameter("saturation", "Saturation", 1.0, 0.0, 3.0),
                Parameter("temperature", "Temperature", 0.0, -1.0, 1.0),
            ),
            group="Colour",
        ),
        EffectKind(
            "levels",
            "Levels",
            "Black and white point, gamma of what lies between, and shadows and highlights by themselves.",
            (
                Parameter("black", "Black point", 0.0, 0.0, 0.5),
                Parameter("white", "White point", 1.0, 0.5, 1.0),
                Parameter("gamma", "Gamma", 1.0, 0.2, 5.0),
                Parameter("shadows", "Shadows", 0.0, -1.0, 1.0),
                Parameter("highlights", "Highlights", 0.0, -1.0, 1.0),
            ),
            group="Colour",
        ),
        EffectKind(
            WHEELS,
            "Colour wheels",
            "Gives shadows, midtones and highlights a colour and a brightness of their own. Red leads to cyan "
            "below 0; green is across, towards blue below 0.",
            tuple(parameter for zone, short in ZONES.items() for parameter in _wheel(zone, short)),
            group="Colour",
        ),
        EffectKind(
            CURVES,
            "Curves",
            "Tones of all channels, and of red, green and blue alone, by a smooth curve through five points.",
            tuple(parameter for channel, title in CURVE_CHANNELS.items() for parameter in _curve(channel, title)),
            group="Colour",
        ),
        EffectKind(
            "selective",
            "One colour",
            "Turns, strengthens or brightens one hue and what is near it: 0 is red, 120 green, 240 blue. A "
            "bluer sky, a red dress.",
            (
                Parameter("hue", "Hue", 0.0, 0.0, 360.0, 1, "°"),
                Parameter("reach", "Reach", 25.0, 0.0, 180.0, 1, "°"),
                Parameter("softness", "Softness", 15.0, 0.0, 90.0, 1, "°"),
                Parameter("turn", "Turn", 0.0, -180.0, 180.0, 1, "°"),
                Parameter("saturation", "Saturation", 1.0, 0.0, 3.0),
                Parameter("exposure", "Exposure", 0.0, -3.0, 3.0, 0.05, "EV"),
            ),
            group="Colour",
        ),
        EffectKind(
            LOOK,
            "Look",
            "The colours of a .cube file, as grading programs and cameras have them; amount mixes it with the picture.",
            (Parameter("amount", "Amount", 1.0, 0.0, 1.0),),
            group="Colour",
        ),
        EffectKind(
            "hue",
            "Hue",
            "Turns all hues at equal brightness; tint from green to magenta.",
            (Parameter("turn", "Turn", 0.0, -180.0, 180.0, 1, "°"), Parameter("tint", "Tint", 0.0, -1.0, 1.0)),
            group="Colour",
        ),
        EffectKind(
            "vignette",
            "Vignette",
            "Darkens towards the corners, or brightens below 0.",
            (
                Parameter("amount", "Amount", 0.4, -1.0, 1.0),
                Parameter("size", "Size", 1.0, 0.1, 2.0),
                Parameter("softness", "Softness", 0.6, 0.0, 1.0),
            ),
            group="Colour",
        ),
        EffectKind(
            "glow",
            "Glow",
            "Light spreads from what is bright; radius at 1080 lines.",
            (
                Parameter("amount", "Amount", 0.5, 0.0, 2.0),
                Parameter("threshold", "From", 0.6, 0.0, 1.0),
                Parameter("radius", "Radius", 25.0, 0.0, 200.0, 0.5, "px"),
            ),
            group="Detail",
        ),
        EffectKind(
            GRAIN,
            "Film grain",
            "Fine noise that changes with every frame, strongest in the midtones; size at 1080 lines.",
            (Parameter("amount", "Amount", 0.25, 0.0, 1.0), Parameter("size", "Size", 1.5, 1.0, 8.0, 0.1, "px")),
            group="Detail",
        ),
        EffectKind("blur", "Blur", "Gaussian blur; sigma at 1080 lines.",
                   (Parameter("radius", "Radius", 8.0, 0.0, 200.0, 0.5, "px"),), group="Detail"),
        EffectKind(
            "sharpen",
            "Sharpen",
            "Raises fine detail; radius at 1080 lines.",
            (Parameter("amount", "Amount", 0.5, 0.0, 5.0), Parameter("radius", "Radius", 2.0, 0.3, 50.0, 0.1, "px")),
            group="Detail",
        ),
        EffectKind(
            "pixelate",
            "Pixelate",
            "Squares of one colour each, to hide a face or a number plate; size at 1080 lines.",
            (Parameter("size", "Size", 32.0, 1.0, 400.0, 1, "px"),),
            group="Detail",
        ),
        EffectKind(
            STEADY,
            "Stabilise",
            "Takes the shaking out of the camera. Smoothness in seconds; the picture is enlarged as far as "
            "needed, at most by the zoom.",
            (Parameter("smoothness", "Smoothness", 0.7, 0.0, 20.0, 0.1, "s"),
             Parameter("zoom", "Most zoom", 1.25, 1.0, 3.0)),
            whole=True,
        ),
        EffectKind(
            MIRROR,
            "Mirror",
            "Left and right changed over, or top and bottom.",
            (
                Parameter("across", "Left to right", 1.0, 0.0, 1.0, 1, switch=True),
                Parameter("down", "Upside down", 0.0, 0.0, 1.0, 1, switch=True),
            ),
            whole=True,
        ),
        EffectKind(
            "crop",
            "Crop",
            "Cuts the picture at its sides, in per cent of its width and height; what is cut is transparent.",
            (
                Parameter("left", "Left", 0.0, 0.0, 100.0, 0.5, "%"),
                Parameter("right", "Right", 0.0, 0.0, 100.0, 0.5, "%"),
                Parameter("top", "Top", 0.0, 0.0, 100.0, 0.5, "%"),
                Parameter("bottom", "Bottom", 0.0, 0.0, 100.0, 0.5, "%"),
                Parameter("feather", "Feather", 0.0, 0.0, 500.0, 1, "px"),
            ),
            clears=True,
        ),
        EffectKind(
            CORNER_PIN,
            "Corner pin",
            "Draws the clip between four corners, in per cent of the film's frame: a film on a screen, a poster "
            "on a wall.",
            _corners(),
            whole=True,
            clears=True,
        ),
        EffectKind(
            "outline",
            "Outline",
            "A line around the object, or around what is not transparent; width and softness at 1080 lines.",
            (
                Parameter("width", "Width", 6.0, 0.0, 200.0, 0.5, "px"),
                Parameter("softness", "Softness", 1.0, 0.0, 200.0, 0.5, "px"),
                Parameter("hue", "Hue", 45.0, 0.0, 360.0, 1, "°"),
                Parameter("saturation", "Saturation", 0.0, 0.0, 1.0),
                Parameter("brightness", "Brightness", 1.0, 0.0, 1.0),
            ),
        ),
        EffectKind(
            "key",
            "Colour key",
            "Makes a screen of one colour transparent: hue 120 is green, 240 blue. Spill takes its light out of "
            "the rest.",
            (
                Parameter("hue", "Hue", 120.0, 0.0, 360.0, 1, "°"),
                Parameter("reach", "Reach", 25.0, 0.0, 90.0, 1, "°"),
                Parameter("softness", "Softness", 15.0, 0.0, 90.0, 1, "°"),
                Parameter("chroma", "Least colour", 0.12, 0.0, 0.5),
                Parameter("spill", "Spill", 0.8, 0.0, 1.0),
            ),
            clears=True,
        ),
        EffectKind(
            "cutout",
            "Cut out",
            "Keeps the object of the matte and makes the rest transparent.",
            (Parameter("amount", "Amount", 1.0, 0.0, 1.0),),
            clears=True,
        ),
        EffectKind(
            "transform",
            "Transform",
            "Moves, scales, turns or fades the picture, or only the object of the matte.",
            CLIP_PARAMETERS,
            clears=True,
        ),
        *SOUND_KINDS,
    )
}  # fmt: skip


def new_effect(kind: str, matte: MatteUse | None = None, **params: Animated) -> Effect:
    """An effect with its neutral defaults and the given parameters.

    Raises:
        KeyError: for an unknown kind or parameter.
    """
    known = {parameter.name: parameter.default for parameter in EFFECT_KINDS[kind].parameters}
    for name in params:
        known[name]
    return Effect(new_id(), kind, {**known, **params}, matte)


def parameters_of(effect: Effect) -> tuple[Parameter, ...]:
    """What can be set of an effect: its kind's parameters, and those of its shape."""
    points = freeform_parameters(count_of(effect.params)) if effect.shape == "freeform" else ()
    return (*EFFECT_KINDS[effect.kind].parameters, *(SHAPE_PARAMETERS if effect.shape else ()), *points)


def effect_values(effect: Effect, source_time: int) -> dict[str, float]:
    """The effect's parameters at a source time, every one present and inside its bounds."""
    values = {}
    for parameter in parameters_of(effect):
        value = value_at(effect.params.get(parameter.name, parameter.default), source_time)
        values[parameter.name] = parameter.bounded(value)
    return values


def louder(gain: Animated, change: float) -> Animated:
    """A clip's volume, animated or not, by so many decibels louder, in its bounds and in tenths."""

    def changed(number: float) -> float:
        return round(CLIP_GAIN.bounded(number + change), 1)

    if isinstance(gain, Keys):
        return Keys(tuple(replace(key, value=changed(key.value)) for key in gain.keys))
    return changed(gain)
