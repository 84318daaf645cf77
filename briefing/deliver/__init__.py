"""Takes finished messages, gives them to an inbox: SMTP relay, outbox folder; and signs the links in them.

Next: briefing/deliver/smtp.py.
"""
