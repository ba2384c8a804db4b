"""The document as a value: sites, halls, blocks, pools, phases, workloads; edits, scenarios, commands, history.

Holds ids and plain data and knows no catalog. Start at ``model.py``; a new edit goes to ``commands/``.
"""
