"""A command line that cannot be used is refused in both languages, with the option and the way out."""

import json
import sys

import pytest

import engine.cli


def refused(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["jiaohao", *arguments])

    with pytest.raises(SystemExit) as ended:
        engine.cli.main()

    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (["simulate", "hall1", "--days", "0"], "--days: write 1 or more", "请写不小于 1 的数"),
        (["simulate", "hall1", "--days", "two"], "--days: write a whole number", "请写整数"),
        (["simulate", "hall1", "--target", "1441"], "--target: write 1440 or less", "请写不大于 1440 的数"),
        (["simulate", "hall1", "--target", "nan"], "--target: nan is no number", "nan 不是数"),
        (["simulate", "hall1", "--target", "soon"], "--target: write a number", "请写数字"),
        (["simulate", "hall1", "--core", "turbo"], "--core: there is no “turbo”: choose from 'exact', 'fast'", "可选"),
        (["simulate", "hall1", "--date", "2026-02-30"], "“2026-02-30” is no day", "没有“2026-02-30”这一天"),
        (["simulate", "hall1", "--date", "0001-01-01"], "--date: 0001-01-01 cannot be used", "0001-01-01 不可用"),
        (["simulate", "hall1", "--dais", "3"], "there is no option --dais", "没有选项 --dais"),
        (["simulate", "hall1", "--days"], "--days needs a value", "--days 后面缺少值"),
        (["simulate", "hall1", "--json=3"], "--json takes no value", "--json 不带值"),
        (["simulate", "hall1", "--trace", "/"], "--trace: / is a folder", "/ 是文件夹"),
        (["simulate", "hall1", "hall2"], "hall2 is one argument too many", "多了参数 hall2"),
        (["simulate"], "SCENARIO is missing", "缺少 SCENARIO"),
        (["replay", "trace.csv"], "--hall is missing", "缺少 --hall"),
        (["crowd", "hall1", "--credentials", "nowhere"], "--credentials: there is no nowhere", "没有 nowhere"),
        (["simluate"], "there is no command “simluate”", "没有命令“simluate”"),
    ],
)
def test_misuse_is_named_with_the_way_out(
    arguments: list[str], en: str, zh: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(arguments, monkeypatch)

    english, chinese = capsys.readouterr().err.splitlines()
    assert en in english
    assert zh in chinese


def test_a_program_is_told_in_json_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(["simulate", "hall1", "--days", "0", "--json"], monkeypatch)

    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert "--days" in told["error"]


def test_without_a_command_it_is_shown_which_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused([], monkeypatch)

    shown = capsys.readouterr()
    assert "simulate" in shown.out + shown.err
