"""Takes finished messages, gives them to an inbox: SMTP, outbox folder, link tokens. Next: briefing/deliver/smtp.py."""
