package org.ebpf4j.verifier.internal.call;

import java.util.Map;
import java.util.Set;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.StructWalk;
import org.ebpf4j.verifier.internal.state.Reg;

/// How far a pointer is trusted that was read from a structure of the kernel (`BTF_TYPE_SAFE_…` and
/// `check_ptr_to_btf_access` in `kernel/bpf/verifier.c`).
final class Trust {
  /// Valid with the structure.
  private static final Map<String, Set<String>> TRUSTED =
      Map.of(
          "bpf_iter_meta", Set.of("seq"),
          "bpf_iter__task", Set.of("meta", "task"),
          "linux_binprm", Set.of("file"),
          "file", Set.of("f_inode"));

  /// Valid with the structure, or null.
  private static final Map<String, Set<String>> TRUSTED_OR_NULL =
      Map.of(
          "dentry", Set.of("d_inode"),
          "socket", Set.of("sk"),
          "vm_area_struct", Set.of("vm_mm", "vm_file"));

  /// Valid under RCU.
  private static final Map<String, Set<String>> UNDER_RCU =
      Map.of(
          "task_struct", Set.of("cpus_ptr", "cgroups", "real_parent", "group_leader"),
          "cgroup", Set.of("kn"),
          "css_set", Set.of("dfl_cgrp"),
          "cgroup_subsys_state", Set.of("cgroup"));

  /// Valid under RCU, or null.
  private static final Map<String, Set<String>> UNDER_RCU_OR_NULL =
      Map.of(
          "mm_struct", Set.of("exe_file", "owner"),
          "sk_buff", Set.of("sk"),
          "request_sock", Set.of("sk"));

  private Trust() {}

  private static boolean has(Map<String, Set<String>> table, Reg reg, StructWalk.Pointer pointer) {
    var types = reg.btf;
    return types != null
        && types.name(types.resolve(reg.btfType)).equals(pointer.struct())
        && table.getOrDefault(pointer.struct(), Set.of()).contains(pointer.field());
  }

  /// The flags of the pointer that is read.
  static int of(Walk walk, Reg reg, StructWalk.Pointer pointer) {
    if (reg.has(Reg.UNTRUSTED)) {
      return Reg.UNTRUSTED;
    }
    int place = (pointer.user() ? Reg.USER : 0) | (pointer.perCpu() ? Reg.PER_CPU : 0);
    var trusted = reg.has(Reg.TRUSTED) || reg.referenceId != 0;
    if ((!trusted && !reg.has(Reg.RCU)) || !walk.rules().atLeast(6, 2)) {
      return place;
    }
    if (has(TRUSTED, reg, pointer)) {
      return place | Reg.TRUSTED;
    }
    if (has(TRUSTED_OR_NULL, reg, pointer)) {
      return place | Reg.TRUSTED | Reg.MAYBE_NULL;
    }
    if (!isUnderRcu(walk) || reg.mayBeNull()) {
      return Reg.UNTRUSTED;
    }
    if (has(UNDER_RCU, reg, pointer)) {
      return place | Reg.RCU;
    }
    if (pointer.rcu() || has(UNDER_RCU_OR_NULL, reg, pointer)) {
      return place | Reg.RCU | Reg.MAYBE_NULL;
    }
    return place;
  }

  /// Whether what RCU protects stays where it is.
  static boolean isUnderRcu(Walk walk) {
    var held = walk.state().references;
    return held.rcuLocks > 0
        || held.preemptLocks > 0
        || held.activeLocks > 0
        || !walk.state().inSleepable;
  }
}
