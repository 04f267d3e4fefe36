"""Progress (完成情况): one row per quota, the records behind it, its months and the overlaps between programmes."""
