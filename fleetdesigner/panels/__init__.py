"""The docks around the canvas: palette, inspector, levers, assumptions, findings, key figures and forms."""
