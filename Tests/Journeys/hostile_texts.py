"""Two hundred texts that mean harm: each would do something, name something or hide something if a page took it for more than text.

What they would leave behind is always the same, so that a page can be looked through for it: a global `pwned`, an element `hostile-x`, an element with the id
`pwned`, a dialog, a request to `evil.invalid`. The tests of the pages' templates read the same file.
"""

import json
import pathlib

TEXTS: list[str] = [
    text for kind in json.loads((pathlib.Path(__file__).parents[1] / "hostile-texts.json").read_text()).values() for text in kind
]
