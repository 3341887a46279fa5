"""Tests of the client, over real servers."""
