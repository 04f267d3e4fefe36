"""The working-day calendar (工作日历) as data: years from a package, and what decrees have changed since."""
