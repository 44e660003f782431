"""The refusals of the catalogue; `row` counts the items of a revision from 1."""

from engine.core.refusals.base import Refusal


class ItemUnknown(Refusal):
    """Also for one that is not in force today."""

    code, kind = "item-unknown", "unknown"
    zh, en = "今天没有“{item}”这个事项。", "There is no item “{item}” today."


class CatalogueUnchanged(Refusal):
    code = "catalogue-unchanged"
    zh, en = "目录与现有的完全相同，没有改动。", "The catalogue is just like this already; nothing was changed."


class CatalogueTooLarge(Refusal):
    code, kind = "catalogue-too-large", "invalid"
    zh, en = "目录最多 {limit} 项，请先删减。", "A catalogue has at most {limit} items; take some out first."


class ItemTwice(Refusal):
    code, kind = "item-twice", "invalid"
    zh, en = "第 {row} 行的事项“{item}”重复，请删去一处。", "Row {row}: item “{item}” stands twice; remove one of them."


class ItemMalformed(Refusal):
    code, kind = "item-malformed", "invalid"
    zh, en = "第 {row} 行的 {field} 写法不对，请改正。", "Row {row}: {field} is not written as it must be; correct it."


class ItemDaysReversed(Refusal):
    code, kind = "item-days-reversed", "invalid"
    zh, en = "第 {row} 行的失效日早于生效日，请对调。", "Row {row}: it ends before it begins; swap the days."


class ItemRefersToNothing(Refusal):
    code, kind = "item-refers-to-nothing", "invalid"
    zh = "第 {row} 行的 {field}“{value}”不在大厅方案中，请先添加或改正。"
    en = "Row {row}: the hall has no {field} “{value}”; add it first, or correct the row."


class RemovedItemUnknown(Refusal):
    code, kind = "removed-item-unknown", "invalid"
    zh, en = "要删除的事项“{item}”不存在。", "There is no item “{item}” to take out."
