"""What people ask of their data (个人权利请求): entered, answered within 30 days, carried out; restriction (限制处理).

Owns the pages and the countdown. What is granted, by how many officers, and what becomes of the data is the registry's.
"""
