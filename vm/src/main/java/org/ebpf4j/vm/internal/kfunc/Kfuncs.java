package org.ebpf4j.vm.internal.kfunc;

import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;

/// The functions that programs call by name, and the helpers that share things with them.
public final class Kfuncs {
  private Kfuncs() {}

  /// All kfuncs, by their names, such as `bpf_iter_num_new`.
  ///
  /// @param deferred what runs later
  /// @param helpers the helpers of the kernel
  public static Map<String, Kfunc> all(Deferred deferred, Map<String, Helper> helpers) {
    var all = new HashMap<String, Kfunc>();
    var plain = new HashMap<String, Helper>();
    Iterators.addTo(plain);
    Dynptrs.addKfuncs(plain);
    Dynptrs.addReads(plain, helpers);
    Locks.addTo(plain);
    Strings.addTo(plain);
    Arenas.addTo(plain);
    Lists.addTo(plain);
    Trees.addTo(plain);
    CpuSets.addTo(plain);
    Lookups.addTo(plain);
    Casts.addTo(plain, helpers);
    deferred.addKfuncs(plain);
    plain.forEach((name, helper) -> all.put(name, Kfunc.plain(helper)));
    Dynptrs.addTyped(all);
    OwnedObjects.addTo(all);
    Casts.addTyped(all);
    var named = new HashMap<String, Kfunc>();
    all.forEach((name, kfunc) -> named.put("bpf_" + name, kfunc));
    return named;
  }

  /// Frees what a program has put into a field of a value (`SpecialFields.Release`).
  ///
  /// @param type what the field is
  /// @param at its address
  public static void release(Memory memory, String type, long at) {
    switch (type) {
      case "bpf_list_head" -> Lists.drain(memory, at);
      case "bpf_rb_root" -> Trees.drain(memory, at);
      case "kptr", "percpu_kptr" -> {
        var object = memory.load(at, Long.BYTES);
        if (memory.find(object) != null) {
          OwnedObjects.drop(memory, object);
        }
      }
      default -> {
        // A pointer that nothing is held by.
      }
    }
  }

  /// Adds the helpers that work on timers, dynptrs and pointers of the kernel (kptrs), by name.
  ///
  /// @param helpers those that there are
  public static void addHelpers(Deferred deferred, Map<String, Helper> helpers) {
    var all = new HashMap<String, Helper>();
    Dynptrs.addHelpers(all, helpers);
    UserRings.addHelpers(all);
    OwnedObjects.addHelpers(all, helpers);
    deferred.addHelpers(all);
    all.forEach((name, helper) -> helpers.put("bpf_" + name, helper));
  }
}
