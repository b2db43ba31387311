package org.ebpf4j.relocation;

import org.ebpf4j.btf.Btf;

/// Whether a type of an object stands for a type of the kernel: the rule by which variables and
/// functions of the kernel are accepted for declarations of them. Its functions are pure, and any
/// thread may call them.
public final class TypeCompatibility {
  private TypeCompatibility() {}

  /// Whether both are of the same kind, and the same down to what pointers, arrays and prototypes
  /// lead to. Members of structs do not matter, nor do names. Types that nest too deep to tell
  /// stand for nothing.
  public static boolean compatible(Btf local, int localId, Btf target, int targetId) {
    var effort = new Effort();
    try {
      return Compatibility.ofTypes(
          new Types(local, effort), localId, new Types(target, effort), targetId);
    } catch (Unresolvable _) {
      return false;
    }
  }
}
