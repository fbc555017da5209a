"""`python -m provider`: the same as the installed command."""

from provider.main import main

if __name__ == "__main__":
    main()
