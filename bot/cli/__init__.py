"""What is typed after `staffroom`. Each command stands in the module that says what it does:

    run, demo                                  serve, for a school or to try it out
    init, disclose, preview, doctor            before the first day, and whenever somebody asks whether all is well
    explain, plan, budget, audit (and purge)   why things are as they are, and what they cost
    exchange (export, import), people (my-data, erase-person), keeping (migrate, backup, restore)   what is kept

`parser` reads the words and `bot.__main__` calls the command. A command prints; all that it needs of the world beyond
that it is handed as its `wiring`. `plugged` knows which chats and sources are installed, `configured` reads the
configuration with them, and `beside` opens what is kept beside a Staffroom that runs.
"""
