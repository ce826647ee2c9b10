pytest_plugins = [
    "tests.rigs.postgres",
    "tests.rigs.stores",
]
