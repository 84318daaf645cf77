from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageFont

from briefing.collect.picture_sizes import LEAST_LEAD_WIDTH, LIMITS, as_jpeg, as_png, plan_layout
from briefing.collect.shrinking import FORMATS, MAX_LOGO_BYTES, answer_request, read_logo, shrink
from briefing.errors import ParseError
from briefing.model.picture import PICTURE_BYTES, Picture, PictureSize
from tests.collect.photos import (
    SCRIPTED_SVG,
    bomb,
    colour_at,
    decoded,
    encoded,
    halves,
    is_bluish,
    is_reddish,
    noise,
    photo,
)

LEAD, SMALL, LOGO = PictureSize.LEAD, PictureSize.SMALL, PictureSize.LOGO
#: What decoders say of a file that holds nothing but pixels.
PIXELS_ALONE = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression", "transparency"}


def small(content: bytes, size: PictureSize = LEAD) -> Picture:
    picture = shrink(content, size, name="press.example")
    assert_fits(picture, size)
    return picture


def assert_fits(picture: Picture, size: PictureSize) -> None:
    assert 0 < len(picture.content) <= LIMITS[size] <= PICTURE_BYTES
    image = decoded(picture.content)
    image.load()
    assert picture.kind == f"image/{(image.format or '').lower()}" == ("image/png" if size is LOGO else "image/jpeg")
    assert 0 < picture.width <= size.value[0]
    assert 0 < picture.height <= size.value[1]
    assert image.width <= 2 * picture.width
    assert image.height <= 2 * picture.height + 1
    assert abs(image.width * picture.height - image.height * picture.width) <= max(*image.size, *size.value)
    assert set(image.info) <= PIXELS_ALONE


def refusal(content: bytes, size: PictureSize = LEAD) -> str:
    with pytest.raises(ParseError) as caught:
        shrink(content, size, name="press.example")
    return caught.value.reason


class TestShape:
    @pytest.mark.parametrize(
        ("size", "original", "shown"),
        [
            (LEAD, (1600, 900), (544, 306)),
            (LEAD, (1600, 1200), (544, 306)),
            (LEAD, (600, 900), (544, 306)),
            (LEAD, (1600, 600), (544, 204)),
            (LEAD, (300, 300), (300, 169)),
            (LEAD, (272, 153), (272, 153)),
            (SMALL, (1600, 900), (96, 72)),
            (SMALL, (900, 1600), (96, 72)),
            (SMALL, (96, 72), (96, 72)),
            (LOGO, (1600, 400), (256, 64)),
            (LOGO, (2000, 200), (272, 27)),
            (LOGO, (100, 20), (100, 20)),
        ],
    )
    def test_each_place_has_its_shape(
        self, size: PictureSize, original: tuple[int, int], shown: tuple[int, int]
    ) -> None:
        layout = plan_layout(*original, size, name="x")
        assert layout.shown == shown

    @pytest.mark.parametrize(
        ("size", "original", "reason"),
        [
            (LEAD, (271, 200), "is too small"),
            (LEAD, (1, 1), "is too small"),
            (LEAD, (728, 90), "has not the shape of a photograph"),
            (LEAD, (300, 1050), "has not the shape of a photograph"),
            (SMALL, (95, 72), "is too small"),
            (SMALL, (96, 71), "is too small"),
            (SMALL, (1, 1), "is too small"),
            (LOGO, (400, 7), "is too small"),
            (LOGO, (1, 1), "is too small"),
        ],
    )
    def test_thumbnails_trackers_and_banners_are_refused(
        self, size: PictureSize, original: tuple[int, int], reason: str
    ) -> None:
        with pytest.raises(ParseError, match=reason):
            plan_layout(*original, size, name="x")

    @given(st.integers(1, 9_000), st.integers(1, 9_000), st.sampled_from(PictureSize), st.floats(0.4, 2.0))
    def test_nothing_is_enlarged_and_nothing_outgrows_its_place(
        self, width: int, height: int, size: PictureSize, per_pixel: float
    ) -> None:
        try:
            layout = plan_layout(width, height, size, name="x")
        except ParseError:
            return
        dots = layout.dots(per_pixel)
        for side, original in enumerate((width, height)):
            assert 1 <= layout.shown[side] <= min(layout.taken[side], size.value[side])
            assert layout.taken[side] <= original
            assert 1 <= dots[side] <= layout.taken[side]
        if size is LEAD:
            assert layout.shown[0] >= LEAST_LEAD_WIDTH
        if size is SMALL:
            assert layout.shown == size.value

    def test_the_middle_is_taken(self) -> None:
        image = Image.new("RGB", (600, 900), "white")
        image.paste((200, 30, 30), (0, 280, 600, 620))
        image.paste((30, 30, 200), (0, 440, 600, 460))
        picture = small(encoded(image))
        assert is_bluish(colour_at(picture.content, 0.5))
        for down in (0.03, 0.97):
            assert is_reddish(colour_at(picture.content, 0.5, down))

    def test_an_easy_picture_is_sharp_on_dense_screens(self) -> None:
        easy = encoded(halves(2400, 1350))
        assert decoded(small(easy).content).size == (1088, 612)
        assert decoded(small(easy, SMALL).content).size == (192, 144)


class TestBytes:
    @pytest.mark.parametrize("size", PictureSize)
    @pytest.mark.parametrize("original", [(300, 200), (544, 306), (1088, 612), (1900, 1300)])
    def test_even_noise_fits(self, size: PictureSize, original: tuple[int, int]) -> None:
        small(encoded(noise(*original), "PNG"), size)

    def test_see_through_noise_fits_the_masthead(self) -> None:
        small(encoded(noise(544, 128, mode="RGBA"), "PNG"), LOGO)

    @pytest.mark.parametrize("encode", [as_jpeg, as_png])
    def test_what_cannot_be_made_small_enough_is_refused(self, encode: Callable[..., Picture]) -> None:
        layout = plan_layout(300, 200, LEAD, name="x")
        with pytest.raises(ParseError, match="cannot be made small enough"):
            encode(noise(300, 169), layout, 100, name="x")

    @pytest.mark.parametrize("size", PictureSize)
    def test_same_bytes_in_same_bytes_out(self, size: PictureSize) -> None:
        content = encoded(photo())
        assert small(content, size) == small(content, size)

    def test_a_photograph_is_progressive_with_its_colours_at_half_the_dots(self) -> None:
        image = decoded(small(encoded(photo())).content)
        assert image.info["progressive"]
        assert image.layer[0][1:3] == (2, 2)  # type: ignore[attr-defined]  # JPEG's own

    def test_nothing_but_pixels_is_passed_on(self) -> None:
        exif = Image.Exif()
        exif[0x010E] = "secret description"
        exif.get_ifd(0x8825)[29] = "2026:11:22"
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        content = encoded(photo(), exif=exif, icc_profile=profile, comment=b"secret comment", xmp=b"<secret/>")
        assert content.count(b"secret") == 3
        for size in PictureSize:
            made = small(content, size).content
            assert not any(trace in made for trace in (b"secret", b"Exif", b"ICC", b"iCCP", b"2026"))


class TestKinds:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
    def test_what_publishers_serve_is_read(self, kind: str) -> None:
        if kind not in FORMATS:
            pytest.skip("this Pillow reads no AVIF; 11.3 and later do")
        picture = small(encoded(halves(), kind))
        assert is_reddish(colour_at(picture.content, 0.2))
        assert is_bluish(colour_at(picture.content, 0.8))

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<!doctype html><title>Not found</title>",
            SCRIPTED_SVG,
            gzip.compress(SCRIPTED_SVG),
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 800 600\n",
            b"8BPS\x00\x01" + bytes(40),
            encoded(halves(), "TIFF"),
            encoded(halves(), "BMP"),
            encoded(halves(), "PPM"),
            encoded(halves(200, 200), "ICO"),
        ],
        ids=["nothing", "html", "svg", "svgz", "eps", "psd", "tiff", "bmp", "ppm", "ico"],
    )
    def test_nothing_else_is(self, content: bytes) -> None:
        assert refusal(content).startswith("is no picture that is read here (")

    def test_an_animation_shows_its_first_frame(self) -> None:
        frames = [halves(left=(0, 160, 0)), halves(left=(0, 0, 0))]
        for kind in ("GIF", "WEBP", "PNG"):
            content = encoded(halves(), kind, save_all=True, append_images=frames, duration=100)
            assert is_reddish(colour_at(small(content).content, 0.2)), kind

    def test_ink_becomes_light(self) -> None:
        picture = small(encoded(halves().convert("CMYK")))
        assert is_reddish(colour_at(picture.content, 0.2))
        assert is_bluish(colour_at(picture.content, 0.8))

    def test_sixteen_bits_of_grey_keep_their_shades(self) -> None:
        row = b"".join((value * 80).to_bytes(2, "little") for value in range(800))
        picture = small(encoded(Image.frombytes("I;16", (800, 600), row * 600), "PNG"))
        shades = [colour_at(picture.content, across)[0] for across in (0.1, 0.5, 0.9)]
        assert shades == pytest.approx([25, 125, 225], abs=6)

    def test_a_grey_picture_stays_grey(self) -> None:
        red, green, blue = colour_at(small(encoded(halves().convert("L"))).content, 0.2)
        assert abs(red - green) + abs(green - blue) <= 4

    @pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB"])
    def test_what_is_see_through_becomes_white(self, mode: str) -> None:
        options: dict[str, Any]
        if mode == "P":
            image, options = halves().quantize(4), {"transparency": 0}
            image.paste(0, (0, 0, 400, 600))
        elif mode == "RGB":
            image, options = halves(left=(1, 2, 3)), {"transparency": (1, 2, 3)}
        else:
            image, options = halves(left=(0, 0), right=(90, 255), mode="LA").convert(mode), {}
        picture = small(encoded(image, "PNG", **options))
        assert min(colour_at(picture.content, 0.2)) > 245
        assert min(colour_at(picture.content, 0.8)) < 120

    def test_a_logo_stays_see_through(self) -> None:
        picture = small(encoded(halves(left=(0, 0, 0, 0), right=(9, 9, 9, 255), mode="RGBA"), "PNG"), LOGO)
        alpha = decoded(picture.content).convert("RGBA").getchannel("A")
        assert alpha.getextrema() == (0, 255)

    def test_a_logo_may_have_one_colour(self) -> None:
        small(encoded(Image.new("RGBA", (400, 100), "black"), "PNG"), LOGO)


class TestUpright:
    @pytest.mark.parametrize("size", PictureSize)
    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_however_the_camera_was_held(self, orientation: int, kind: str, size: PictureSize) -> None:
        upright = halves(800, 500)
        upright.paste((30, 160, 30), (0, 0, 400, 250))
        back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
        held = upright.transpose(Image.Transpose(back[orientation])) if orientation > 1 else upright
        exif = Image.Exif()
        exif[0x0112] = orientation
        picture, expected = small(encoded(held, kind, exif=exif), size), small(encoded(upright, kind), size)
        assert (picture.width, picture.height) == (expected.width, expected.height)
        for across, down in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
            wanted = colour_at(expected.content, across, down)
            assert colour_at(picture.content, across, down) == pytest.approx(wanted, abs=14)

    @pytest.mark.parametrize(
        "exif", [b"Exif\x00\x00nonsense", b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff", b"Exif\x00\x00"]
    )
    def test_broken_metadata_costs_no_picture(self, exif: bytes) -> None:
        assert is_reddish(colour_at(small(encoded(halves(), exif=exif)).content, 0.2))


class TestColours:
    def test_the_colours_of_another_profile_are_brought_to_srgb(self) -> None:
        swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        swapped = swapped.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
        picture = small(encoded(halves(), icc_profile=swapped))
        assert is_bluish(colour_at(picture.content, 0.2)), "the profile calls blue what others call red"

    @pytest.mark.parametrize("profile", [b"nonsense", bytes(200)])
    def test_a_broken_profile_costs_no_picture(self, profile: bytes) -> None:
        assert is_reddish(colour_at(small(encoded(halves(), icc_profile=profile)).content, 0.2))

    def test_a_profile_for_other_channels_costs_no_picture(self) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        small(encoded(photo().convert("L"), icc_profile=profile))


class TestRefusals:
    @pytest.mark.parametrize("size", PictureSize)
    def test_a_bomb_is_refused_by_its_header(self, size: PictureSize) -> None:
        assert refusal(bomb(8_001, 5_000), size) == "has more than 40 megapixels"
        assert "DecompressionBombError" in refusal(bomb(), size)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    @pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
    def test_a_truncated_file_is_refused(self, kind: str, share: float) -> None:
        whole = encoded(noise(400, 300), kind)
        refusal(whole[: int(len(whole) * share)])

    @pytest.mark.parametrize("colour", ["white", "#e6e6e6", "black", (0, 0, 0, 0)])
    def test_a_field_of_one_colour_is_no_picture(self, colour: str | tuple[int, ...]) -> None:
        mode = "RGBA" if isinstance(colour, tuple) else "RGB"
        assert refusal(encoded(Image.new(mode, (1200, 675), colour), "PNG")) == "is a field of one colour"

    def test_an_outlets_name_on_a_plain_field_is_no_picture(self) -> None:
        image = Image.new("RGB", (1200, 675), (230, 230, 230))
        font = ImageFont.load_default(100)
        ImageDraw.Draw(image).text((600, 337), "The Harbour Post", fill=(120, 120, 120), anchor="mm", font=font)
        assert refusal(encoded(image, quality=60), SMALL) == "is a field of one colour"

    def test_a_drawing_on_white_is_a_picture(self) -> None:
        image = Image.new("RGB", (1200, 675), "white")
        for bar in range(6):
            image.paste((30, 60, 120), (100 + bar * 180, 600 - bar * 70, 180 + bar * 180, 620))
        small(encoded(image, "PNG"))

    @settings(max_examples=150)
    @given(st.binary(max_size=300), st.sampled_from(PictureSize))
    def test_random_bytes_are_refused_in_plain_words(self, content: bytes, size: PictureSize) -> None:
        assert refusal(content, size)

    @settings(max_examples=150)
    @given(
        st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
        st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6),
        st.sampled_from(PictureSize),
    )
    def test_a_damaged_file_gives_a_small_picture_or_none(
        self, kind: str, damage: list[tuple[float, bytes]], size: PictureSize
    ) -> None:
        content = bytearray(WHOLE[kind])
        for place, written in damage:
            start = int(place * len(content))
            content[start : start + len(written)] = written
        try:
            picture = shrink(bytes(content), size, name="x")
        except ParseError:
            return
        assert_fits(picture, size)


WHOLE = {kind: encoded(photo(320, 240), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")}


class TestWorkersSide:
    def test_a_picture_travels_as_text(self) -> None:
        answer = answer_request({"size": "SMALL", "name": "x"}, encoded(photo()))
        assert (answer["kind"], answer["width"], answer["height"]) == ("image/jpeg", 96, 72)
        assert isinstance(answer["content"], str)

    def test_so_does_a_refusal(self) -> None:
        assert answer_request({"size": "LEAD", "name": "x"}, b"")["reason"].startswith("is no picture")


class TestLogo:
    def test_a_file_becomes_the_mastheads_picture(self, tmp_path: Path) -> None:
        path = tmp_path / "logo.webp"
        path.write_bytes(encoded(photo(1088, 256), "WEBP"))
        picture = read_logo(path)
        assert_fits(picture, LOGO)
        assert (picture.width, picture.height) == (272, 64)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (SCRIPTED_SVG, "is no picture that is read here"),
            (bytes(MAX_LOGO_BYTES + 1), "is larger than 5 MB"),
            (encoded(photo(4, 4), "PNG"), "is too small"),
        ],
        ids=["svg", "large", "tiny"],
    )
    def test_what_is_no_logo_is_named_with_the_cure_in_one_line(
        self, tmp_path: Path, content: bytes, reason: str
    ) -> None:
        path = tmp_path / "logo.png"
        path.write_bytes(content)
        with pytest.raises(ParseError) as caught:
            read_logo(path)
        said = str(caught.value)
        assert said.startswith(f"{path}: {reason}")
        assert "save the logo as PNG" in said
        assert "\n" not in said

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ParseError, match="cannot be opened"):
            read_logo(tmp_path / "none.png")
