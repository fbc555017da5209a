"""Puts the checkout's provider where Terraform looks for it.

    python tools/mirror.py [--build-folder .build] [--source HOST/NAMESPACE/TYPE[@VERSION]]

Writes into the build folder:

- `bin/`: the executable that starts this checkout, and `dev.rc`, a CLI configuration that overrides the provider with
  it;
- `plugins/`: a filesystem mirror that holds it for this platform, and `terraform.rc`, a CLI configuration that uses the
  mirror for what is in it and the registries for everything else.

The executable is a small script, so the mirror need not be written again when the code changes.
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from provider import __version__  # noqa: E402
from provider.cli import ADDRESS  # noqa: E402
from tools.terraform import this_platform  # noqa: E402

# As Terraform takes them: a host with or without port, two names, a version without v.
_SOURCE = re.compile(
    r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]([a-z0-9-]*[a-z0-9])?){2}"
    r"(@[0-9]+\.[0-9]+\.[0-9]+([-+][0-9a-z.+-]+)?)?",
    re.IGNORECASE,
)


def write_executable(path: Path) -> None:
    """Write the executable that starts this checkout's provider to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        shutil.copyfile(ROOT / ".venv/Scripts/terraform-provider-microsoft365.exe", path.with_suffix(".exe"))
        return
    # -I: no variable and no folder of the user's changes which code runs.
    python, main = ROOT / ".venv/bin/python", ROOT / "provider/__main__.py"
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))} -I {shlex.quote(str(main))} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def add_to_mirror(plugins: Path, source: str) -> None:
    """Put the executable into the mirror `plugins` under `source`: HOST/NAMESPACE/TYPE, with or without @VERSION."""
    if not _SOURCE.fullmatch(source):
        sys.exit(
            "SOURCE must be HOST/NAMESPACE/TYPE, with @VERSION behind it if a certain one is asked for, such as "
            f"registry.terraform.io/deploymenttheory/microsoft365@0.30.0. Found: {source}"
        )
    address, _, version = source.partition("@")
    version = version or __version__
    name = address.rpartition("/")[2]
    write_executable(plugins / address / version / this_platform() / f"terraform-provider-{name}_v{version}")


def mirrored(plugins: Path) -> list[str]:
    """Return the addresses that the mirror holds."""
    return sorted(str(path.relative_to(plugins).as_posix()) for path in plugins.glob("*/*/*") if path.is_dir())


def _quoted(text: object) -> str:
    # A CLI configuration is HCL 1: `${` stands for itself, and cannot be escaped.
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(arguments: list[str] | None = None) -> None:
    """Write everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build-folder", type=Path, default=ROOT / ".build")
    parser.add_argument("--source")
    options = parser.parse_args(arguments)
    build = options.build_folder.absolute()
    plugins = build / "plugins"

    write_executable(build / "bin/terraform-provider-microsoft365")
    (build / "dev.rc").write_text(
        "provider_installation {\n"
        f"  dev_overrides {{\n    {_quoted(ADDRESS)} = {_quoted(build / 'bin')}\n  }}\n  direct {{}}\n}}\n",
        encoding="utf-8",
    )
    add_to_mirror(plugins, ADDRESS)
    if options.source:
        add_to_mirror(plugins, options.source)
    held = ", ".join(map(_quoted, mirrored(plugins)))
    (build / "terraform.rc").write_text(
        "provider_installation {\n"
        f"  filesystem_mirror {{\n    path    = {_quoted(plugins)}\n    include = [{held}]\n  }}\n"
        f"  direct {{\n    exclude = [{held}]\n  }}\n}}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
