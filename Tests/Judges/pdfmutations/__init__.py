"""Proof that the judge can fail: a good file is broken in one way at a time, and the judge must name exactly that clause."""
