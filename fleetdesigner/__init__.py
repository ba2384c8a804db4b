"""Fleet Designer: drag racks of Trainium and NVIDIA nodes onto a canvas; power, cost and throughput follow.

A layer may import those below it; names on one line are siblings and may not import each other
(held by import-linter, see ``pyproject.toml``)::

    __main__                      one entry: window, or command line
    app                           builds everything and connects it
    window                        views, actions, menus, dialogs
    canvas | charts | panels      drawing, graphs, docks
    look                          colours, type, hatches, icons, style sheet (QtGui)
    session | cli                 the live session (QtCore) and the second front end (no Qt)
    export                        tables of results: CSV, JSON, Markdown
    files | engine                `.fleet` on disk; the numbers
    catalog | design              what can be placed; the document as a value
    values | units | assets       frozen values; number formats; where resources are
"""

__version__ = "0.1.0"
