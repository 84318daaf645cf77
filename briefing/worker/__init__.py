"""Takes queued jobs, gives them to the services: the door for work that other programs ask for.

Next: briefing/worker/work.py.
"""
