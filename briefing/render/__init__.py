"""Takes an edition, gives HTML, text and message bytes: pure. Next: briefing/render/mjml.py."""
