"""One module a step: ``to_v2.py`` holds ``migrate(raw)``, which takes the data of a version 1 file to 2.

A step works on dicts as they were then and imports no model class, which go on changing. It is never edited
once a release has written its version. Fields that only got another name go to ``renamed.py``.
"""
