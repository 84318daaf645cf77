"""Takes `python -m briefing`, gives the command line. Next: briefing/cli/__init__.py."""

from briefing.cli import run

if __name__ == "__main__":
    run()
