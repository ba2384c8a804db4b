"""The canvas follows its session: changes come faster than a screen shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from fleetdesigner.canvas.navigation import Navigator
    from fleetdesigner.canvas.surface import CanvasSurface

FRAME_MS = 16
"""Changes of the design that come faster share a frame, as they do on a screen of 60 Hz."""


class Following(QObject):
    """Asks for a frame when the session changes; level, camera, words and legend follow when somebody looks.

    Who looks calls `settle` first: the paint event, and the canvas for everybody who asks it where it is.
    """

    frame = Signal()
    """A frame with all there is has been painted."""

    def __init__(self, view: CanvasSurface, navigator: Navigator) -> None:
        super().__init__(view)
        self._view, self._navigator = view, navigator
        self._seen = view.session.design.id
        """The document that was looked at last."""
        self._changed = False
        """Something has changed since."""
        self._behind = False
        """A frame is due."""
        self._pace = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._pace.timeout.connect(self._next_frame)
        session = view.session
        session.design_changed.connect(self._on_design)
        session.catalog_changed.connect(self._on_catalog)
        session.results_changed.connect(self._on_results)
        session.month_changed.connect(self._on_month)

    def settle(self) -> None:
        """Bring level, camera, words and legend up to the session."""
        if not self._changed:
            return
        self._changed = False
        view = self._view
        before, self._seen = self._seen, view.session.design.id
        if before != self._seen:
            self._navigator.forget()
        else:
            self._navigator.check()
        view.describe()
        view.legend_changed.emit()

    def painted(self) -> None:
        """A frame with all there is has been painted."""
        self._behind = False
        self._pace.start()
        self.frame.emit()

    @Slot()
    def _next_frame(self) -> None:
        if self._behind:
            self._view.update()

    @Slot(object, object)
    def _on_design(self, before: object, after: object) -> None:
        view = self._view
        if view.gesture is not None and view.gesture.ground is not None:
            view.cancel_gesture()
        if not view.stage.design_changed():
            return
        view.forget_marks()
        self._changed = True
        # a newer design, or the numbers of this one, may come before the screen would show it
        if self._pace.isActive():
            self._behind = True
        else:
            view.update()

    @Slot()
    def _on_catalog(self) -> None:
        self._view.stage.design_changed(redraw=True)
        self._changed = True
        self._view.update()

    @Slot(object, object)
    def _on_results(self, results: object, baseline: object) -> None:
        if self._view.stage.results_changed():
            self._changed = True
            self._view.update()

    @Slot(int)
    def _on_month(self, month: int) -> None:
        self._view.stage.month_changed()
        self._changed = True
        self._view.update()
