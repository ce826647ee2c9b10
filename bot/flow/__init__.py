"""The flow. Every arrow is a table: no step hands a value to the next.

    source ─collect─▶ posts, coverage ─compose─▶ slots, digests, outbox ─deliver─▶ chat ─▶ inbox ─learn─▶ library

    calendars reads when the school is closed, every day
    plan      writes the slots that are due over the next days
    collect   reads what the coming slots need, within the allowance
    compose   turns a due slot into a digest and its delivery
    deliver   closes the gap between what should be shown and what is
    seed      adds the bot's own reactions, after everything else
    learn     works off the inbox: commands, buttons, reactions
    compare   once a day: what a source says it counted with what the ledger says
    catch_up  at the start: reactions that were made while nobody listened

Each step reads the store, decides, and writes the store in one transaction. The process may die between any two lines
and resume. Network calls happen between transactions, never inside one.
"""
