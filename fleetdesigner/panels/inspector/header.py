"""The head of the inspector: back, picture, name, what can be done, and where one can go from here."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.design.addresses import find, site_of
from fleetdesigner.design.fleet import Block, Hall, Phase, Pool
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.fields.blocks import halls_of
from fleetdesigner.panels.fields.row import ElidedLabel
from fleetdesigner.panels.inspector.bindings import pool_at
from fleetdesigner.panels.inspector.figures import kinds_of
from fleetdesigner.panels.palette.thumb import thumb_pixmap

if TYPE_CHECKING:
    from fleetdesigner.catalog.hardware import Rack
    from fleetdesigner.session.session import Session

Crumb = tuple[str, str]
"""Words, and the ref they lead to (empty: nowhere)."""


def block_crumbs(session: Session, blocks: tuple[Block, ...]) -> tuple[Crumb, ...]:
    """Site, hall, phase, pool, rack system, server and chip, where all selected blocks share them."""
    design = session.design
    crumbs: list[Crumb] = []
    held = halls_of(design, (block.id for block in blocks))
    halls = {hall.id: hall for hall in held if hall is not None}
    if len(halls) == 1:
        hall = next(iter(halls.values()))
        site = site_of(design, hall.id)
        if site is not None:
            crumbs.append((site.name or site.id, f"site:{site.id}"))
        crumbs.append((hall.name or hall.id, f"hall:{hall.id}"))
    for kind, ids in (
        ("phase", {block.phase_id for block in blocks}),
        ("pool", {pool_at(block, session.month) for block in blocks}),
    ):
        thing = find(design, f"{kind}:{next(iter(ids))}") if len(ids) == 1 else None
        if isinstance(thing, Phase | Pool):
            crumbs.append((thing.name or thing.id, f"{kind}:{thing.id}"))
    kinds = kinds_of(session, blocks)
    if len(kinds) == 1:
        kind_ = kinds[0]
        crumbs += [(entry.name, entry.ref) for entry in (kind_.rack, kind_.node, kind_.chip)]
    return tuple(crumbs)


def hall_crumbs(session: Session, hall: Hall) -> tuple[Crumb, ...]:
    """The site above a hall."""
    site = site_of(session.design, hall.id)
    return () if site is None else ((site.name or site.id, f"site:{site.id}"),)


class Header(QWidget):
    """Painted once, refilled for whatever is shown."""

    linked = Signal(str)
    back = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("rule", "bottom")
        self._rack: tuple[str, int, bool] | None = None
        self._icon = "server"
        self._crumbs: tuple[Crumb, ...] = ()
        self.menu = QMenu(self)
        self._back = QToolButton()
        self._back.setFixedSize(20, 24)
        self._back.setIconSize(QSize(14, 14))
        self._back.setToolTip("Back")
        self._back.setAccessibleName("Back")
        self._back.clicked.connect(self.back)
        self._picture = QLabel()
        self._picture.setFixedSize(28, 30)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = ElidedLabel("", "ink", "text_strong")
        self.subtitle = ElidedLabel("", "ink2", "caption")
        self._more = QToolButton()
        self._more.setFixedSize(24, 24)
        self._more.setToolTip("More")
        self._more.setAccessibleName("More")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(self.menu)
        self._links = QLabel()
        self._links.setTextFormat(Qt.TextFormat.RichText)
        self._links.setWordWrap(True)
        self._links.setFont(current().font("caption"))
        self._links.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._links.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._links.linkActivated.connect(self.linked)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self._back)
        line.addWidget(self._picture)
        line.addLayout(words, 1)
        line.addWidget(self._more)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 10, 8)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self._links)
        theme_signals.changed.connect(self._dress)
        self._dress()

    def show_words(self, title: str, subtitle: str, crumbs: tuple[Crumb, ...], can_go_back: bool) -> None:
        """Name, kind and ways from here."""
        self.title.set_text(title, title.partition(",")[0])
        self.subtitle.set_text(subtitle, subtitle.replace("Block in r", "R").replace("pool ", ""))
        self._back.setVisible(can_go_back)
        self._more.setVisible(not self.menu.isEmpty())
        if crumbs != self._crumbs:
            self._crumbs = crumbs
            self._fill_links()

    def show_icon(self, name: str) -> None:
        """An icon of the set as the picture."""
        self._rack, self._icon = None, name
        self._dress()

    def show_rack(self, rack: Rack, generation: str) -> None:
        """The rack system as the picture."""
        self._rack = (generation, rack.racks, rack.status in ("announced", "preview"))
        self._dress()

    def _fill_links(self) -> None:
        theme = current()
        style = f"color: {theme.hex('accentInk')}; text-decoration: none"
        parts = [
            f'<a href="{html.escape(ref)}" style="{style}">{html.escape(words).replace(" ", "&nbsp;")}</a>'
            for words, ref in self._crumbs
        ]
        between = f' <span style="color: {theme.hex("ink3")}">·</span> '
        self._links.setText(between.join(parts))
        self._links.setVisible(bool(parts))

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._back.setIcon(theme.icon("chevron-left", 14))
        self._more.setIcon(theme.icon("ellipsis", 16))
        picture: QPixmap
        if self._rack is None:
            picture = theme.pixmap(self._icon, 20, "ink2")
        else:
            picture = thumb_pixmap(theme, *self._rack, self.devicePixelRatioF())
        self._picture.setPixmap(picture)
        self.title.update()
        self.subtitle.update()
        self._fill_links()
