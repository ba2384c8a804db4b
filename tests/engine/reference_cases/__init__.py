"""Published costs and powers against the engine, each with its own inputs: what shows that money and power
are right. ``python -m tests.engine.reference_cases`` prints every row with its signed deviation.
"""
