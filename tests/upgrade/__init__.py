"""An upgrade: data that the landed version wrote goes on under the code of this tree."""
