"""Colours, type, hatches, evidence marks, icons and the style sheet: the look every view shares."""

from fleetdesigner.look.evidence_mark import EvidenceMark, paint_evidence_mark
from fleetdesigner.look.theme import Theme, current, set_theme, theme_signals

__all__ = ["EvidenceMark", "Theme", "current", "paint_evidence_mark", "set_theme", "theme_signals"]
