package org.ebpf4j.relocation;

/// A type of the target that may be what a local type means.
record Candidate(Types types, int id) {
  /// `struct task_struct [123]`: with the id, as there may be several of the name.
  String describe() {
    return types.describe(id) + " [" + id + "]";
  }
}
