"""Searching a catalogue of 13,519 items beside a plain scan of the names and SQLite with LIKE and FTS5.

The size is that of a county's list with its townships and villages. The peers know letters and characters as they
stand; the index also reads pinyin, initials and mixtures of both, and ranks what it finds. Before anything is timed,
what the peers can answer must be found by the index too, item by item.

    python -m benchmarks.catalogue
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from benchmarks.measure import against, print_heading, print_table
from engine.core.plan import Item, Name
from engine.http.catalogue_search import Index

SEED: Final = 1
ROUNDS: Final = 9
ITEMS: Final = 13_519

OF_WHOM: Final = (
    "个人", "企业", "个体工商户", "社会团体", "民办非企业单位", "农民专业合作社", "外商投资企业", "残疾人",
    "退役军人", "老年人", "失业人员", "灵活就业人员", "高校毕业生", "机关事业单位", "农村居民", "城镇居民",
    "港澳台居民", "外国人",
)  # fmt: skip
WHAT: Final = (
    "社会保险", "养老保险", "医疗保险", "工伤保险", "失业保险", "生育保险", "居民身份证", "居住证", "户口簿",
    "不动产权", "营业执照", "食品经营许可证", "道路运输证", "建筑工程施工许可", "特种设备使用", "消防安全检查",
    "出生医学证明", "婚姻登记", "收养登记", "住房公积金", "最低生活保障", "临时救助", "特困人员供养", "残疾人证",
    "护理补贴", "老年人优待证", "就业创业证", "职业资格证书", "教师资格", "医师执业", "护士执业", "药品经营",
    "医疗器械", "公共场所卫生", "林木采伐", "水资源取水", "排污许可", "城镇污水排入排水管网", "户外广告设置",
    "临时占用城市道路", "出版物零售", "营业性演出", "旅行社业务", "网络文化经营", "烟草专卖零售", "车辆购置税",
    "增值税发票", "契税", "印花税", "房产税", "城镇土地使用税", "长期护理保险", "银行账户", "重点人群", "行政区划",
    "宅基地", "土地承包经营权", "农药经营", "兽药经营", "动物防疫条件", "种子生产", "渔业捕捞", "船舶登记",
)  # fmt: skip
HOW: Final = (
    "首次申请", "变更", "注销", "补办", "换发", "延续", "备案", "核准", "登记", "转移接续", "信息查询", "资格认定",
    "待遇申领", "费用报销", "年度审验", "遗失补领", "异地办理", "缴费", "退费", "证明开具", "停止享受", "恢复享受",
    "关系转入", "关系转出",
)  # fmt: skip
LITERAL: Final = ("医疗保险", "登记", "居民身份证 补领", "车辆购置税", "残疾人", "item-77")
SPELT: Final = (
    "yiliaobaoxian",
    "ylbx",
    "shenfenzheng buling",
    "sfz",
    "cheliang",
    "changqihuli",
    "yinhangzh",
    "shb变更",
)


def main() -> None:
    items = _items()
    began = time.perf_counter()
    index = Index(items)
    built_s = time.perf_counter() - began
    texts = [f"{item.name.zh}\n{item.name.en}\n{item.item_id}" for item in items.values()]
    like, fts = _tables(items)
    _require_agreement(index, list(items), texts, like)

    print_heading(f"{ITEMS:,} items, {len(LITERAL)} queries of letters as they stand", seed=SEED, rounds=ROUNDS)
    print(f"the index was built in {built_s:.2f} s; {len(SPELT)} queries in pinyin found {_found(index):,} items")
    rows = against(
        lambda: _milliseconds(LITERAL, lambda query: list(index.find(query))),
        {
            "plain scan of the names": lambda: _milliseconds(LITERAL, lambda query: _scan(texts, query)),
            "SQLite, LIKE": lambda: _milliseconds(LITERAL, lambda query: _like(like, query)),
            "SQLite, FTS5 trigram": lambda: _milliseconds(LITERAL, lambda query: _match(fts, query)),
            "the index, pinyin and initials": lambda: _milliseconds(SPELT, lambda query: list(index.find(query))),
        },
        unit="ms/query",
        rounds=ROUNDS,
    )
    print_table(rows, base="the index")
    slowest_ms = max(_milliseconds((query,), lambda query: list(index.find(query))) for query in LITERAL + SPELT)
    print(f"slowest query: {slowest_ms:.1f} ms")


def _items() -> dict[str, Item]:
    random = Random(SEED)
    return {f"item-{number}": _item(f"item-{number}", random) for number in range(ITEMS)}


def _item(item_id: str, random: Random) -> Item:
    words = [random.choice(OF_WHOM) if random.random() < 0.5 else "", random.choice(WHAT), random.choice(HOW)]
    if random.random() < 0.3:
        words.append(f"（{random.choice(OF_WHOM)}）")
    return Item(item_id, Name("".join(words), f"Item {item_id[5:]}"), "service")


def _tables(items: dict[str, Item]) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    rows = [(item.item_id, item.name.zh, item.name.en) for item in items.values()]
    like, fts = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    like.execute("CREATE TABLE item (id TEXT PRIMARY KEY, zh TEXT, en TEXT)")
    fts.execute("CREATE VIRTUAL TABLE item USING fts5 (id, zh, en, tokenize = 'trigram')")
    for table in (like, fts):
        table.executemany("INSERT INTO item VALUES (?, ?, ?)", rows)
    return like, fts


def _scan(texts: Sequence[str], query: str) -> list[int]:
    words = query.split()
    return [place for place, text in enumerate(texts) if all(word in text for word in words)]


def _like(table: sqlite3.Connection, query: str) -> list[str]:
    words = query.split()
    where = " AND ".join("(zh LIKE ? OR en LIKE ? OR id LIKE ?)" for _ in words)
    values = [f"%{word}%" for word in words for _ in range(3)]
    return [row[0] for row in table.execute(f"SELECT id FROM item WHERE {where}", values)]


def _match(table: sqlite3.Connection, query: str) -> list[str]:
    """A trigram index answers words of three characters and more; shorter ones fall to LIKE, as its manual says."""
    if any(len(word) < 3 for word in query.split()):
        return _like(table, query)
    words = " AND ".join(f'"{word}"' for word in query.split())
    return [row[0] for row in table.execute("SELECT id FROM item WHERE item MATCH ?", (words,))]


def _require_agreement(index: Index, ids: Sequence[str], texts: Sequence[str], like: sqlite3.Connection) -> None:
    for query in LITERAL:
        scanned = {ids[place] for place in _scan(texts, query)}
        if not scanned or scanned != set(_like(like, query)) or not scanned <= set(index.find(query)):
            raise SystemExit(f"they disagree about {query}")
    print(f"agreed: {len(LITERAL)} queries, item by item")


def _found(index: Index) -> int:
    return sum(len(list(index.find(query))) for query in SPELT)


def _milliseconds(queries: Sequence[str], find: Callable[[str], object]) -> float:
    began = time.perf_counter()
    for query in queries:
        find(query)
    return (time.perf_counter() - began) * 1e3 / len(queries)


if __name__ == "__main__":
    main()
