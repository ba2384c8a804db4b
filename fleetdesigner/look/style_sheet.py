"""The style sheet's text. ``$name`` is a token of the theme, or a picture `style.py` gives."""

from __future__ import annotations

_SURFACES = """
QMainWindow, QDialog { background: $window; }
QWidget[surface="window"] { background: $window; }
QWidget[surface="panel"] { background: $panel; }
QWidget[surface="sunken"] { background: $sunken; }
QWidget[surface="raised"] { background: $raised; }
QWidget[surface="card"] { background: $raised; border: 1px solid $border; border-radius: 4px; }
QWidget[rule="top"] { border: 0 solid $line; border-top-width: 1px; }
QWidget[rule="bottom"] { border: 0 solid $line; border-bottom-width: 1px; }
QWidget[rule="left"] { border: 0 solid $line; border-left-width: 1px; }
QWidget[rule="right"] { border: 0 solid $line; border-right-width: 1px; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: $line; }
QLabel { background: transparent; }
QLabel[tone="ink2"] { color: $ink2; }
QLabel[tone="ink3"] { color: $ink3; }
QLabel[tone="ink4"] { color: $ink4; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="link"] { color: $accentInk; }
QLabel[tone="over"] { color: $over; }
QLabel[tone="caution"] { color: $caution; }
QToolTip { background: $raised; color: $ink; border: 1px solid $border; padding: 4px 6px; }
QStatusBar { background: $window; color: $ink2; border-top: 1px solid $line; min-height: 23px; }
QStatusBar::item { border: none; }
"""

_MENUS = """
QMenuBar { background: $window; color: $ink; border: none; border-bottom: 1px solid $line; padding: 0 8px; }
QMenuBar::item { background: transparent; padding: 5px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $press; }
QMenu { background: $raised; color: $ink; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 28px; border-radius: 3px; min-height: 16px; }
QMenu::item:selected { background: $accentWeak; color: $ink; }
QMenu::item:disabled { color: $ink4; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { left: 7px; }
QMenu::indicator { width: 14px; height: 14px; left: 7px; }
QMenu::indicator:checked { image: url("$tickMenu"); }
QMenu::right-arrow { image: url("$arrowRight"); width: 14px; height: 14px; right: 6px; }
QToolBar { background: $window; border: none; spacing: 4px; padding: 2px 8px; }
QToolBar::separator { background: $line; width: 1px; margin: 6px 4px; }
"""

_TABS = """
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $ink2; border: none; border-bottom: 2px solid transparent;
  padding: 0 10px; min-height: 29px; }
QTabBar::tab:hover { color: $ink; background: $hover; }
QTabBar::tab:selected { color: $ink; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accentInk; }
QTabBar::tab:disabled { color: $ink4; }
QTabBar::close-button { image: url("$close"); }
QTabBar[place="window"]::tab { border: none; border-top: 2px solid transparent; padding: 0 12px;
  min-height: 30px; border-left: 1px solid transparent; border-right: 1px solid transparent; }
QTabBar[place="window"]::tab:selected { background: $panel; border-top-color: $accent;
  border-left-color: $line; border-right-color: $line; }
QDockWidget { color: $ink; titlebar-close-icon: url("$close"); }
QDockWidget::title { background: $sunken; padding: 5px 8px; text-align: left;
  border-bottom: 1px solid $line; }
"""

_BUTTONS = """
QPushButton { background: $raised; color: $ink; border: 1px solid $line2; border-radius: 4px;
  padding: 0 11px; min-height: 26px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $press; }
QPushButton:disabled { color: $ink4; border-color: $line; background: transparent; }
QPushButton:focus { border: 2px solid $accent; padding: 0 10px; min-height: 24px; }
QPushButton[size="small"] { min-height: 22px; padding: 0 8px; }
QPushButton[size="small"]:focus { min-height: 20px; padding: 0 7px; }
QPushButton[role="primary"] { background: $accent; color: $inkInv; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accentInk; border-color: $accentInk; }
QPushButton[role="primary"]:focus { border: 2px solid $ink; }
QPushButton[role="primary"]:disabled { background: $track; color: $ink3; border-color: $track; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; }
QPushButton[role="quiet"]:hover { background: $hover; }
QPushButton[role="quiet"]:pressed, QPushButton[role="quiet"]:checked { background: $press; }
QPushButton[role="quiet"]:focus { border-color: $accent; }
QPushButton[role="link"] { background: transparent; border-color: transparent; color: $accentInk;
  padding: 0 2px; min-height: 18px; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:disabled { color: $ink4; text-decoration: none; }
QPushButton[role="link"]:focus { border: 2px solid $accent; padding: 0 1px; min-height: 16px; }
QPushButton[role="chip"] { border-radius: 10px; min-height: 18px; padding: 0 8px; font-weight: 400;
  color: $ink2; }
QPushButton[role="chip"]:checked { background: $accentWeak; color: $accentInk; border-color: $accent;
  font-weight: 500; }
QPushButton[role="chip"]:focus { border: 2px solid $accent; min-height: 16px; padding: 0 7px; }
QPushButton[role="segment"] { border-radius: 0; min-height: 22px; padding: 0 9px; font-weight: 400;
  margin-left: -1px; }
QPushButton[role="segment"]:checked { background: $accentWeak; color: $accentInk; border-color: $accent;
  font-weight: 600; }
QPushButton[role="segment"]:focus { border: 2px solid $accent; min-height: 20px; padding: 0 8px; }
QPushButton[role="segment"][place="first"] { border-top-left-radius: 4px; border-bottom-left-radius: 4px;
  margin-left: 0; }
QPushButton[role="segment"][place="last"] { border-top-right-radius: 4px; border-bottom-right-radius: 4px; }
QPushButton::menu-indicator { image: url("$arrowDown"); width: 14px; height: 14px; right: 4px;
  subcontrol-position: right center; subcontrol-origin: padding; }
QToolButton { background: transparent; color: $ink; border: 1px solid transparent; border-radius: 4px;
  padding: 3px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $press; }
QToolButton:checked { background: $accentWeak; border-color: $accentWeak; color: $accentInk; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $ink4; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="raised"] { background: $raised; border-color: $line2; }
QToolButton[role="raised"]:hover { background: $hover; }
QDialogButtonBox { button-layout: 2; dialogbuttonbox-buttons-have-icons: 0; }
"""

_FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background: $panel; color: $ink;
  border: 1px solid $border; border-radius: 3px; padding: 0 7px; min-height: 22px;
  selection-background-color: $accent; selection-color: $inkInv; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border: 2px solid $accent; padding: 0 6px; min-height: 20px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px; }
QLineEdit[error="true"], QAbstractSpinBox[error="true"], QComboBox[error="true"] {
  border: 2px solid $caution; padding: 0 6px; min-height: 20px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $ink4; border-color: $line2;
  background: $sunken; }
QLineEdit:read-only { background: $sunken; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; padding: 0; min-height: 0;
  background: transparent; }
QAbstractSpinBox { padding-right: 18px; padding-left: 7px; }
QAbstractSpinBox:focus { padding-right: 17px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 16px;
  background: transparent; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: url("$arrowUp"); width: 12px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$arrowDown"); width: 12px; height: 10px; }
QComboBox { padding-right: 20px; }
QComboBox:focus { padding-right: 19px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$arrowDown"); width: 14px; height: 14px; }
QComboBox::down-arrow:disabled { image: url("$arrowDownOff"); }
QComboBox QAbstractItemView { background: $raised; color: $ink; border: 1px solid $border; outline: none;
  selection-background-color: $accentWeak; selection-color: $ink; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; }
QCheckBox, QRadioButton { color: $ink; spacing: 8px; min-height: 22px; }
QCheckBox:disabled, QRadioButton:disabled { color: $ink4; }
QCheckBox::indicator, QRadioButton::indicator, QTreeView::indicator, QListView::indicator,
  QTableView::indicator {
  width: 14px; height: 14px; border: 1px solid $border; background: $panel; border-radius: 3px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $ink2; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; width: 12px;
  height: 12px; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked,
  QTableView::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url("$dash"); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; background: $inkInv; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line2; background: $sunken; }
QSlider { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; background: $track; border: none; }
QSlider::sub-page:horizontal { height: 4px; background: $accent; }
QSlider::handle:horizontal { width: 10px; height: 14px; margin: -5px 0; border-radius: 7px;
  background: $panel; border: 2px solid $accent; }
QSlider::handle:horizontal:hover { background: $accentWeak; }
QSlider::handle:horizontal:focus { background: $accentMid; }
QSlider::sub-page:horizontal:disabled { background: $line2; }
QSlider::handle:horizontal:disabled { border-color: $line2; background: $sunken; }
QProgressBar { background: $track; border: none; color: $ink; text-align: center; min-height: 4px; }
QProgressBar::chunk { background: $accent; }
"""

_LISTS = """
QAbstractScrollArea { background: $panel; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: $border; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractItemView { background: $panel; color: $ink; border: none; outline: none;
  alternate-background-color: $sunken;
  selection-background-color: $accentWeak; selection-color: $ink; gridline-color: $line; }
QAbstractItemView::item { border: none; }
QTreeView::item, QListView::item, QTableView::item { padding: 0 4px; min-height: 24px; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $accentWeak; color: $ink; }
QAbstractItemView:disabled { color: $ink4; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:!has-siblings:closed, QTreeView::branch:closed:has-children:has-siblings {
  image: url("$arrowRight"); }
QTreeView::branch:open:has-children { image: url("$arrowDown"); }
QHeaderView { background: $sunken; border: none; }
QHeaderView::section { background: $sunken; color: $ink3; border: none; border-bottom: 1px solid $line;
  padding: 0 6px; min-height: 24px; font-size: 11px; font-weight: 400; }
QHeaderView::down-arrow { image: url("$arrowDown"); width: 12px; height: 12px; }
QHeaderView::up-arrow { image: url("$arrowUp"); width: 12px; height: 12px; }
QTableCornerButton::section { background: $sunken; border: none; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QGroupBox { border: none; border-top: 1px solid $line; margin-top: 20px; padding-top: 4px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; color: $ink; }
"""

SHEET = _SURFACES + _MENUS + _TABS + _LISTS + _BUTTONS + _FIELDS
"""Lists stand before fields: a text field is an abstract scroll area too and must keep its own border."""
