"""The messages of the definitions under `proto/`. `make stubs` makes every other file here; edit the definitions."""
