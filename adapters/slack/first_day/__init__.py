"""Before anything runs: the manifest, the questions of `staffroom init`, what an administrator signs."""
