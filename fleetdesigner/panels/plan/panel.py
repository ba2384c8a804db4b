"""The plan: sites and halls, pools, phases; added, renamed, copied and deleted here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.addresses import find, parse_ref, ref_to, site_of
from fleetdesigner.design.commands import Add, AssignPool, Command, Rename, SetPhase, delete
from fleetdesigner.design.fleet import Hall, Phase, Pool, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.plan.objects import hall_copy, new_hall, new_phase, new_pool, site_from
from fleetdesigner.panels.plan.rows import PHASES, POOLS, SITES, plan_rows
from fleetdesigner.panels.plan.tree import PlanTree
from fleetdesigner.panels.row_note import RowNote
from fleetdesigner.panels.site_chooser import SiteChooser

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


class PlanPanel(QWidget):
    """The tree of all places, clusters and dates."""

    inspect = Signal(str)
    """The planner picked an object: ``hall:h1``."""
    go_to = Signal(str)
    """The planner wants to see it where it stands."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._stale = True
        self._design_id = ""
        self.tree = PlanTree()
        self.note = RowNote(self.tree.viewport())
        self._add = QPushButton("Add")
        self._add.setProperty("size", "small")
        menu = QMenu(self._add)
        menu.aboutToShow.connect(lambda: self._fill_add_menu(menu))
        self._add.setMenu(menu)
        self._rename, self._copy, self._delete = QToolButton(), QToolButton(), QToolButton()
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 6, 8, 6)
        foot.setSpacing(4)
        foot.addWidget(self._add)
        foot.addStretch(1)
        for button, words, do in (
            (self._rename, "Rename (F2)", self.rename_current),
            (self._copy, "Duplicate the hall with its racks", self.duplicate_current),
            (self._delete, "Delete (Del)", self.delete_current),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setIconSize(QSize(16, 16))
            button.clicked.connect(do)
            foot.addWidget(button)
        bar = QWidget()
        bar.setProperty("surface", "panel")
        bar.setProperty("rule", "top")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setLayout(foot)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.tree, 1)
        box.addWidget(bar)
        self._connect()
        self._dress()

    def _connect(self) -> None:
        session, tree = self._session, self.tree
        tree.chosen.connect(self._chosen)
        tree.opened.connect(self.go_to)
        tree.add_wanted.connect(self._add_to_group)
        tree.delete_wanted.connect(self.delete)
        tree.menu_wanted.connect(self._popup)
        tree.touched.connect(self.note.hide)
        tree.rows_delegate.renamed.connect(self.rename)
        tree.currentItemChanged.connect(self._refresh_buttons)
        session.design_changed.connect(self._design_changed)
        session.results_changed.connect(self._changed)
        session.month_changed.connect(self._changed)
        session.catalog_changed.connect(self._changed)
        theme_signals.changed.connect(self._dress)

    # what others ask for

    def add_site(self, preset_id: str | None = None) -> str | None:
        """Add a site from a preset of the catalog; without one the planner chooses. Returns its reference."""
        if preset_id is None:
            chooser = SiteChooser(self._session.catalog.sites(), self.window())
            chooser.chosen.connect(self.add_site)
            chooser.open()
            return None
        try:
            preset = self._session.catalog.site(preset_id)
            site = site_from(preset, self._session.design)
        except (CatalogError, ValueError) as error:
            self._session.notice.emit(str(error))
            return None
        ref = self._added("site", site)
        wait = preset.figure("grid_lead_months")
        if ref is not None and wait is not None and wait.value:
            self._session.notice.emit(
                f"{site.name}: a large grid connection takes about {wait.value:,.0f} months there"
            )
        return ref

    def add_hall(self, site_id: str | None = None) -> str | None:
        """Add a hall to the site that is given or picked, else to the last. Returns its reference."""
        site = self._site(site_id)
        if site is None:
            self._session.notice.emit("A hall needs a site to stand in: add a site first")
            return None
        ref = self._added("hall", new_hall(self._session.design, site), site.id)
        if ref is not None:
            self.go_to.emit(ref)
        return ref

    def add_pool(self) -> str | None:
        """Add a pool on the fabric of the last one. Returns its reference."""
        return self._added("pool", new_pool(self._session.design, self._session.catalog.fabrics()))

    def add_phase(self) -> str | None:
        """Add a phase half a year after the last one. Returns its reference."""
        return self._added("phase", new_phase(self._session.design))

    def duplicate_hall(self, hall_id: str) -> str | None:
        """Add a copy of a hall with its racks behind it. Returns the copy's reference."""
        design = self._session.design
        hall, site = find(design, ref_to("hall", hall_id)), site_of(design, hall_id)
        if not isinstance(hall, Hall) or site is None:
            return None
        ids = [one.id for one in site.halls]
        behind = ids[ids.index(hall_id) + 1 :]
        return self._added("hall", hall_copy(hall, site), site.id, behind[0] if behind else None)

    @Slot(str, str)
    def rename(self, ref: str, name: str) -> bool:
        """Give an object another name; an empty one is refused in place."""
        thing = find(self._session.design, ref)
        if thing is None or getattr(thing, "name", None) == name:
            return False
        if not name:
            self._say(ref, "The name must not be empty")
            return False
        return self._do(ref, Rename(ref, name))

    @Slot(str)
    def delete(self, ref: str) -> bool:
        """Delete an object; what it holds goes along. A refusal is said under the row."""
        if find(self._session.design, ref) is None:
            return False
        return self._do(ref, delete(self._session.design, ref))

    def select(self, ref: str) -> None:
        """Put the cursor on an object, without telling."""
        self.refresh()
        self.tree.select(ref)

    # the object under the cursor

    @Slot()
    def rename_current(self) -> None:
        """Edit its name in place."""
        self.tree.rename(self.tree.current_ref())

    @Slot()
    def delete_current(self) -> None:
        """Delete it."""
        self.delete(self.tree.current_ref())

    @Slot()
    def duplicate_current(self) -> None:
        """Duplicate it, if it is a hall."""
        kind, name = parse_ref(self.tree.current_ref())
        if kind == "hall":
            self.duplicate_hall(name)

    # inside

    def _site(self, site_id: str | None) -> Site | None:
        design = self._session.design
        if site_id is None:
            kind, name = parse_ref(self.tree.current_ref())
            under = site_of(design, name) if kind == "hall" else find(design, ref_to("site", name))
            if kind in ("hall", "site") and isinstance(under, Site):
                return under
            return design.sites[-1] if design.sites else None
        found = find(design, ref_to("site", site_id))
        return found if isinstance(found, Site) else None

    def _added(
        self, kind: str, thing: Site | Hall | Pool | Phase, parent: str = "", before: str | None = None
    ) -> str | None:
        command = Add(kind, thing, parent, before)
        if not self._session.execute(command):
            return None
        ref = ref_to(kind, thing.id)
        self.refresh()
        self.tree.select(ref)
        self._refresh_buttons()
        self.inspect.emit(ref)
        return ref

    def _do(self, ref: str, command: Command) -> bool:
        try:
            command.apply(self._session.design)
        except EditError as error:
            words = f"{error.subject[:1].upper()}{error.subject[1:]} {error.problem}"
            self._say(ref, words + (f": {error.remedy}" if error.remedy else ""))
            return False
        self.note.hide()
        return self._session.execute(command)

    def _say(self, ref: str, words: str) -> None:
        self.tree.select(ref)
        self.note.say(words, self.tree.box_of(ref))

    @Slot(str)
    def _chosen(self, ref: str) -> None:
        self.note.hide()
        self.inspect.emit(ref)

    @Slot(str)
    def _add_to_group(self, group: str) -> None:
        if group == POOLS:
            self.add_pool()
        elif group == PHASES:
            self.add_phase()
        elif self._session.design.sites:
            menu = QMenu(self)
            self._fill_place_menu(menu)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.tree.viewport().mapToGlobal(self.tree.box_of(SITES).bottomLeft()))
        else:
            self.add_site()

    def _fill_place_menu(self, menu: QMenu) -> None:
        theme = current()
        menu.addAction(theme.icon("map-pin"), "Site…").triggered.connect(lambda: self.add_site())
        menu.addAction(theme.icon("warehouse"), "Hall").triggered.connect(lambda: self.add_hall())

    def _fill_add_menu(self, menu: QMenu) -> None:
        theme = current()
        menu.clear()
        self._fill_place_menu(menu)
        menu.addAction(theme.icon("boxes"), "Pool").triggered.connect(lambda: self.add_pool())
        menu.addAction(theme.icon("calendar-range"), "Phase").triggered.connect(lambda: self.add_phase())

    @Slot(str, QPoint)
    def _popup(self, ref: str, place: QPoint) -> None:
        menu = QMenu(self)
        self.fill_menu(menu, ref)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def fill_menu(self, menu: QMenu, ref: str) -> None:
        """What can be done with an object, or with the whole plan."""
        kind, name = parse_ref(ref)
        if find(self._session.design, ref) is None or kind == "group":
            self._fill_add_menu(menu)
            return
        theme, blocks = current(), self._session.selection
        if kind in ("site", "hall"):
            menu.addAction(theme.icon("eye"), "Show on the canvas").triggered.connect(
                lambda: self.go_to.emit(ref)
            )
        menu.addAction(theme.icon("pencil"), "Rename").triggered.connect(lambda: self.tree.rename(ref))
        if kind == "pool":
            menu.addAction(theme.icon("activity"), "Show throughput").triggered.connect(
                lambda: self.inspect.emit(f"throughput:{ref}")
            )
        if kind == "site":
            menu.addAction(theme.icon("warehouse"), "Add hall").triggered.connect(lambda: self.add_hall(name))
        if kind == "hall":
            menu.addAction(theme.icon("copy"), "Duplicate").triggered.connect(
                lambda: self.duplicate_hall(name)
            )
        commands: dict[str, Command] = {
            "pool": AssignPool(blocks, name),
            "phase": SetPhase(blocks, name),
        }
        if kind in commands:
            words = "Take the selected blocks into it" if kind == "pool" else "Date the selected blocks by it"
            action = menu.addAction(theme.icon("square-plus"), words)
            action.setEnabled(bool(blocks))
            action.triggered.connect(lambda: self._session.execute(commands[kind]))
        menu.addSeparator()
        menu.addAction(theme.icon("trash-2"), "Delete").triggered.connect(lambda: self.delete(ref))

    @Slot(object, object)
    def _design_changed(self, before: Design, now: Design) -> None:
        self.note.hide()
        self._changed()

    @Slot()
    def _changed(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the plan as it is; what was folded and selected stays so."""
        self._stale = False
        design = self._session.design
        if design.id != self._design_id:
            self._design_id = design.id
            self.tree.forget()
        self.tree.show_rows(plan_rows(self._session))
        self._refresh_buttons()

    @Slot()
    def _refresh_buttons(self) -> None:
        row = self.tree.row_of(self.tree.current_ref())
        picked = row is not None and not row.is_group
        self._rename.setEnabled(picked)
        self._delete.setEnabled(picked)
        self._copy.setEnabled(row is not None and row.kind == "hall")

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._add.setIcon(theme.icon("plus", 14))
        self._rename.setIcon(theme.icon("pencil"))
        self._copy.setIcon(theme.icon("copy"))
        self._delete.setIcon(theme.icon("trash-2"))
