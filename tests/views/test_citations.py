"""Citations: a title says nothing to TeX but its own letters."""

from __future__ import annotations

import pytest

from ecoop_ld.views.citations import text_of


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Plain words, 2008: (a) [b] <c> \"d\" 'e'", "Plain words, 2008: (a) [b] <c> \"d\" 'e'"),
        ("100 % of R&D", r"100 \% of R\&D"),
        ("$x_1^2$ #5 ~y {z}", r"\$x\_1\^2\$ \#5 \~y \{z\}"),
        ("\\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("\\\\", r"\textbackslash{}\textbackslash{}"),
        ("Ñandú – 日本", "Ñandú – 日本"),
    ],
)
def test_no_sign_is_a_command(title: str, text: str) -> None:
    assert text_of(title) == text
