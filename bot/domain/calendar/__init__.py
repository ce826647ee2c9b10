"""Which local days have no digest, and why.

    holidays of a country ──▶ regions ──┐
    a calendar's text ──▶ ical ─────────┼──▶ openings: why a day is closed
                     (recurrence) ──────┘

`school` holds what a school decided, `dates` understands the days that people write.
"""
