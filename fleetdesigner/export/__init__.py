"""Results as files: text, JSON, CSV, Markdown, XLSX; no Qt. A newcomer is one function and one line in
``write``.
"""
