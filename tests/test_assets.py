"""Resources are found in each way the program is shipped; icons and fonts load without a Qt message."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QImage, QPainter, QRawFont
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from fleetdesigner import assets

ROOT = Path(__file__).resolve().parent.parent
ICONS = sorted((ROOT / "resources" / "icons").glob("*.svg"))
FONTS = {"Inter-Regular.ttf": 400, "Inter-Medium.ttf": 500, "Inter-SemiBold.ttf": 600}
SIGNS = "−–≈≤×Δ→²…·0123456789"  # the ones the interface writes


# --- where resources are ---------------------------------------------------------------------------------


def test_checkout_has_resources_beside_the_package() -> None:
    assert assets.resource_root() == ROOT / "resources"
    assert assets.resource("fonts", "Inter-Regular.ttf").is_file()
    assert assets.resource() == ROOT / "resources"


def test_wheel_has_resources_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "site-packages" / "fleetdesigner" / "_resources"
    (inside / "icons").mkdir(parents=True)
    monkeypatch.setattr(assets, "__file__", str(inside.parent / "assets.py"))
    assert assets.resource("icons") == inside / "icons"


def test_bundle_has_resources_where_it_unpacked_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert assets.resource("icons") == tmp_path / "resources" / "icons"


def test_missing_resource_is_told_in_one_line() -> None:
    with pytest.raises(
        assets.ResourceMissing, match=r"resource 'icons/unheard-of\.svg' is missing"
    ) as caught:
        assets.resource("icons", "unheard-of.svg")
    assert "\n" not in str(caught.value)


def test_missing_folder_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "__file__", str(tmp_path / "fleetdesigner" / "assets.py"))
    with pytest.raises(assets.ResourceMissing, match="resources folder is missing"):
        assets.resource_root()


@pytest.mark.parametrize("parts", [("..", "pyproject.toml"), ("icons", "..", "..", "README.md"), ("/etc",)])
def test_resource_stays_inside(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="outside the resources folder"):
        assets.resource(*parts)


def test_built_wheel_carries_resources_and_licence(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("fonts/Inter-Regular.ttf", "fonts/LICENSE_FONT", "icons/zap.svg", "icons/LICENSE"):
        assert f"fleetdesigner/_resources/{needed}" in names
    assert any(name.endswith("licenses/packaging/LICENSE.txt") for name in names)
    assert not any(name.startswith(("tests/", "packaging/")) for name in names)


# --- the user's own folders ------------------------------------------------------------------------------


def test_own_home_wins(own_home: Path) -> None:
    assert assets.config_folder() == own_home / "config"
    assert assets.state_folder() == own_home / "state"
    assert assets.state_folder().is_dir()


def test_xdg_folders_are_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLEETDESIGNER_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert assets.config_folder() == tmp_path / "c" / "fleetdesigner"
    assert assets.state_folder() == tmp_path / "home" / ".local" / "state" / "fleetdesigner"
    assert stat.S_IMODE(assets.state_folder().stat().st_mode) == 0o700


def test_unusable_home_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    monkeypatch.setenv("FLEETDESIGNER_HOME", str(blocker / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = assets.state_folder()
    assert folder.is_relative_to(tmp_path)
    assert os.access(folder, os.W_OK)
    assert assets.state_folder() == folder  # the same at the next start, so recovery copies are found


def test_fallback_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    monkeypatch.setenv("FLEETDESIGNER_HOME", str(blocker / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shared = assets.state_folder().parent
    shared.chmod(0o777)
    assert assets.state_folder().parent != shared


# --- what they hold --------------------------------------------------------------------------------------


def test_there_are_icons_and_their_licence() -> None:
    assert len(ICONS) >= 90
    assert "ISC License" in assets.resource("icons", "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_icon_draws_at_16_px(path: Path, qtbot: QtBot) -> None:
    """Coloured and thinned as the interface does it; a Qt message fails the test (pyproject)."""
    text = path.read_text(encoding="utf-8")
    assert "currentColor" in text
    assert 'stroke-width="2"' in text
    renderer = QSvgRenderer(
        QByteArray(
            text.replace("currentColor", "#17202B")
            .replace('stroke-width="2"', 'stroke-width="1.75"')
            .encode()
        )
    )
    assert renderer.isValid()
    image = QImage(16, 16, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, 16, 16))
    painter.end()
    drawn = sum(image.pixelColor(x, y).alpha() > 64 for x in range(16) for y in range(16))
    assert drawn >= 4


def test_fonts_load_as_one_family_of_three_weights(qtbot: QtBot) -> None:
    numbers = [QFontDatabase.addApplicationFont(str(assets.resource("fonts", name))) for name in FONTS]
    assert all("Inter" in QFontDatabase.applicationFontFamilies(number) for number in numbers)
    for weight in FONTS.values():
        font = QFont("Inter")
        font.setWeight(QFont.Weight(weight))
        assert (QFontInfo(font).family(), QFontInfo(font).weight()) == ("Inter", weight)


@pytest.mark.parametrize("name", FONTS)
def test_font_has_the_signs_the_interface_writes(name: str, qtbot: QtBot) -> None:
    font = QRawFont(str(assets.resource("fonts", name)), 12)
    assert [sign for sign in SIGNS if not font.supportsCharacter(ord(sign))] == []


def test_fonts_carry_their_licence() -> None:
    text = assets.resource("fonts", "LICENSE_FONT").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text.upper()
