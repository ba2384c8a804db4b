"""Which of the published points somebody looks at: activity, words, and one key a grouping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from fleetdesigner.engine.throughput.checked import Checked, Flags, Grouping, group_name

Activities = Literal["all", "training", "serving"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Filters that all hold together."""

    activity: Activities = "all"
    words: str = ""
    keys: tuple[tuple[Grouping, str], ...] = ()
    """At most one key a grouping."""
    uncounted: bool = False
    """Points that count in no error are shown too."""

    def key(self, grouping: Grouping) -> str | None:
        """The key chosen of a grouping."""
        return dict(self.keys).get(grouping)

    def with_key(self, grouping: Grouping, key: str | None) -> Choice:
        """Another key of a grouping; None lets it go."""
        kept = tuple(one for one in self.keys if one[0] != grouping)
        return replace(self, keys=kept if key is None else (*kept, (grouping, key)))

    def in_words(self) -> str:
        """``Training, MoE · H100 SXM``; empty without filters but that of the activity."""
        parts = [group_name(grouping, key) for grouping, key in self.keys]
        if self.words.strip():
            parts.append(f"“{self.words.strip()}”")
        return " · ".join(parts)


def chosen(checked: Checked, choice: Choice, besides: Grouping | None = None) -> Flags:
    """The points that fit; the key of `besides` is passed over, so that its rows can be compared."""
    fits = checked.scored | choice.uncounted
    if choice.activity != "all":
        fits = fits & (checked.serving == (choice.activity == "serving"))
    words = choice.words.lower().split()
    if words:
        fits = fits & checked.says(words)
    for grouping, key in choice.keys:
        if grouping != besides:
            fits = fits & (checked.keys(grouping) == key)
    return fits
