"""Takes an edition, gives HTML, text and message bytes: pure. Next: briefing/render/mjml.py.

Inside: `sheet` words the edition in the language of the frame, `budget` makes it fit, `mjml` and `text` set it in
`templates/`, `message` writes what a segment shares and addresses it to each reader, `check` looks it over before it
leaves.
"""
