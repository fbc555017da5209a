"""What a person runs: `terraform-provider-microsoft365 <sub-command>`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from provider import __version__

if TYPE_CHECKING:
    from provider.plugin.process import MakeHandler

ADDRESS = "registry.terraform.io/local/microsoft365"

_HELP = f"""\
terraform-provider-microsoft365 {__version__}: manages Microsoft 365 with Terraform.

Terraform starts this program by itself; there is nothing to run by hand. To use it, name the provider in a
configuration and run `terraform init`, `terraform plan` and `terraform apply`.

Sub-commands for people:

  tenant [OPTIONS]     run a simulated Microsoft 365 tenant on this machine (`tenant --help` lists the options)
  --debug [ADDRESS]    run the provider by itself and print the TF_REATTACH_PROVIDERS line that has Terraform
                       use it; ADDRESS is the provider's source, {ADDRESS} if it is left out
  --version            print the version
  --help               print this text
"""


def run(arguments: Sequence[str], make_handler: MakeHandler) -> int:
    """Do what `arguments` ask for and return the exit status."""
    match list(arguments):
        case [] | ["--help" | "-h" | "help"]:
            print(_HELP, end="")
            return 0
        case ["--version" | "-v" | "version"]:
            print(f"terraform-provider-microsoft365 {__version__}")
            return 0
        case ["tenant", *rest]:
            from provider.cli.tenant import run_tenant

            return run_tenant(rest)
        case ["--debug" | "-debug", *rest] if len(rest) <= 1:
            from provider.plugin.process import debug

            return debug(make_handler, rest[0] if rest else ADDRESS)
        case _:
            print(f"Unknown: {' '.join(arguments)}\n\n{_HELP}", end="", file=sys.stderr)
            return 2
