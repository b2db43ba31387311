package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ebpf4j.vm.internal.kfunc.ObjectShape.Sort;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;

/// Objects that programs allocate and own, and pointers to them in maps (kptrs).
final class OwnedObjects {
  private OwnedObjects() {}

  /// An object.
  private static final class Owned extends Region {
    private final ObjectShape shape;

    Owned(ObjectShape shape) {
      super("an object of " + shape.name(), new byte[shape.size()], true);
      this.shape = shape;
    }
  }

  /// What stands for an object that each CPU has one of.
  private static final class PerCpu extends Region {
    private final ObjectShape shape;
    private final Map<Long, Owned> objects = new ConcurrentHashMap<>();

    PerCpu(ObjectShape shape) {
      super("an object of " + shape.name() + " for each CPU", 1, false);
      this.shape = shape;
    }

    long address(Memory memory, long cpu) {
      return objects
          .computeIfAbsent(
              cpu,
              _ -> {
                var made = new Owned(shape);
                memory.add(made);
                return made;
              })
          .address();
    }
  }

  static void addTo(Map<String, Kfunc> all) {
    for (var suffix : new String[] {"", "_impl"}) {
      all.put("obj_new" + suffix, OwnedObjects::allocation);
      all.put("percpu_obj_new" + suffix, OwnedObjects::allocationPerCpu);
      for (var name : new String[] {"obj_drop", "percpu_obj_drop"}) {
        all.put(
            name + suffix,
            Kfunc.plain((run, object, b, c, d, e) -> {
              drop(run.memory(), object);
              return 0;
            }));
      }
      all.put(
          "refcount_acquire" + suffix,
          Kfunc.plain((run, object, b, c, d, e) -> acquire(run, object)));
    }
  }

  static void addHelpers(Map<String, Helper> all, Map<String, Helper> helpers) {
    all.put(
        "kptr_xchg",
        (run, at, pointer, c, d, e) -> {
          synchronized (run.memory().at(at)) {
            var old = run.memory().load(at, Long.BYTES);
            run.memory().store(at, Long.BYTES, pointer);
            return old;
          }
        });
    for (var name : new String[] {"per_cpu_ptr", "this_cpu_ptr"}) {
      var own = name.equals("this_cpu_ptr");
      var other = helpers.getOrDefault("bpf_" + name, (run, pointer, cpu, c, d, e) -> pointer);
      all.put(
          name,
          (run, pointer, cpu, c, d, e) ->
              run.memory().find(pointer) instanceof PerCpu object
                  ? object.address(run.memory(), own ? run.cpu() : cpu)
                  : other.call(run, pointer, cpu, c, d, e));
    }
  }

  private static Map<Long, ObjectShape> shapes() {
    return new ConcurrentHashMap<>();
  }

  private static ObjectShape shape(Kfunc.Caller caller, Map<Long, ObjectShape> known, long type) {
    return known.computeIfAbsent(
        type,
        id ->
            ObjectShape.of(
                caller.types().orElseThrow(() -> new MemoryFault(id, "no type: there are none")),
                Math.toIntExact(id)));
  }

  private static Helper allocation(Kfunc.Caller caller) {
    var known = shapes();
    return (run, type, b, c, d, e) -> {
      var made = new Owned(shape(caller, known, type));
      var address = run.memory().add(made);
      if (made.shape.count() >= 0) {
        run.memory().store(address + made.shape.count(), 4, 1);
      }
      return address;
    };
  }

  private static Helper allocationPerCpu(Kfunc.Caller caller) {
    var known = shapes();
    return (run, type, b, c, d, e) -> run.memory().add(new PerCpu(shape(caller, known, type)));
  }

  private static long acquire(Run run, long object) {
    if (run.memory().at(object) instanceof Owned owned && owned.shape.count() >= 0) {
      synchronized (owned) {
        var at = owned.address() + owned.shape.count();
        var count = run.memory().load(at, 4);
        if (count == 0) {
          return 0;
        }
        run.memory().store(at, 4, count + 1);
        return object;
      }
    }
    throw new MemoryFault(object, "no object that counts its references");
  }

  /// Gives a reference to the object at an address back, and what the object holds with the last.
  static void drop(Memory memory, long object) {
    var region = memory.find(object);
    if (region instanceof PerCpu each) {
      memory.remove(each);
      each.objects.values().forEach(memory::remove);
    } else if (region instanceof Owned owned) {
      dropOwned(memory, owned);
    } else if (CpuSets.isAt(memory, object)) {
      CpuSets.release(memory, object);
    } else if (region == null) {
      throw new MemoryFault(object, "no object, or one that is gone");
    }
  }

  private static void dropOwned(Memory memory, Owned owned) {
    if (owned.shape.count() >= 0) {
      synchronized (owned) {
        var at = owned.address() + owned.shape.count();
        var left = memory.load(at, 4) - 1;
        memory.store(at, 4, left);
        if (left > 0) {
          return;
        }
      }
    }
    for (var field : owned.shape.fields()) {
      var at = owned.address() + field.offset();
      if (field.sort() == Sort.LIST) {
        Lists.drain(memory, at);
      } else if (field.sort() == Sort.TREE) {
        Trees.drain(memory, at);
      } else if (field.sort() == Sort.POINTER && memory.load(at, Long.BYTES) != 0) {
        drop(memory, memory.load(at, Long.BYTES));
      }
    }
    memory.remove(owned);
  }
}
