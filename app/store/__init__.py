"""Where runs and tables are kept: what outlives a server, and what of it is live in this one."""
