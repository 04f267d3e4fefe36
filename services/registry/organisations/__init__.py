"""Organisations and posts (单位与岗位): the codes they are known by."""
