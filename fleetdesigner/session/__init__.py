"""The live session between the core and the widgets, QtCore only.

``session.py`` is the one door for changes, ``live_results.py`` the one clock, ``mailbox.py`` the one worker.
"""
