"""XLSX: one sheet a table, numbers as numbers. Written by hand: the format is a zip of short XML files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from fleetdesigner.engine.results import Results
from fleetdesigner.export.tables import Cell, Table, all_tables

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MOMENT = (2026, 1, 1, 0, 0, 0)
"""A fixed time in the archive: equal results give equal files."""


def workbook(results: Results, month: int | None = None, sample: int = 0) -> bytes:
    """All tables of a sample."""
    return sheets(all_tables(results, month, sample))


def sheets(tables: Sequence[Table]) -> bytes:
    """Tables as the sheets of one workbook."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "[Content_Types].xml", _content_types(len(tables)))
        _put(archive, "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        names = "".join(
            f'<sheet name="{escape(table.title)}" sheetId="{at}" r:id="rId{at}"/>'
            for at, table in enumerate(tables, 1)
        )
        _put(
            archive, "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>',
        )  # fmt: skip
        targets = [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(tables) + 1)]
        _put(archive, "xl/_rels/workbook.xml.rels", _relations(targets))
        for at, table in enumerate(tables, 1):
            _put(archive, f"xl/worksheets/sheet{at}.xml", _sheet(table))
    return held.getvalue()


def _put(archive: zipfile.ZipFile, name: str, xml: str) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, _HEAD + xml)


def _content_types(count: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{kind}.worksheet+xml"/>'
        for at in range(1, count + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_REL}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _sheet(table: Table) -> str:
    rows = [table.columns, *table.rows]
    body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    frozen = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/>'
    views = f"{frozen}</sheetView></sheetViews>"
    return f'<worksheet xmlns="{_MAIN}">{views}<sheetData>{body}</sheetData></worksheet>'


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, str):
        # inline text is never a formula, whatever it begins with
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_clean(cell))}</t></is></c>'
    return f"<c><v>{cell!r}</v></c>"


def _clean(text: str) -> str:
    """Without the control characters that XML forbids."""
    return "".join(one for one in text if one >= " " or one in "\t\n")
