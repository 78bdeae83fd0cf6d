"""Chromium without a window, and the scripts from npm that it runs, for tests and pictures."""
