"""The catalogue at the door: found by name, id, pinyin and initials; replaced by a file, all of it or nothing."""

import asyncio
from collections.abc import Mapping

import pytest

from engine.core.plan import Item, Name
from engine.http.catalogue import XLSX, Catalogue, Revised
from engine.http.catalogue_search import BUILDING, CatalogueSearch, Index, words_of
from tests.http.hall_door import OpenDoor, Reply

CSV = {"Content-Type": "text/csv"}
NAMES = {
    "insurance": Name("社会保险登记", "Register for social insurance"),
    "account": Name("银行账户变更", "Change of a bank account"),
    "long-care": Name("长期护理补贴", "Long-term care allowance"),
    "identity-card": Name("居民身份证（丢失）补领", "Replace a lost identity card"),
    "identity-card-2": Name("临时居民身份证", "Temporary identity card"),
    "e-card": Name("电子社保卡Ｅ证通", "Electronic card"),
    "key-trees": Name("重点古树移植", "Moving of protected trees"),
}


def items_named(names: Mapping[str, Name]) -> dict[str, Item]:
    return {item_id: Item(item_id, name, "social") for item_id, name in names.items()}


INDEX = Index(items_named(NAMES))


async def built() -> None:
    """Return when no index is being built."""
    if building := {task for task in asyncio.all_tasks() if task.get_name() == BUILDING}:
        await asyncio.wait(building, timeout=10)


def found(query: str) -> list[str]:
    return list(INDEX.find(query))


# --- what matches ---


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("社会保险", "insurance"),
        ("保险登", "insurance"),
        ("shehuibaoxian", "insurance"),
        ("SHEHUI", "insurance"),
        ("shbx", "insurance"),
        ("shehbx", "insurance"),
        ("shehuib", "insurance"),
        ("社hui", "insurance"),
        ("社h保x", "insurance"),
        ("bank", "account"),
        ("bxdj", "insurance"),
        ("yinhang", "account"),
        ("changqi", "long-care"),
        ("zhongdian", "key-trees"),
        ("shenfenzhengdiushi", "identity-card"),
        ("身份证丢失", "identity-card"),
        ("e证通", "e-card"),
        ("Ｅ证", "e-card"),
        ("kae", "e-card"),
        ("lost card", "identity-card"),
        ("补领 shenfen", "identity-card"),
        ("sfz bl", "identity-card"),
    ],
)
def test_a_name_is_found_by_what_people_type(query: str, first: str) -> None:
    assert found(query)[0] == first


@pytest.mark.parametrize("query", ["yinxing", "zhangqihuli", "chongdian", "huishe", "she xyz", "社保登记", "bxsh"])
def test_what_cannot_be_read_off_a_name_does_not_find_it(query: str) -> None:
    assert not {"insurance", "account", "long-care", "key-trees"} & set(found(query))


def test_a_character_alone_has_all_its_readings() -> None:
    index = Index(items_named({"a": Name("行", "x")}))

    assert [list(index.find(word)) for word in ("xing", "hang", "x", "han")] == [["a"]] * 4


def test_every_word_must_match() -> None:
    assert found("身份证") == ["identity-card-2", "identity-card"]
    assert found("身份证 临时") == ["identity-card-2"]


def test_no_word_finds_everything_in_its_order() -> None:
    assert found("  ，。") == list(NAMES)


# --- in which order ---


def test_the_id_itself_comes_first_then_names_that_begin_with_the_word_then_pinyin_then_the_rest() -> None:
    index = Index(
        items_named(
            {
                "anywhere": Name("申请she证", "x"),
                "spelt": Name("社会证明", "y"),
                "prefix": Name("she字样", "z"),
                "she": Name("其他", "w"),
            }
        )
    )

    assert list(index.find("she")) == ["she", "prefix", "spelt", "anywhere"]


def test_an_id_of_several_parts_is_found_as_it_is_written_and_as_it_is_typed_in_haste() -> None:
    assert [found(query)[0] for query in ("long-care", "LONG-CARE", "longcare", "e-card")] == [
        "long-care",
        "long-care",
        "long-care",
        "e-card",
    ]


def test_of_equals_the_shorter_name_comes_first() -> None:
    assert found("居民") == ["identity-card", "identity-card-2"]
    assert found("identity card") == ["identity-card-2", "identity-card"]


def test_a_query_has_so_many_words_and_no_more() -> None:
    assert len(words_of("a " * 50)) == 8
    assert words_of("x" * 100) == ["x" * 40]


# --- the index behind the door ---


async def test_while_a_new_index_is_built_the_old_one_serves() -> None:
    search = CatalogueSearch()
    first, second = items_named(NAMES), items_named({"new": Name("新", "new")})
    await search.find(first, "x")

    at_once = await search.find(second, "社会")
    await built()
    later = await search.find(second, "新")

    assert (at_once, later) == (["insurance"], ["new"])


async def test_those_who_come_first_wait_for_the_same_index() -> None:
    search = CatalogueSearch()
    items = items_named(NAMES)

    both = await asyncio.gather(search.find(items, "社会"), search.find(items, "银行"))

    assert both == [["insurance"], ["account"]]


# --- the door ---


async def put_in(door: OpenDoor, text: str, query: str = "", key: str | None = None) -> Reply:
    return await door.ask("POST", f"/catalogue{query}", raw=text.encode(), role="admin", headers=CSV, key=key)


async def listed(door: OpenDoor, query: str = "") -> list[str]:
    reply = await door.ask("GET", f"/catalogue{query}")
    return [item.id for item in Catalogue.model_validate(reply.json).items]


async def test_a_file_changes_and_adds_and_leaves_the_rest(door: OpenDoor) -> None:
    reply = await put_in(door, "编号,名称,业务\ninvoice,发票领用,tax\nrefund,退税,tax\n")

    revised = Revised.model_validate(reply.json)
    assert (revised.version, revised.added, revised.changed, revised.removed, revised.total) == (1, 1, 1, 0, 4)
    assert await listed(door) == ["id-card", "residence", "invoice", "refund"]


async def test_with_replace_the_file_is_all_there_is(door: OpenDoor) -> None:
    reply = await put_in(door, "编号,名称,业务\nrefund,退税,tax\n", "?replace=true")

    assert (reply.json["added"], reply.json["removed"]) == (1, 3)
    assert await listed(door) == ["refund"]


async def test_a_new_item_is_found_by_its_pinyin_by_the_first_who_searches_a_moment_later(door: OpenDoor) -> None:
    await door.ask("GET", "/catalogue?q=x")
    await put_in(door, "编号,名称,业务\nrefund,退税申请,tax\n")
    await built()

    assert await listed(door, "?q=tuishui") == ["refund"]


async def test_the_same_file_again_is_refused(door: OpenDoor) -> None:
    text = "编号,名称,业务\nrefund,退税,tax\n"
    await put_in(door, text)

    again = await put_in(door, text)

    assert (again.status, again.code) == (409, "catalogue-unchanged")


async def test_the_same_request_again_is_answered_again_and_another_file_under_its_key_is_refused(
    door: OpenDoor,
) -> None:
    text = "编号,名称,业务\nrefund,退税,tax\n"
    first = await put_in(door, text, key="k1")

    again = await put_in(door, text, key="k1")
    other = await put_in(door, text.replace("退税", "补税"), key="k1")

    assert (again.raw, other.code) == (first.raw, "key-reused")


async def test_a_file_with_mistakes_changes_nothing_and_names_each(door: OpenDoor) -> None:
    reply = await put_in(door, "编号,名称,业务\nrefund,退税,none\nA B,甲,tax\n")

    assert (reply.status, reply.code) == (422, "bad-file")
    assert [(each["line"], each["column"]) for each in reply.json["problems"]] == [(2, "C 业务"), (3, "A 编号")]
    assert reply.json["problems"][0]["what"] == "大厅没有业务“none”"
    assert len(await listed(door)) == 3


async def test_a_file_must_be_of_a_known_kind_and_not_too_large(door: OpenDoor) -> None:
    plain = await door.ask("POST", "/catalogue", {"items": []}, role="admin")
    large = await put_in(door, "x" * (8 * 1024 * 1024 + 1))
    torn = await door.ask("POST", "/catalogue", raw=b"PK\x03\x04", role="admin", headers={"Content-Type": XLSX})

    assert (plain.status, plain.code) == (415, "wrong-file-type")
    assert (large.status, large.code) == (413, "file-too-large")
    assert (torn.status, torn.code) == (422, "bad-file")


async def test_a_list_may_be_of_one_group_service_or_mode(door: OpenDoor) -> None:
    await put_in(door, "编号,名称,业务,办理方式\nrefund,退税,tax,承诺\n")

    assert await listed(door, "?service=tax") == ["invoice", "refund"]
    assert await listed(door, "?mode=promised") == ["refund"]
    assert await listed(door, "?group=none") == []


async def test_during_a_delegation_a_number_is_drawn_for_the_other_service(door: OpenDoor) -> None:
    text = "编号,名称,业务,委托业务,委托截止\nrefund,退税,tax,social,20991231\nold,旧,tax,,\n"
    await put_in(door, text)

    items = (await door.ask("GET", "/catalogue?q=refund")).json["items"]

    assert [item["service"] for item in items] == ["social"]
