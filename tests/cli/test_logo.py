from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from PIL import Image

from tests.cli.conftest import CONFIG, NOW, Terminal


def write_logo(terminal: Terminal, content: bytes) -> None:
    (terminal.folder / "logo.png").write_bytes(content)
    (terminal.folder / "config.yaml").write_text(CONFIG + "look: {logo: logo.png}\n", "utf-8")


def picture(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "#8c1d2c").save(file, "PNG")
    return file.getvalue()


def test_a_logo_travels_inside_the_mail_and_is_named_for_those_who_see_no_pictures(briefing: Terminal) -> None:
    write_logo(briefing, picture(544, 128))
    ran = briefing("build", "--now", NOW)
    assert (ran.status, ran.err.count("!")) == (0, 0), ran.err
    message = message_from_bytes((briefing.folder / "out/edition.eml").read_bytes(), policy=default)
    (logo,) = (part for part in message.walk() if part.get_content_maintype() == "image")
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f'src="cid:{logo["Content-ID"].strip("<>")}" width="272" height="64" alt="The Morning Post"' in html
    with Image.open(BytesIO(logo.get_content())) as shown:
        assert shown.size == (544, 128)


@pytest.mark.parametrize("words", [("build", "--now", NOW), ("config", "check")], ids=["build", "config check"])
def test_a_logo_that_is_no_picture_is_told_before_anything_is_built(briefing: Terminal, words: tuple[str, ...]) -> None:
    write_logo(briefing, b"no picture")
    ran = briefing(*words)
    assert ran.status == 2
    assert "logo.png" in ran.err
    assert "save the logo as PNG, 544 x 128 dots or a little more" in ran.err
    assert not (briefing.folder / "out/edition.eml").exists()
