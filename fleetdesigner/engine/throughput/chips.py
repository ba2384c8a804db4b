"""What the equations need to know of a chip, in bytes and FLOP a second; unknown figures are NaN."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fleetdesigner.catalog import Chip, Figure

DTYPE_BYTES: dict[str, float] = {"bf16": 2.0, "int8": 1.0, "fp8": 1.0, "fp4": 0.5}
"""Bytes of a weight at each precision the equations know."""

_DTYPE_NAMES: dict[str, str] = {
    "bf16": "bf16",
    "fp16": "bf16",
    "bf16/int8": "int8",
    "fp8": "fp8",
    "mxfp8": "fp8",
    "fp8_e4m3": "fp8",
    "nvfp4": "fp4",
    "mxfp4": "fp4",
    "fp4": "fp4",
    "int4": "fp4",
    "uint4": "fp4",
    "int8": "int8",
    "w-bf16/bf16": "bf16",
    "w-int8/bf16": "int8",
}


_MARKS = (
    ("fp4", "fp4"),
    ("int4", "fp4"),
    ("w4a", "fp4"),
    ("fp8", "fp8"),
    ("int8", "int8"),
    ("w8a", "int8"),
    ("bf16", "bf16"),
    ("fp16", "bf16"),
    ("float16", "bf16"),
)
"""What names of formats contain, the narrowest first."""


def dtype_class(name: str) -> str | None:
    """The precision the equations use for a published name (``mxfp8`` → ``fp8``); None if unknown.

    Names not listed are read by the format of their weights: ``fp8_block`` → ``fp8``, ``int4-awq`` → ``fp4``.
    """
    lower = name.lower()
    listed = _DTYPE_NAMES.get(lower)
    if listed is not None:
        return listed
    return next((kind for mark, kind in _MARKS if mark in lower), None)


def weight_only(name: str) -> bool:
    """Whether products run in bf16 after widening the weights: integer and ``w-`` formats."""
    lower = name.lower()
    return lower.startswith("w-") or "int4" in lower or "w4a16" in lower or "w8a16" in lower


@dataclass(frozen=True, slots=True)
class ChipFigures:
    """One chip in one fabric. Rates are dense peaks in FLOP/s, links one way in B/s, NaN where unknown."""

    chip: str
    family: str
    bf16_flops: float
    fp8_flops: float
    fp4_flops: float
    hbm_bytes: float
    hbm_bytes_per_s: float
    scale_up_bytes_per_s: float
    scale_out_bytes_per_s: float
    domain_chips: float
    int8_flops: float = math.nan
    watts: float = math.nan
    """Design power of the package."""

    def peak(self, dtype: str) -> float:
        """Dense peak in FLOP/s at a precision class; NaN if the chip has no rate for it."""
        if dtype == "int8":
            return self.int8_flops if not math.isnan(self.int8_flops) else self.fp8_flops
        return {"bf16": self.bf16_flops, "fp8": self.fp8_flops, "fp4": self.fp4_flops}.get(dtype, math.nan)

    def computes_in(self, dtype: str) -> str:
        """Precision that products run in when weights have ``dtype``: its own, or bf16 after widening."""
        return dtype if not math.isnan(self.peak(dtype)) else "bf16"

    def missing(self) -> tuple[str, ...]:
        """Names of the figures that every equation needs and this chip does not have."""
        needed = {
            "a bf16 rate": self.bf16_flops,
            "HBM capacity": self.hbm_bytes,
            "HBM bandwidth": self.hbm_bytes_per_s,
            "scale-up bandwidth": self.scale_up_bytes_per_s,
            "scale-out bandwidth": self.scale_out_bytes_per_s,
        }
        return tuple(name for name, value in needed.items() if math.isnan(value))


def chip_figures(chip: Chip, domain_chips: int, scale_out_bytes_per_s: float | None = None) -> ChipFigures:
    """Figures of a catalog chip standing in a domain of ``domain_chips``.

    ``scale_out_bytes_per_s`` is the fabric's share a chip, one way; None takes the chip's own network.
    Missing figures become NaN; ``ChipFigures.missing`` names them. TPUs run 8-bit integers at twice their
    bf16 rate (394/197, 918/459, 1,836/918 on v5e, v5p, v6e).
    """
    out = scale_out_bytes_per_s
    if out is None:
        out = _value(chip.scale_out_gbit_per_s) * 1e9 / 8.0
    capacity = chip.hbm_usable_bytes
    return ChipFigures(
        chip=chip.id,
        family=chip.generation,
        bf16_flops=_value(chip.bf16_tflops) * 1e12,
        fp8_flops=_value(chip.fp8_tflops) * 1e12 if "fp8" in chip.precisions else math.nan,
        fp4_flops=_value(chip.fp4_tflops) * 1e12 if "fp4" in chip.precisions else math.nan,
        hbm_bytes=math.nan if capacity is None else capacity,
        hbm_bytes_per_s=_value(chip.hbm_tb_per_s) * 1e12,
        scale_up_bytes_per_s=_value(chip.scale_up_gbytes_per_s) * 1e9,
        scale_out_bytes_per_s=out,
        domain_chips=float(domain_chips),
        int8_flops=_value(chip.bf16_tflops) * 2e12 if chip.generation == "tpu" else math.nan,
        watts=_value(chip.tdp_w),
    )


def _value(figure: Figure | None) -> float:
    return math.nan if figure is None else figure.value
