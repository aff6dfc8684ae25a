"""``python -m kpireport`` is ``kpireport``."""

from kpireport.cli import entry

if __name__ == "__main__":
    entry()
