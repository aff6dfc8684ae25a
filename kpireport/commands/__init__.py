"""The commands of the command line, each in a file of its own: options in, one call, words and an exit code out."""
