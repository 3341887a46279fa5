"""Who may compute what takes long, when, and where: fair queues, turns of the event loop, processes of their own."""
