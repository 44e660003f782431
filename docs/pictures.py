"""Takes the pictures of the docs anew: real pages of a running demo, as Chromium draws them.

Run from the top folder: `.venv/bin/python -m docs.pictures`. Takes a minute; needs Chromium and a font with Hanzi.
The demo's visitors use all windows but the first; this program sits there, and sends a small crowd of its own to it.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.street import CHROMIUM, QUIET
from tests.hall_process import HallProcess

IMAGES: Final = Path(__file__).parent / "images"
COLOURS: Final = (256, 128, 64, 32)
BYTES_MAX: Final = 150_000
CALLS_BEFORE: Final = 20
PATIENCE_S: Final = 180
DECISION_MS: Final = 1_200
"""Time for a page to show what it has heard: boards gather what comes within 1.5 s."""

LANDSCAPE: Final = (1920, 1080)
PORTRAIT: Final = (1080, 1920)
DESK: Final = (1280, 800)
TABLET: Final = (1280, 1024)
PHONE: Final = (390, 780)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data") as hall:
        IMAGES.mkdir(exist_ok=True)
        wait_for_traffic(hall)
        with sync_playwright() as playwright, strips(hall, Path(folder)) as strip_folder:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
            take_kiosk(browser, hall)
            take_queue(browser, hall, strip_folder)
            take_board(browser, hall)
            take(page_of(browser, hall, "/", DESK), "home")
            browser.close()


@contextmanager
def demo(data: Path) -> Iterator[HallProcess]:
    """The demo of Hongtang on free ports."""
    hall = HallProcess("hongtang", data, "--speed", "30", "--mqtt", "127.0.0.1:0", command="demo")
    hall.start()
    try:
        yield hall
    finally:
        hall.stop()


@contextmanager
def strips(hall: HallProcess, folder: Path) -> Iterator[Path]:
    """`jiaohao led` for the first window; the folder of its picture."""
    environment = os.environ | {"JIAOHAO_TOKEN": hall.token("device", device="strip-1")}
    address = ["--mqtt", f"127.0.0.1:{hall.mqtt_port}", "--region", "ningbo", "--hall", "hongtang"]
    strip = ["--device", "strip-1", "--window", "w01", "--out", str(folder / "strips")]
    process = subprocess.Popen([sys.executable, "-m", "engine", "led", *address, *strip], env=environment)
    try:
        yield folder / "strips"
    finally:
        process.terminate()
        process.wait(10)


def wait_for_traffic(hall: HallProcess) -> None:
    """Return when the crowd has made the board worth a picture."""
    ends_at = time.monotonic() + PATIENCE_S
    while len(hall.ask("GET", "/hall")[1]["recent"]) < CALLS_BEFORE:
        assert time.monotonic() < ends_at, "nobody comes to this hall"
        time.sleep(1)


def take_kiosk(browser: Browser, hall: HallProcess) -> None:
    """The first question, the services under one heading, and the number drawn."""
    page = page_of(browser, hall, "/kiosk/k1", TABLET)
    take(page, "kiosk", width=1024)
    page.locator(".tile").first.click()
    take(page, "kiosk-services", width=1024)
    page.locator(".tile").first.click()
    page.get_by_role("button", name="取号").click()
    page.locator(".qr img").wait_for()
    take(page, "kiosk-ticket", width=1024)


def take_queue(browser: Browser, hall: HallProcess, strip_folder: Path) -> None:
    """A clerk's window with people waiting, and one of them from waiting to called: phone and strip."""
    kiosk, admin = hall.token("kiosk"), hall.token("admin")
    desk = page_of(browser, hall, "/window/w01", DESK)
    desk.locator("[name=password]").fill("demo")
    desk.keyboard.press("Enter")
    desk.locator("#main").wait_for()
    for number in range(18):
        draw(hall, kiosk, "hukou", "priority" if number % 6 == 5 else None)
    visitor = draw(hall, kiosk, "hukou", None)
    phone = page_of(browser, hall, f"/t/{visitor['token']}", PHONE)
    take(phone, "phone-waiting")
    for key in ("o", "n"):
        desk.keyboard.press(key)
        desk.wait_for_timeout(DECISION_MS)
    take(desk, "window")
    order(hall, admin, "begin")
    order(hall, admin, "finish")
    order(hall, admin, "call", {"ticket_id": visitor["ticket_id"], "reason": "picture"})
    phone.locator("body.called").wait_for()
    take(phone, "phone-called")
    save_strip(strip_folder / "w01.png")


def take_board(browser: Browser, hall: HallProcess) -> None:
    take(page_of(browser, hall, "/board/all", LANDSCAPE), "board", width=1280)
    take(page_of(browser, hall, "/board/all", PORTRAIT), "board-portrait", width=720)


def draw(hall: HallProcess, token: str, service: str, lane: str | None) -> dict[str, Any]:
    """A ticket for the window this program sits at."""
    body = {"service": service} | ({"lane": lane, "evidence": "elderly"} if lane else {})
    status, ticket = hall.ask("POST", "/tickets", body, token=token)
    assert status == 201, ticket
    return ticket


def order(hall: HallProcess, token: str, verb: str, body: dict[str, Any] | None = None) -> None:
    status, answer = hall.ask("POST", f"/windows/w01/{verb}", body, token=token)
    assert status == 200, answer


def page_of(browser: Browser, hall: HallProcess, path: str, size: tuple[int, int]) -> Page:
    """A fresh browser window of a Chinese reader."""
    width, height = size
    scale = 2 if size == PHONE else 1
    context = browser.new_context(
        locale="zh-CN", viewport={"width": width, "height": height}, device_scale_factor=scale, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(hall.http + path)
    return page


def take(page: Page, name: str, *, width: int | None = None) -> None:
    """Save what a page shows as `name`.png, in as few colours as the size asks for."""
    page.wait_for_timeout(DECISION_MS)
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        picture = shot.convert("RGB")
    if width is not None:
        picture = picture.resize((width, picture.height * width // picture.width), Image.Resampling.LANCZOS)
    for colours in COLOURS:
        file = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(file, "png", optimize=True)
        if file.tell() <= BYTES_MAX:
            break
    path = IMAGES / f"{name}.png"
    path.write_bytes(file.getvalue())
    print(f"{path.name}: {picture.width}×{picture.height}, {file.tell() / 1_000:.0f} kB", file=sys.stderr)


def save_strip(path: Path) -> None:
    """The strip's own picture; it blinks where it is shown."""
    time.sleep(DECISION_MS / 1_000)
    (IMAGES / "strip.png").write_bytes(path.read_bytes())


if __name__ == "__main__":
    main()
