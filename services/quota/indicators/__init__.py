"""Indicators (指标): figures that departments report with source and document; no heads stand behind them."""
