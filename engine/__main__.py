"""`python -m engine` is `jiaohao`."""

from engine.cli import main

if __name__ == "__main__":
    main()
