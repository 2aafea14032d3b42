"""What `harness init` writes: a first project, or a scenario made from a request that somebody already has.

Nothing here writes or prints: files are made as `NewFile` and handed to the command.
"""
