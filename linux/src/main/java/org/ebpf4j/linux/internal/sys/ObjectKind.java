package org.ebpf4j.linux.internal.sys;

/// The kinds of objects that have ids, with the commands that walk and open them (`enum bpf_cmd`).
public enum ObjectKind {
  PROGRAM(11, 13, "PROG"),
  MAP(12, 14, "MAP"),
  TYPES(23, 19, "BTF"),
  LINK(31, 30, "LINK");

  final int nextId;
  final int openById;
  private final String commandPrefix;

  ObjectKind(int nextId, int openById, String commandPrefix) {
    this.nextId = nextId;
    this.openById = openById;
    this.commandPrefix = commandPrefix;
  }

  /// What the names of its commands begin with, such as `PROG`.
  public String commandPrefix() {
    return commandPrefix;
  }
}
