"""Configurations as the tests write them."""

from __future__ import annotations

SOURCE = "registry.terraform.io/local/microsoft365"

REQUIRED = f"""\
terraform {{
  required_providers {{
    microsoft365 = {{
      source = "{SOURCE}"
    }}
  }}
}}
"""

READ = """\
data "microsoft365_client_config" "current" {
}

output "current" {
  value = data.microsoft365_client_config.current
}
"""

EMPTY_BLOCK = 'provider "microsoft365" {}\n'


def block(**attributes: object) -> str:
    """Return a provider block; a mapping is a nested attribute, None is null."""
    lines = "".join(f"  {name} = {hcl(value)}\n" for name, value in attributes.items())
    return f'provider "microsoft365" {{\n{lines}}}\n'


def hcl(value: object) -> str:
    """Return a value as HCL writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case dict():
            return "{\n" + "".join(f"    {name} = {hcl(each)}\n" for name, each in value.items()) + "  }"
        case Expression(text):
            return text
        case _:
            escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("${", "$${")
            return f'"{escaped}"'


class Expression(str):
    """HCL that stands for itself, such as `path.cwd`."""

    __slots__ = ()
    __match_args__ = ("text",)

    @property
    def text(self) -> str:
        return str(self)


def configuration(provider: str = EMPTY_BLOCK, rest: str = READ) -> str:
    """Return a whole configuration: the provider's source, its block, and what uses it."""
    return f"{REQUIRED}\n{provider}\n{rest}"
