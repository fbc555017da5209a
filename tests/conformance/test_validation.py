"""All that is wrong with a configuration is told at once, each error at the attribute that it is about."""

from __future__ import annotations

from tests.conformance.workspace import Said, Workspace

# Each line that is wrong says in a comment what is told of it: the summary, or the part of it that names the place.
WRONG = """\
resource "conformance_ruled" "a" {
  name    = "longer than that" # Invalid value for name
  kind    = "user"
  mail    = "nobody"     # Invalid value for mail
  link    = "not a link" # Invalid value for link
  since   = "yesterday"  # Invalid value for since
  content = "?"          # Invalid value for content
  policy  = "{"          # Invalid value for policy
  level   = 7            # Invalid value for level
  texts   = ["a", "B"]   # Invalid value for texts[1]
  words   = ["a", "B"]   # Invalid value for words[*]
  labels  = { a = "B" }  # Invalid value for labels["a"]
  secret  = "hush"       # Invalid value for secret
  first   = "a"
  one     = { letters = "A" }
  many    = [{ letters = "a" }, { letters = "a", either = "x", other = "y" }]
  several = [{ letters = "a" }, { letters = "A" }]
  named   = { k = { letters = "a", level = 1.5 } }

  rule {
    letters = "A" # Invalid value for rule[0].letters
  }
  rule {
    letters = "a"
    level   = 0 # Invalid value for rule[1].level
  }

  tag {
    letters = "A"
  }

  timeouts = { create = "soon" }
}

resource "conformance_ruled" "b" {
  name  = "b"
  kind  = "other" # Invalid value for kind
  group = "abc"   # Invalid value for group
  here  = "x"
  there = "y" # Invalid value for there
  many  = [{ letters = "a" }, { letters = "b" }, { letters = "c" }] # Invalid value for many

  rule {
    letters = "a"
  }
}

resource "conformance_fixed" "c" {
  name = "c"
  seed = "with a space" # A seed with a space
}
"""
# What is told without a line of its own: Terraform places what is inside nested attributes at the block.
ELSEWHERE = {
    "Missing value for user",
    "Missing value for last",
    "Invalid value for one.letters",
    "Invalid value for many[1].other",
    "Invalid value for several[*].letters",
    'Invalid value for named["k"].level',
    "Invalid value for tag[*].letters",
    "Invalid value for timeouts.create",
    "Invalid configuration",
}


def test_everything_that_is_wrong_is_told_in_one_pass(workspace: Workspace) -> None:
    workspace.configure_in_hcl(WRONG)

    found = workspace.diagnosed("validate")

    marked = {
        (number, line.partition("# ")[2]) for number, line in enumerate(WRONG.splitlines(), start=1) if "# " in line
    }
    told = {(said.line, said.summary) for said in found}
    assert marked <= told, sorted(marked - told, key=str)
    assert {summary for line, summary in told - marked} == ELSEWHERE
    assert len(found) == len(marked) + len(ELSEWHERE)
    assert all(said.severity == "error" and said.detail.startswith(("It ", "'")) for said in found)
    details = {said.summary: said.detail for said in found}
    assert details["Invalid value for level"] == "It must be from 1 to 3. Found: 7."
    assert "hush" not in details["Invalid value for secret"]


BOXED = """\
resource "conformance_boxed" "a" {
  box {
    letters = "a"
  }
  label {
    letters = "b"
  }
}
"""


def blocks(name: str, number: int) -> str:
    """Return a resource with so many blocks of a kind."""
    rule = "" if name == "rule" else '  rule {\n    letters = "a"\n  }\n'
    body = "".join(f'  {name} {{\n    letters = "{letter}"\n  }}\n' for letter in "abcdef"[:number])
    return f'resource "conformance_ruled" "a" {{\n  name = "a"\n  here = "x"\n{rule}{body}}}\n'


def test_the_number_of_blocks(workspace: Workspace) -> None:
    for name, number, word in (("rule", 0, "Insufficient"), ("rule", 3, "Too many"), ("tag", 3, "Too many")):
        workspace.configure_in_hcl(blocks(name, number))
        found = workspace.diagnosed("validate")
        assert [said.summary for said in found] == [f"{word} {name} blocks"]
    workspace.configure_in_hcl('resource "conformance_boxed" "a" {\n}\n')
    found = workspace.diagnosed("validate")
    assert {said.summary for said in found} == {"Missing box block", "Insufficient label blocks"}

    workspace.configure_in_hcl(blocks("rule", 2) + blocks("tag", 2).replace('"a" {', '"b" {') + BOXED)
    workspace.apply()
    workspace.require_no_change()


def test_what_is_not_known_yet_is_no_error_until_it_is(workspace: Workspace) -> None:
    """A value that only the apply tells is judged when it is told, before anything is sent."""
    token = "${conformance_object.a.token}"
    workspace.configure(
        {
            "conformance_object.a": {"name": "a"},
            "conformance_ruled.a": {
                "name": token,
                "here": "${conformance_object.a.number == 0 ? conformance_object.a.token : null}",
                "there": token,
                "kind": token,
                "many": [{"letters": token, "level": "${conformance_object.a.number}"}],
                "rule": [{"letters": token}],
            },
        }
    )
    assert workspace.diagnosed("validate", status=0) == []
    workspace.plan()

    found: list[Said] = workspace.diagnosed("apply", "-input=false", "-auto-approve")

    assert {said.address for said in found} == {"conformance_ruled.a"}
    assert {said.summary for said in found} == {
        "Invalid value for name",
        "Invalid value for kind",
        "Invalid value for many[0].letters",
        "Invalid value for many[0].level",
        "Invalid value for rule[0].letters",
    }
    assert workspace.store.ids("conformance_ruled") == []
    assert workspace.instances().keys() == {"conformance_object.a"}
