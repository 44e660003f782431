"""The hall file somebody starts from: small, complete, and explained line by line in both languages."""


def template() -> str:
    """The text of a hall.toml of three services, three windows and two lanes, which reads as it stands."""
    return _TEMPLATE


_TEMPLATE = """\
# A service hall. Change what you like, then run: jiaohao check hall.toml
# 服务大厅配置。按需修改后运行：jiaohao check hall.toml
#
# Ids are for machines: small letters, digits, hyphens.
# Names are for people: { zh = "…", en = "…" }, or one text for both languages.
# 编号给机器用：小写字母、数字、连字符。名称给人看：{ zh = "…", en = "…" }，也可只写一段文字，中英文共用。

[hall]
id = "our-hall"
region = "our-city"
name = { zh = "便民服务中心", en = "Service Centre" }
timezone = "Asia/Shanghai"
# When numbers are drawn. After the last end, whoever holds a number is still served. Leave it out: round the clock.
# 取号时间。最后一段结束后，已取号者继续办完。不写则全天开放。
hours = ["08:30-12:00", "13:30-17:00"]

# Settings; these are the defaults, so you may leave the table out. / 设置；以下均为默认值，可整段删去。
[rules]
call_expiry_s = 300      # a called visitor who does not come is missed after this long / 叫号后多久未到算过号（秒）
last_call_grace_s = 60   # the same after the last recall / 最后一次重呼后则为多久（秒）
recall_limit = 3         # how often one call may be repeated / 最多重呼次数
overtime_min = 120       # how long after closing the day may run / 下班后最多延时（分钟）
number_digits = 3        # A012 has three / A012 为三位
first_number = 1         # numbers begin here every day / 每日起始号

# More settings are off unless you write them; take away the # to use one. All of them: docs/reference/hall-file.md
# 其余设置不写即不用；去掉行首的 # 即启用。全部说明见 docs/reference/hall-file.md
#
# [calendar]                                     # days on which the hall opens / 开门的日子
# workdays = [1, 2, 3, 4, 5]
# holidays = [{ day = 2026-10-01, name = { zh = "国庆节", en = "National Day" } }]
# extra_workdays = [2026-10-10]
#
# [limits]                                       # when to warn the supervisor / 何时提醒值班领导
# wait_minutes = 30
# idle_minutes = 10

# Lanes: who waits with what weight. Urgency = credit + rate × minutes waited; the most urgent is called next.
# The first lane is everybody's. A mark is what boards show, never the reason for it.
# 队列类别：等候的轻重。紧急度 = credit + rate × 已等分钟数，最高者先叫。
# 第一个为普通类别。mark 是屏上的中性标记，不显示原因。
[[lane]]
id = "ordinary"
name = { zh = "普通", en = "Ordinary" }
credit = 0
rate = 1

[[lane]]
id = "priority"
name = { zh = "优先", en = "Priority" }
credit = 30
rate = 2
mark = { zh = "优先", en = "Priority" }
groups = ["elderly", "disabled", "pregnant", "infant", "military"]

# Zones: each has its own boards and loudspeaker. kind: windows, waiting, self-service, consulting or agency.
# 区域：每区有自己的显示屏和广播。
# kind 可为 windows 窗口、waiting 等候、self-service 自助、consulting 咨询、agency 帮办。
[[zone]]
id = "a"
name = { zh = "办事大厅", en = "Main hall" }
kind = "windows"

# Services: what a number is drawn for. The prefix opens the number: A012. No I, O or Q.
# 业务：取号的类别。prefix 是号码的字母，如 A012；不用 I、O、Q。
[[service]]
id = "social-security"
prefix = "A"
name = { zh = "社会保障", en = "Social security" }
zone = "a"
mean_minutes = 12        # the usual time at the window; the day corrects it / 平均办理时长，系统按当日实际修正
# quotas = [{ count = 100 }]                     # at most so many numbers a day / 每日限额
# no_show = "back"                               # who missed a call goes last, twice at most / 过号者排到最后，至多两次
#
# [service.booking]                              # appointments: four places every half hour / 预约：每半小时四个名额
# per_slot = 4

[[service]]
id = "tax"
prefix = "B"
name = { zh = "税务", en = "Tax" }
zone = "a"
mean_minutes = 10

[[service]]
id = "comprehensive"
prefix = "C"
name = { zh = "综合受理", en = "Comprehensive desk" }
zone = "a"
mean_minutes = 8

# Windows. serves: what the window takes. tiers: the second list is looked at when nobody waits for the first.
# 窗口。serves 为受理的业务；用 tiers 时，第一组无人等候才看第二组。
[[window]]
id = "w01"
number = 1
zone = "a"
serves = ["social-security", "comprehensive"]

[[window]]
id = "w02"
number = 2
name = { zh = "税务专窗", en = "Tax window" }
zone = "a"
tiers = [["tax"], ["comprehensive"]]
# help_after_minutes = { comprehensive = 20 }    # after so long it helps out all the same / 等满此时长即协助

[[window]]
id = "w03"
number = 3
zone = "a"
serves = ["social-security", "tax", "comprehensive"]

# Clerks: who may sit at a window. / 窗口人员。
[[clerk]]
id = "c01"
name = { zh = "一号工作人员", en = "Clerk 1" }

# The catalogue: what people search for at the kiosk, and which service it belongs to.
# 事项目录：供取号机搜索，归入相应业务。
[[item]]
id = "card-loss"
name = { zh = "社会保障卡挂失", en = "Reporting a lost social security card" }
service = "social-security"
"""
