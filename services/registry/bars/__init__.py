"""Bars (暂停申报资格): institutions that may not submit until a date, on what document, and who lifted it."""
