package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Run;

/// Binary search trees of objects, in the memory of the objects themselves: a root (`struct
/// bpf_rb_root`) has the address of the topmost node, a node (`struct bpf_rb_node`) those of the
/// one above, of those to the right and left, and of its root. They are not balanced.
final class Trees {
  private static final int ABOVE = 0;
  private static final int RIGHT = 8;
  private static final int LEFT = 16;
  private static final int OWNER = 24;

  private Trees() {}

  static void addTo(Map<String, Helper> all) {
    for (var suffix : new String[] {"", "_impl"}) {
      all.put("rbtree_add" + suffix, (run, root, node, less, d, e) -> add(run, root, node, less));
    }
    all.put("rbtree_remove", (run, root, node, c, d, e) -> remove(run.memory(), root, node));
    all.put(
        "rbtree_first", (run, root, b, c, d, e) -> first(run.memory(), top(run.memory(), root)));
    all.put("rbtree_root", (run, root, b, c, d, e) -> top(run.memory(), root));
    all.put("rbtree_left", (run, root, node, c, d, e) -> side(run.memory(), root, node, LEFT));
    all.put("rbtree_right", (run, root, node, c, d, e) -> side(run.memory(), root, node, RIGHT));
  }

  private static long get(Memory memory, long address, int field) {
    return memory.load(address + field, Long.BYTES);
  }

  private static void set(Memory memory, long address, int field, long value) {
    memory.store(address + field, Long.BYTES, value);
  }

  private static long top(Memory memory, long root) {
    return get(memory, root, 0);
  }

  private static long side(Memory memory, long root, long node, int side) {
    return get(memory, node, OWNER) == root ? get(memory, node, side) : 0;
  }

  private static long first(Memory memory, long from) {
    long node = from;
    while (node != 0 && get(memory, node, LEFT) != 0) {
      node = get(memory, node, LEFT);
    }
    return node;
  }

  private static long add(Run run, long root, long node, long less) {
    var memory = run.memory();
    if (get(memory, node, OWNER) != 0) {
      OwnedObjects.drop(memory, node);
      return -Errno.EINVAL;
    }
    long above = 0;
    int side = LEFT;
    for (long at = top(memory, root); at != 0; at = get(memory, at, side)) {
      above = at;
      side = run.callback(less, node, at, 0, 0, 0) != 0 ? LEFT : RIGHT;
    }
    set(memory, node, ABOVE, above);
    set(memory, node, LEFT, 0);
    set(memory, node, RIGHT, 0);
    set(memory, node, OWNER, root);
    if (above == 0) {
      set(memory, root, 0, node);
    } else {
      set(memory, above, side, node);
    }
    return 0;
  }

  /// Puts a node, or none, in the place of another.
  private static void replace(Memory memory, long root, long node, long by) {
    long above = get(memory, node, ABOVE);
    if (above == 0) {
      set(memory, root, 0, by);
    } else {
      set(memory, above, get(memory, above, LEFT) == node ? LEFT : RIGHT, by);
    }
    if (by != 0) {
      set(memory, by, ABOVE, above);
    }
  }

  private static long remove(Memory memory, long root, long node) {
    if (get(memory, node, OWNER) != root) {
      return 0;
    }
    long left = get(memory, node, LEFT);
    long right = get(memory, node, RIGHT);
    if (left == 0 || right == 0) {
      replace(memory, root, node, left == 0 ? right : left);
    } else {
      long next = first(memory, right);
      if (next != right) {
        replace(memory, root, next, get(memory, next, RIGHT));
        set(memory, next, RIGHT, right);
        set(memory, right, ABOVE, next);
      }
      replace(memory, root, node, next);
      set(memory, next, LEFT, left);
      set(memory, left, ABOVE, next);
    }
    set(memory, node, OWNER, 0);
    return node;
  }

  /// Gives all objects of a tree back.
  static void drain(Memory memory, long root) {
    for (long node = top(memory, root); node != 0; node = top(memory, root)) {
      remove(memory, root, node);
      OwnedObjects.drop(memory, node);
    }
  }
}
