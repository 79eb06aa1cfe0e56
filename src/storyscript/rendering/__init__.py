"""From jobs to tasks to files, over a client that it is given."""
