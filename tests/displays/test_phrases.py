"""What the loudspeaker says: no digit is lost, and every numeral means the number it was made from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from displays.announcer import phrases
from displays.announcer.phrases import LANGUAGES, Language, counted, numeral, phrase, spell

TICKETS = st.from_regex(r"[A-HJ-NPR-Z]{1,2}[0-9]{3,5}", fullmatch=True)
SPOKEN = {**{word: str(digit) for digit, word in enumerate("零一二三四五六七八九")}, "幺": "1"}
SIZES = {"十": 10, "百": 100, "千": 1000}


def heard(words: str) -> str:
    """The ticket number somebody would write down after hearing `words`."""
    return "".join(SPOKEN.get(word, word) for word in words.split())


def meant(words: str) -> int:
    """The number a Chinese numeral stands for, read by the rules of the language and not by ours."""
    total, digit = 0, 0
    for word in words.replace("两", "二"):
        if word in SIZES:
            total += (digit or 1) * SIZES[word]
            digit = 0
        else:
            digit = int(SPOKEN[word])
    return total + digit


@given(ticket=TICKETS, language=st.sampled_from(LANGUAGES), yao=st.booleans())
def test_every_sign_of_a_ticket_is_spoken_in_order(ticket: str, language: Language, yao: bool) -> None:
    words = spell(ticket, language, yao=yao)

    assert heard(words) == ticket


@given(st.integers(0, phrases.NUMERAL_MAX))
def test_a_numeral_means_the_number_it_was_made_from(number: int) -> None:
    words = numeral(number)

    assert meant(words) == number


@given(st.integers(0, phrases.NUMERAL_MAX))
def test_a_count_means_the_same_number_as_the_numeral(number: int) -> None:
    words = counted(number)

    assert meant(words) == number
    assert not re.search("两十|十两", words)


@given(st.integers(0, phrases.NUMERAL_MAX))
def test_a_numeral_never_has_two_zeros_side_by_side_nor_one_at_its_end(number: int) -> None:
    words = numeral(number)

    assert "零零" not in words
    assert number == 0 or not words.endswith("零")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (3, "三"),
        (12, "十二"),
        (21, "二十一"),
        (108, "一百零八"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (9999, "九千九百九十九"),
    ],
)
def test_windows_are_read_as_people_read_doors(number: int, words: str) -> None:
    assert numeral(number) == words


@pytest.mark.parametrize("number", [-1, 10_000])
def test_a_number_without_a_numeral_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="9999"):
        numeral(number)


def test_cantonese_never_says_yao() -> None:
    assert "幺" not in spell("A111", "yue", yao=True)


@given(ticket=TICKETS, window=st.integers(1, 9999), language=st.sampled_from(LANGUAGES), count=st.integers(0, 3))
def test_a_sentence_leaves_no_digit_to_the_engine_in_chinese(
    ticket: str, window: int, language: Language, count: int
) -> None:
    words = phrase(language, ticket, window, count=count)

    assert spell(ticket, language) in words
    assert language == "en" or not re.search("[0-9]", words)


def test_a_recall_says_how_often_the_ticket_was_called() -> None:
    assert phrase("zh", "A012", 3, count=2) == "请 A 零 一 二 号，到三号窗口办理，已呼叫两次。"
    assert phrase("en", "A012", 3, count=1) == "Ticket A 0 1 2, called once, please go to window 3."
