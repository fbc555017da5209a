"""Values that only the apply tells, in every place where they can stand."""

from __future__ import annotations

from typing import Any

from tests.conformance.workspace import Workspace

SOURCE = {
    "conformance_object.source": {"name": "source", "words": ["x", "y"]},
}
TOKEN = "${conformance_object.source.token}"
PARTS = "${conformance_object.source.parts}"
NUMBER = "${conformance_object.source.number}"
# A list of objects of which not even the number is known.
MANY = "${[for part in conformance_object.source.parts : { name = part }]}"
MANY_BY_NAME = "${{ for part in conformance_object.source.parts : part => { name = part } }}"
OBJECT = "${{ name = conformance_object.source.token }}"

CASES: dict[str, dict[str, Any]] = {
    "a text": {"text": TOKEN},
    "part of a text": {"text": f"it is {TOKEN}"},
    "a number": {"amount": NUMBER},
    "a flag": {"flag": "${conformance_object.source.number == 1}"},
    "a list": {"texts": PARTS},
    "an element of a list": {"texts": ["a", TOKEN]},
    "a set": {"words": PARTS},
    "an element of a set": {"words": ["a", TOKEN]},
    "elements that turn out equal": {"words": [TOKEN, f"{TOKEN}", "${conformance_object.source.parts[0]}"]},
    "a map": {"labels": "${{ for part in conformance_object.source.parts : part => part }}"},
    "a value of a map": {"labels": {"a": TOKEN, "b": "c"}},
    "a tuple": {"pair": [TOKEN, NUMBER]},
    "an object": {"record": OBJECT},
    "part of an object": {"record": {"name": TOKEN, "size": 1}},
    "any value": {"anything": TOKEN},
    "part of any value": {"anything": {"a": [TOKEN, 1]}},
    "what has a default": {"given": TOKEN, "scopes": PARTS, "policy": {"mode": TOKEN}},
    "what is computed too": {"chosen": TOKEN, "settings": {"color": TOKEN}},
    "once": {"one": {"name": TOKEN, "owner": TOKEN, "level": NUMBER and 2, "inner": {"name": TOKEN}}},
    "once as a whole": {"one": OBJECT},
    "in a list": {"many": [{"name": "a"}, {"name": TOKEN, "words": PARTS}, {"name": "c", "inner": [{"name": TOKEN}]}]},
    "in a list as a whole": {"many": MANY},
    "an element of a list of objects": {"many": [{"name": "a"}, OBJECT]},
    "in a set of objects": {
        "several": [{"name": "a"}, {"name": TOKEN}, {"name": "c", "owner": TOKEN, "inner": [{"name": TOKEN}]}]
    },
    "in a set of objects as a whole": {"several": MANY},
    "objects that turn out equal": {"several": [{"name": TOKEN}, {"name": "${conformance_object.source.token}"}]},
    "in a map of objects": {"named": {"k": {"name": TOKEN}, "l": {"name": "b", "inner": {"x": {"name": TOKEN}}}}},
    "a map of objects as a whole": {"named": MANY_BY_NAME},
    "in blocks": {
        "main": {"name": TOKEN, "part": [{"name": TOKEN}]},
        "rule": [{"name": "a"}, {"name": TOKEN, "match": [{"name": TOKEN}, {"name": "b"}]}],
        "tag": [{"name": "a"}, {"name": TOKEN, "note": TOKEN}],
    },
}  # fmt: skip

# Blocks whose number is not known: `dynamic` repeats them for each element.
DYNAMIC = """\
resource "conformance_kinds" "dynamic" {
  dynamic "rule" {
    for_each = conformance_object.source.parts
    content {
      name = rule.value
      dynamic "match" {
        for_each = toset(conformance_object.source.parts)
        content {
          name = match.value
        }
      }
    }
  }
  dynamic "tag" {
    for_each = toset(conformance_object.source.parts)
    content {
      name = tag.key
    }
  }
  dynamic "main" {
    for_each = conformance_object.source.parts
    content {
      name = main.value
      part {
        name = "known"
      }
    }
  }
}

resource "conformance_kinds" "beside" {
  rule {
    name = "known"
  }
  dynamic "rule" {
    for_each = conformance_object.source.parts
    content {
      name  = rule.value
      owner = conformance_object.source.token
    }
  }
  tag {
    name = "known"
  }
  dynamic "tag" {
    for_each = conformance_object.source.parts
    content {
      name = tag.value
    }
  }
}

data "conformance_object" "read" {
  id = conformance_object.source.id
}

resource "conformance_kinds" "read" {
  text  = data.conformance_object.read.token
  words = data.conformance_object.read.words
}

output "read" {
  value = data.conformance_object.read.name
}
"""


def test_values_are_unknown_in_every_place_and_then_known(workspace: Workspace) -> None:
    configured = {f"conformance_kinds.c{index}": case for index, case in enumerate(CASES.values())}
    workspace.write(DYNAMIC, "dynamic.tf")
    workspace.configure({**SOURCE, **configured})

    workspace.apply()
    workspace.require_no_change()

    (source,) = workspace.store.loaded("conformance_object")
    assert workspace.outputs() == {"read": "source"}
    state = dict(zip(CASES, (workspace.attributes(address) for address in configured), strict=True))
    assert state["elements that turn out equal"]["words"] == sorted({source["token"], source["parts"][0]})
    assert [part["name"] for part in state["objects that turn out equal"]["several"]] == [source["token"]]
    assert state["part of any value"]["anything"]["value"] == {"a": [source["token"], 1]}
    assert state["what has a default"]["policy"] == {"days": None, "mode": source["token"]}
    rule = workspace.attributes("conformance_kinds.beside")["rule"]
    assert [(part["name"], part["level"]) for part in rule] == [("known", 1), (source["parts"][0], 1)]
    assert workspace.attributes("conformance_kinds.read")["words"] == ["x", "y"]


def test_values_become_unknown_and_known_again(workspace: Workspace) -> None:
    """What was configured with known values depends on something new, which an update of everything then tells."""
    known = {
        f"conformance_kinds.c{index}": {
            "text": "before",
            "words": ["before"],
            "many": [{"name": "before"}, {"name": "second", "inner": [{"name": "inside"}]}],
            "several": [{"name": "before"}, {"name": "second", "inner": [{"name": "inside"}]}],
            "named": {"k": {"name": "before"}},
            "one": {"name": "before"},
            "main": {"name": "before"},
            "rule": [{"name": "before", "match": [{"name": "inside"}]}],
            "tag": [{"name": "before"}, {"name": "second"}],
        }
        for index in range(len(CASES))
    }
    workspace.configure(known)
    workspace.apply()
    pairs = zip(known.items(), CASES.values(), strict=True)
    workspace.configure({**SOURCE, **{address: before | case for (address, before), case in pairs}})

    found = workspace.planned()
    assert {found[address].actions for address in known} == {("update",)}
    workspace.apply_planned()
    workspace.require_no_change()


def test_what_is_never_null_can_be_reckoned_with(workspace: Workspace) -> None:
    """How many resources there are has to be known in a plan: that an id will not be null is."""
    count = "${conformance_object.source.id == null ? 0 : 2}"
    workspace.configure({**SOURCE, "conformance_object.each": {"name": "each", "count": count}})
    workspace.apply()
    assert len(workspace.store.ids("conformance_object")) == 3
