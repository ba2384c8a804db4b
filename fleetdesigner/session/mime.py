"""The drag formats that palette, canvas and window share."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

RACK_MIME = "application/x-fleetdesigner-rack"
BLOCKS_MIME = "application/x-fleetdesigner-blocks"


def rack_mime(rack_id: str) -> QMimeData:
    """A drag that carries the id of a rack system and nothing else."""
    data = QMimeData()
    data.setData(RACK_MIME, rack_id.encode())
    return data


def rack_id(data: QMimeData) -> str | None:
    """The id of the rack system in a drag; None when it is another kind of drag."""
    if not data.hasFormat(RACK_MIME):
        return None
    return bytes(data.data(RACK_MIME).data()).decode(errors="replace")


def blocks_mime(text: str) -> QMimeData:
    """Copied blocks as JSON, as plain text too, so that they paste into a mail."""
    data = QMimeData()
    data.setData(BLOCKS_MIME, text.encode())
    data.setText(text)
    return data


def blocks_text(data: QMimeData) -> str | None:
    """The JSON of copied blocks; None when the clipboard holds something else."""
    if not data.hasFormat(BLOCKS_MIME):
        return None
    return bytes(data.data(BLOCKS_MIME).data()).decode(errors="replace")
