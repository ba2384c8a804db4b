"""The numbers: pure numpy from a design and a catalog to results by month. Start at ``evaluate.py``.

A new cost item goes to ``cost_items.py``, a limit to ``limits.py``, an assumption to ``assumptions.py``, a
key figure to ``kpis.py``, a finding to ``checks/``.
"""
