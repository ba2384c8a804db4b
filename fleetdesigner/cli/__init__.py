"""The second front end, without Qt: scripts use it, and it keeps the core honest.

Each command is a module with ``run(args, out, err) -> int``; ``main`` finds it by its verb.
"""
