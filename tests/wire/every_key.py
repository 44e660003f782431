"""A hall file for tests that uses every key there is, each away from its default."""

EVERY_KEY = """\
[hall]
id = "our-hall"
region = "our-city"
name = { zh = "大厅", en = "Hall" }
timezone = "Asia/Shanghai"
hours = ["08:30-12:00", "13:30-17:00"]

[rules]
call_expiry_s = 240
last_call_grace_s = 30
recall_limit = 2
overtime_min = 60
number_digits = 4
first_number = 1000
policy = "fair"
occupancy_max = 300
stops_by_forecast = true
draws_in_break = false
help_desk = { zh = "3号窗口", en = "window 3" }
next_item_place = "front"
hold_minutes_max = 45
return_days = 7
papers_days = 10
no_show_bookings_max = 2
names_owner = true
pause_reasons = ["午餐", "会议"]
case_days = 6
case_escalation_days = 1
rating_days = 4
bad_stars = 1
follow_up_days = 12
target_wait_minutes = 20

[calendar]
workdays = [1, 2, 3, 4, 5]
holidays = [
    { day = "2026-10-01", name = { zh = "国庆节", en = "National Day" } },
    { day = 2026-10-02, name = "国庆节" },
]
extra_workdays = ["2026-10-10", 2026-10-11]

[limits]
wait_minutes = 30
wait_clear_minutes = 20
count = 50
count_clear = 45
idle_minutes = 10
idle_clear_minutes = 9
offline_s = 60

[[lane]]
id = "ordinary"
name = "普通"
credit = 1
rate = 0.5

[[lane]]
id = "priority"
name = { zh = "优先", en = "Priority" }
mark = { zh = "优先", en = "Priority" }
groups = ["elderly"]

[[policy]]
id = "fair"
may_starve = ["priority"]

[[policy.rule]]
kind = "ceiling"
lanes = ["ordinary"]
after_minutes = 40

[[policy.rule]]
kind = "ratio"
lanes = ["priority", "ordinary"]
takes = [2, 1]

[[policy]]
id = "green"
may_starve = ["ordinary"]

[[policy.rule]]
kind = "absolute"
lanes = ["priority"]

[[policy.rule]]
kind = "longest"

[[zone]]
id = "a"
name = "A"
kind = "agency"

[[group]]
id = "money"
name = "M"

[[department]]
id = "bureau"
name = { zh = "民政局", en = "Civil affairs" }

[[service]]
id = "tax"
prefix = "A"
name = "税"
zone = "a"
group = "money"
mean_minutes = 2
hours = ["09:00-11:30"]
quotas = [{ count = 50, channel = "kiosk", span = "09:00-10:00" }, { count = 80 }]
channels = ["kiosk", "guide"]
one_per_person = true
form = "optional"
mode = "promised"
appointment_only = ["10:00-11:00"]
no_show = "after"
no_show_after = 4
returns_max = 1
department = "bureau"

[service.booking]
per_slot = 4
slot_minutes = 20
days_ahead = 5
early_minutes = 10
late_minutes = 20
cancel_minutes = 30
lane = "priority"
hours = ["09:00-11:00"]

[service.back_office]
department = "bureau"
due_days = 3
collect = "collection"

[[service]]
id = "collection"
prefix = "B"
name = "出件"
zone = "a"

[service.back_office]
due_minutes = 90

[[item]]
id = "refund"
name = "R"
service = "tax"
group = "money"
mode = "self-service"
guide_url = "https://www.example.org/refund?from=hall"
department = "bureau"
effective_from = "2026-01-01"
effective_until = 2026-12-31
delegated_service = "collection"
delegated_until = 2026-06-30

[[profile]]
id = "front"
tiers = [["tax"], ["collection"]]
kind = "dedicated"
policy = "green"
help_after_minutes = { collection = 10 }

[[window]]
id = "w01"
number = 1
zone = "a"
profile = "front"

[[window]]
id = "w02"
number = 2
name = "W"
zone = "a"
serves = ["tax"]
kind = "remote"
remote = { site = { zh = "市政务大厅", en = "City hall" }, hours = ["09:00-11:30"] }

[[window]]
id = "w03"
number = 3
zone = "a"
kind = "tidal"
tiers = [["collection"], ["tax"]]
policy = "fair"
help_after_minutes = { tax = 15 }
tide = { open_over = 10, close_under = 3 }

[[window]]
id = "w04"
number = 4
zone = "a"
kind = "comprehensive"

[[clerk]]
id = "c01"
name = "C"
deputy = "c02"
department = "bureau"

[[clerk]]
id = "c02"
name = "D"
"""
