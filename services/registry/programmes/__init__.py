"""Programmes (人才计划): the policy in force, its places over time, its eligibility rules, the working-day calendar."""
