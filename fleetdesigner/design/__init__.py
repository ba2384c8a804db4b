"""The document as a value: halls, blocks, pools, phases, workloads, scenarios; edits, commands, history.

Holds ids and plain data and knows no catalog. Start at ``model.py``; a new edit goes to ``commands/``.
"""
