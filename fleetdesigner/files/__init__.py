"""`.fleet` files on disk: read, atomic write, migrations, recovery copies. Start at ``fleet_file.py``."""
