"""Deliveries (投递): the way of an alert to its recipient, with every attempt kept."""
