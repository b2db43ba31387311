package org.ebpf4j.vm.internal.context;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.vm.internal.helper.Task;
import org.ebpf4j.vm.internal.memory.KernelTypes;
import org.ebpf4j.vm.memory.MemoryObject;
import org.ebpf4j.vm.memory.VirtualMemory;

/// The `struct task_struct` of tasks that came without one: made when a program asks for it, by the
/// types that the program sees. The same task has the same object, as long as it is not one of too
/// many.
public final class TaskObjects {
  private static final String TYPE = "task_struct";
  private static final int MOST = 1024;

  private final VirtualMemory memory;
  private final KernelTypes types;
  private final Map<Key, MemoryObject> made = new LinkedHashMap<>();

  /// Types differ between objects, so a task may have several.
  private record Key(Btf types, int type, int pid) {
    @Override
    @SuppressWarnings("ReferenceEquality") // Equal types are equal objects; the very ones are fast.
    public boolean equals(Object other) {
      return other instanceof Key key && key.types == types && key.type == type && key.pid == pid;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(types) + pid;
    }
  }

  public TaskObjects(VirtualMemory memory, KernelTypes types) {
    this.memory = memory;
    this.types = types;
  }

  /// The address of a task's object.
  ///
  /// @param own the types of the program's object
  public synchronized long address(Task task, Optional<Btf> own) {
    return task.address() != 0 ? task.address() : object(task, own).address();
  }

  private MemoryObject object(Task task, Optional<Btf> own) {
    var type = types.find(TYPE, own);
    var key = new Key(type.types(), type.id(), task.pid());
    var found = made.get(key);
    if (found == null || !found.isLive()) {
      found = memory.allocate(type.types(), type.id());
      made.put(key, found);
      dropFirst();
    }
    fill(found, task);
    if (task.pid() == 1) {
      link(found, found);
    } else {
      link(found, object(Task.init(), own));
    }
    return found;
  }

  private void dropFirst() {
    if (made.size() > MOST) {
      var first = made.entrySet().iterator();
      first.next().getValue().free();
      first.remove();
    }
  }

  private static void link(MemoryObject task, MemoryObject parent) {
    for (var name : List.of("real_parent", "parent")) {
      whereThere(task, name, (object, path) -> object.set(path, parent));
    }
    whereThere(task, "group_leader", (object, path) -> object.set(path, object));
  }

  private static void fill(MemoryObject object, Task task) {
    whereThere(object, "pid", (o, path) -> o.set(path, task.pid()));
    whereThere(object, "tgid", (o, path) -> o.set(path, task.tgid()));
    whereThere(object, "comm", (o, path) -> o.set(path, task.comm(o.member(path).size())));
    for (var name : List.of("cred", "real_cred")) {
      whereThere(object, name, (o, path) -> credentials(o, path, task));
    }
  }

  private static void credentials(MemoryObject object, String path, Task task) {
    if (object.number(path) == 0) {
      if (!object.canMake(path)) {
        return;
      }
      object.make(path);
    }
    var credentials = object.follow(path);
    for (var id : List.of("uid", "euid", "suid", "fsuid")) {
      whereThere(credentials, id, (o, member) -> o.set(member, task.uid() & 0xffff_ffffL));
    }
    for (var id : List.of("gid", "egid", "sgid", "fsgid")) {
      whereThere(credentials, id, (o, member) -> o.set(member, task.gid() & 0xffff_ffffL));
    }
  }

  private static void whereThere(
      MemoryObject object, String member, BiConsumer<MemoryObject, String> use) {
    if (object.has(member)) {
      use.accept(object, member);
    }
  }
}
