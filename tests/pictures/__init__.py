"""Pictures of the running page, made by a script."""
