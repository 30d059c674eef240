"""Every effect a clip can carry, once: its parameters, bounds and words. The inspector and the compositor
both read this table."""

from __future__ import annotations

from dataclasses import dataclass

from core.timeline.model import Animated, Effect, MatteUse, new_id, value_at


@dataclass(frozen=True)
class Parameter:
    """One number of an effect or a clip: neutral default, bounds, step of its spin box, unit."""

    name: str
    title: str
    default: float
    low: float
    high: float
    step: float = 0.01
    unit: str = ""


@dataclass(frozen=True)
class EffectKind:
    kind: str
    title: str
    help: str
    parameters: tuple[Parameter, ...]


CLIP_PARAMETERS = (
    Parameter("x", "Position X", 0.0, -20000, 20000, 1, "px"),
    Parameter("y", "Position Y", 0.0, -20000, 20000, 1, "px"),
    Parameter("scale", "Scale", 1.0, 0.01, 20.0, 0.01),
    Parameter("rotation", "Rotation", 0.0, -3600, 3600, 1, "°"),
    Parameter("opacity", "Opacity", 1.0, 0.0, 1.0),
)
CLIP_GAIN = Parameter("gain", "Volume", 0.0, -60.0, 24.0, 0.5, "dB")

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
        ),
        EffectKind("blur", "Blur", "Gaussian blur; sigma at 1080 lines.", (Parameter("radius", "Radius", 8.0, 0.0, 200.0, 0.5, "px"),)),
        EffectKind("cutout", "Cut out", "Keeps the object of the matte and makes the rest transparent.", (Parameter("amount", "Amount", 1.0, 0.0, 1.0),)),
        EffectKind(
            "transform",
            "Transform",
            "Moves, scales, turns or fades the picture, or only the object of the matte.",
            CLIP_PARAMETERS,
        ),
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


def effect_values(effect: Effect, source_time: int) -> dict[str, float]:
    """The effect's parameters at a source time, every one present and inside its bounds."""
    values = {}
    for parameter in EFFECT_KINDS[effect.kind].parameters:
        value = value_at(effect.params.get(parameter.name, parameter.default), source_time)
        values[parameter.name] = min(max(value, parameter.low), parameter.high)
    return values
