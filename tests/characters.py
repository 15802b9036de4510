"""Characters that no text may have: controls, marks that change the direction, noncharacters."""

REFUSED = "\x07\x0b\x85\u061c\u200f\u2028\u202e\u2066\ufffe\U0010ffff"
