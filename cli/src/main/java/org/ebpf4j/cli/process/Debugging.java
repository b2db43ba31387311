package org.ebpf4j.cli.process;

/// What `--debug` says, for commands that print errors themselves.
public interface Debugging {
  /// Whether errors are to be printed with where they arose.
  boolean debug();
}
