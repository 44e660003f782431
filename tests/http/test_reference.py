"""The examples of docs/reference/http.md, run in their order."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.http.hall_door import OpenDoor

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "http.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
async def test_the_examples_do_what_the_page_says(door: OpenDoor) -> None:
    page = PAGE.read_text("utf-8")
    examples = re.findall(r"```sh\n(.*?)# → ([^\n]+)\n```", page, re.S)
    variables = os.environ | {"HALL": door.url, "TOKEN": door.token("admin"), "SERVICE": "social"}
    assert len(examples) == page.count("```sh") > 0

    for script, expected in examples:
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", script, env=variables, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        printed, _ = await asyncio.wait_for(process.communicate(), 10)
        assert (process.returncode, expected in printed.decode()) == (0, True), (script, printed)
