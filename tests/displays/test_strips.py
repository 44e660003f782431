"""Strips drawn dot by dot: words that fit stand still, long ones scroll, calls blink, silence shows."""

import io
from pathlib import Path

import pytest
from PIL import Image

from displays.led.backends import PngBackend, TextBackend
from displays.led.dots import FONTS, ROWS, NoFont, Typeface
from displays.led.picture import BLINKS, LIT, PITCH, frames, to_png
from displays.led.strip import Showing, showing

pytestmark = pytest.mark.skipif(not any(Path(font).exists() for font in FONTS), reason="no font with Hanzi here")


@pytest.fixture(scope="module")
def typeface() -> Typeface:
    return Typeface()


def lit(dots: Image.Image) -> int:
    return sum(1 for x in range(dots.width) for y in range(dots.height) if dots.getpixel((x, y)))


def brightest(picture: Image.Image) -> float:
    return max(highest for _, highest in picture.convert("RGB").getextrema())  # type: ignore[misc]


def test_six_hanzi_fit_on_a_strip_of_ninety_six_dots(typeface: Typeface) -> None:
    dots = typeface.dots("热情为您服务")

    assert dots.height == ROWS
    assert 72 <= dots.width <= 96
    assert 150 < lit(dots) < 800


@pytest.mark.parametrize("sign", "请号窗口A019")
def test_every_sign_lights_dots_and_none_is_a_box_for_a_missing_one(typeface: Typeface, sign: str) -> None:
    assert lit(typeface.dots(sign)) > 8
    assert typeface.dots(sign).tobytes() != typeface.dots("\U0010fffd").tobytes()


def test_short_words_stand_still_in_the_middle(typeface: Typeface) -> None:
    (still,) = frames(typeface.dots("暂停"), 96, is_flashing=False, is_stale=False)

    box = still.dots.getbbox()
    assert box is not None and abs((box[0] + box[2]) - 96) <= 4


def test_a_call_blinks_and_ends_lit(typeface: Typeface) -> None:
    blinking = frames(typeface.dots("请A012号"), 96, is_flashing=True, is_stale=False)

    assert [lit(frame.dots) > 0 for frame in blinking] == [True, False] * BLINKS + [True]


def test_long_words_scroll_until_every_column_was_seen(typeface: Typeface) -> None:
    text = typeface.dots("请A012号到3号窗口办理")

    scrolling = frames(text, 96, is_flashing=False, is_stale=False)

    assert text.width > 96
    assert sum(frame.lasts_ms for frame in scrolling) > 3_000
    assert any(lit(frame.dots.crop((0, 0, 48, ROWS))) == 0 for frame in scrolling)


def test_a_stale_strip_is_dim_still_and_underlined(typeface: Typeface) -> None:
    (still,) = frames(typeface.dots("请A012号"), 96, is_flashing=True, is_stale=True)

    bright = Image.open(io.BytesIO(to_png([still], "red"))).convert("RGB")
    dim = Image.open(io.BytesIO(to_png([still], "red", is_dim=True))).convert("RGB")
    assert lit(still.dots.crop((0, ROWS - 1, 96, ROWS))) >= 24
    assert brightest(dim) < brightest(bright)


def test_the_picture_shows_each_lit_dot_as_a_lamp(typeface: Typeface) -> None:
    (still,) = frames(typeface.dots("3"), 16, is_flashing=False, is_stale=False)

    picture = Image.open(io.BytesIO(to_png([still], "amber"))).convert("RGB")

    glowing = sum(count for count, colour in picture.getcolors(1_000) or () if colour == LIT["amber"])
    assert 12 * lit(still.dots) < glowing <= PITCH * PITCH * lit(still.dots)


def test_the_file_is_replaced_in_one_step_and_moves_when_the_words_are_long(tmp_path: Path) -> None:
    backend = PngBackend(tmp_path, 96, "red")

    backend.show(Showing("w03", "请A012号到3号窗口办理"))
    with Image.open(tmp_path / "w03.png") as moving:
        count = getattr(moving, "n_frames", 1)
    backend.show(Showing("w03", "暂停服务"))

    assert count > 20
    assert [path.name for path in tmp_path.iterdir()] == ["w03.png"]
    with Image.open(tmp_path / "w03.png") as still:
        assert getattr(still, "n_frames", 1) == 1


def test_a_font_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoFont, match=r"mine\.ttf"):
        Typeface(tmp_path / "mine.ttf")


@pytest.mark.parametrize(
    ("state", "text", "is_flashing"),
    [
        ({"state": "idle", "ticket": None}, "热情为您服务", False),
        ({"state": "paused", "ticket": None}, "暂停服务", False),
        ({"state": "called", "ticket": "A012"}, "请A012号", True),
        ({"state": "called", "ticket": "A012", "text": "请A012号来"}, "请A012号来", True),
        ({"state": "serving", "ticket": "A012", "text": "正在办理"}, "正在办理", False),
        (None, "正在连接", False),
    ],
)
def test_the_words_follow_the_windows_state(state: dict[str, object] | None, text: str, is_flashing: bool) -> None:
    shown = showing("w03", state, is_stale=False)

    assert (shown.text, shown.is_flashing) == (text, is_flashing)


def test_the_terminal_says_when_there_is_no_signal() -> None:
    lines: list[str] = []

    TextBackend(lines.append).show(Showing("w03", "请A012号", is_stale=True))

    assert "请A012号" in lines[0] and "no signal" in lines[0]
