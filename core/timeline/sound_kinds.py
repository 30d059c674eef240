"""The effects of sound: their parameters, bounds and words; see core.timeline.effects."""

from __future__ import annotations

from core.timeline.effect_kind import EffectKind, Parameter

CHANNELS = "channels"
"""The effect that says which channels of a recording are heard where."""

SOUND_KINDS = (
    EffectKind(
        "equaliser",
        "Equaliser",
        "Bass, middle and treble louder or softer; everything below the low cut goes, such as rumble and wind.",
        (
            Parameter("low", "Bass", 0.0, -24.0, 24.0, 0.5, "dB"),
            Parameter("middle", "Middle", 0.0, -24.0, 24.0, 0.5, "dB"),
            Parameter("high", "Treble", 0.0, -24.0, 24.0, 0.5, "dB"),
            Parameter("cut", "Low cut", 0.0, 0.0, 1000.0, 5, "Hz"),
        ),
        whole=True,
        sound=True,
    ),
    EffectKind(
        CHANNELS,
        "Channels",
        "Which channels of the recording are heard on the left and on the right, and which side is louder.",
        (
            Parameter("left", "Right in the left", 0.0, 0.0, 1.0),
            Parameter("right", "Left in the right", 0.0, 0.0, 1.0),
            Parameter("balance", "Balance", 0.0, -1.0, 1.0),
        ),
        whole=True,
        sound=True,
    ),
    EffectKind(
        "denoise",
        "Noise reduction",
        "Turns steady noise down under a voice: hum, hiss, fans, traffic. Music that holds its notes is not for it.",
        (Parameter("amount", "Amount", 12.0, 0.0, 40.0, 0.5, "dB"),),
        whole=True,
        sound=True,
    ),
    EffectKind(
        "compressor",
        "Compressor",
        "Brings loud and soft closer together: what is louder than the threshold is turned down by the ratio, "
        "then all is raised.",
        (
            Parameter("threshold", "Threshold", -24.0, -80.0, 0.0, 0.5, "dB"),
            Parameter("ratio", "Ratio", 3.0, 1.0, 20.0, 0.1),
            Parameter("makeup", "Make-up", 4.0, 0.0, 40.0, 0.5, "dB"),
        ),
        whole=True,
        sound=True,
    ),
)  # fmt: skip
