package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;

/// Doubly linked lists of objects, in the memory of the objects themselves: a head (`struct
/// bpf_list_head`) has the addresses of the first and the last node, a node (`struct
/// bpf_list_node`) those of its neighbours and of its head. The head closes the circle.
final class Lists {
  private static final int NEXT = 0;
  private static final int LAST = 8;
  private static final int OWNER = 16;

  private Lists() {}

  static void addTo(Map<String, Helper> all) {
    for (var suffix : new String[] {"", "_impl"}) {
      all.put(
          "list_push_front" + suffix,
          (run, head, node, c, d, e) -> push(run.memory(), head, node, true));
      all.put(
          "list_push_back" + suffix,
          (run, head, node, c, d, e) -> push(run.memory(), head, node, false));
    }
    all.put("list_pop_front", (run, head, b, c, d, e) -> pop(run.memory(), head, NEXT));
    all.put("list_pop_back", (run, head, b, c, d, e) -> pop(run.memory(), head, LAST));
    all.put("list_front", (run, head, b, c, d, e) -> end(run.memory(), head, NEXT));
    all.put("list_back", (run, head, b, c, d, e) -> end(run.memory(), head, LAST));
  }

  private static long get(Memory memory, long address, int field) {
    return memory.load(address + field, Long.BYTES);
  }

  private static void set(Memory memory, long address, int field, long value) {
    memory.store(address + field, Long.BYTES, value);
  }

  private static void begin(Memory memory, long head) {
    if (get(memory, head, NEXT) == 0) {
      set(memory, head, NEXT, head);
      set(memory, head, LAST, head);
    }
  }

  private static long push(Memory memory, long head, long node, boolean front) {
    begin(memory, head);
    if (get(memory, node, OWNER) != 0) {
      OwnedObjects.drop(memory, node);
      return -Errno.EINVAL;
    }
    long before = front ? head : get(memory, head, LAST);
    long after = front ? get(memory, head, NEXT) : head;
    set(memory, node, OWNER, head);
    set(memory, node, LAST, before);
    set(memory, node, NEXT, after);
    set(memory, before, NEXT, node);
    set(memory, after, LAST, node);
    return 0;
  }

  /// The first or the last node; 0 where there is none.
  private static long end(Memory memory, long head, int side) {
    begin(memory, head);
    long node = get(memory, head, side);
    return node == head ? 0 : node;
  }

  private static long pop(Memory memory, long head, int side) {
    long node = end(memory, head, side);
    if (node != 0) {
      long before = get(memory, node, LAST);
      long after = get(memory, node, NEXT);
      set(memory, before, NEXT, after);
      set(memory, after, LAST, before);
      set(memory, node, NEXT, node);
      set(memory, node, LAST, node);
      set(memory, node, OWNER, 0);
    }
    return node;
  }

  /// Gives all objects of a list back.
  static void drain(Memory memory, long head) {
    for (long node = pop(memory, head, NEXT); node != 0; node = pop(memory, head, NEXT)) {
      OwnedObjects.drop(memory, node);
    }
  }
}
