"""The main window: composed views, actions and menus as data, files, settings.

A new action is one entry in ``actions.py``; where it stands in a menu is said in ``menus.py``.
"""
