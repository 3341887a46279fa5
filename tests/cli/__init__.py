"""Tests of the command line, in this process but for what serves."""
