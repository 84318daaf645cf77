"""Takes text, gives what a model says of it: language, vectors; and the machine's clock.

Next: briefing/engines/language.py.
"""
