"""What an editor asks of a story, in offsets and plain values: nothing here knows of a protocol, a file or a clock."""
