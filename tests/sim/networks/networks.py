"""Small networks for tests: a file's text, with or without mistakes in it."""

NETWORK = """
[network]
name = { zh = "小网", en = "A small network" }
open_days = 250
visits_per_year = 30_000

[[kind]]
id = "street"
name = { zh = "街道", en = "Street" }
sites = 2
share = 0.75
spread = 0.5
hall = "hongtang"
windows = 9
stops_by_forecast = false
scenario = "hongtang"
without = ["conduct"]

[kind.changes.no_show]
share = 0

[[kind.desks]]
serves = ["hukou", "id-card", "residence", "pension", "employment", "social-card", "medical-enrolment"]

[[kind.desks]]
serves = [
    "medical-claims", "tax-general", "vehicle-tax", "registration", "permits", "civil-affairs", "care", "housing",
    "comprehensive",
]

[[kind]]
id = "village"
name = { zh = "村", en = "Village" }
sites = 3
share = 0.25
hall = "ningcheng-station"
scenario = "ningcheng-station"
without = ["conduct"]

[kind.changes.no_show]
share = 0
"""
