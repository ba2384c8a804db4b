"""The timeline of a plan, painted by hand: grid, halls, phases, runs and ports by month, moved by their ends.

``rows`` says what stands there, ``moves`` what a hand does to the design, ``chart`` is the widget.
"""
