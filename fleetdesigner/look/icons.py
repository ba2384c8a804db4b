"""Line icons of the bundled set, tinted and drawn at the pixel size they are shown at."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fleetdesigner.assets import resource

STROKE = "1.75"
_RATIOS = (1.0, 2.0)


@cache
def _source(name: str) -> str:
    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{STROKE}"')


def svg(name: str, colour: str) -> str:
    """The icon's SVG text in that colour (``"#RRGGBB"``). Raises ResourceMissing for an unknown name."""
    return _source(name).replace("currentColor", colour)


@cache
def pixmap(name: str, size: int, colour: str, ratio: float) -> QPixmap:
    """The icon at `size` logical pixels for a screen of that pixel ratio, in ``"#RRGGBB"``."""
    # before the painter: an unknown name must not leave one open on a picture that goes
    renderer = QSvgRenderer(QByteArray(svg(name, colour).encode()))
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def screen_ratio() -> float:
    """Pixel ratio of the sharpest screen, 1 without an application."""
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0


@cache
def icon(name: str, size: int, colour: str, disabled: str) -> QIcon:
    """The icon for buttons and menus, in `disabled` when the action is off."""
    made = QIcon()
    for ratio in sorted({*_RATIOS, screen_ratio()}):
        made.addPixmap(pixmap(name, size, colour, ratio), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, colour, ratio), QIcon.Mode.Active)
        made.addPixmap(pixmap(name, size, colour, ratio), QIcon.Mode.Selected)
        made.addPixmap(pixmap(name, size, disabled, ratio), QIcon.Mode.Disabled)
    return made


def hex_of(colour: QColor) -> str:
    """``"#RRGGBB"`` of a colour, what an SVG takes."""
    return colour.name(QColor.NameFormat.HexRgb)
