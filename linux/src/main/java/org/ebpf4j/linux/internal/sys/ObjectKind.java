package org.ebpf4j.linux.internal.sys;

/// The kinds of objects that have ids, with the commands that walk and open them (`enum bpf_cmd`).
public enum ObjectKind {
  PROGRAM(11, 13, "PROG", "programs"),
  MAP(12, 14, "MAP", "maps"),
  TYPES(23, 19, "BTF", "types"),
  LINK(31, 30, "LINK", "links");

  final int nextId;
  final int openById;
  private final String commandPrefix;
  private final String plural;

  ObjectKind(int nextId, int openById, String commandPrefix, String plural) {
    this.plural = plural;
    this.nextId = nextId;
    this.openById = openById;
    this.commandPrefix = commandPrefix;
  }

  /// What the names of its commands begin with, such as `PROG`.
  public String commandPrefix() {
    return commandPrefix;
  }

  /// What many of them are called, such as `programs`.
  public String plural() {
    return plural;
  }
}
