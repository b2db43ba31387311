package org.ebpf4j.cli.virtual;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.memory.MemoryObject;

/// The objects of the kernel's memory that a scenario makes, by their names.
final class MemoryObjects {
  private final VirtualKernel kernel;
  private final Map<String, MemoryObject> objects = new LinkedHashMap<>();

  /// An object that is made.
  ///
  /// @param type the name of its struct
  /// @param fields its fields; `@NAME` is the address of another object, made before
  record Plan(String type, Map<String, String> fields) {
    Plan {
      fields = Map.copyOf(fields);
    }
  }

  MemoryObjects(VirtualKernel kernel) {
    this.kernel = kernel;
  }

  /// Makes them. The types are those of the object that was loaded.
  ///
  /// @throws BpfException where one has no such field, or a value does not fit; says which
  void make(Map<String, Plan> plans) {
    plans.forEach((name, plan) -> {
      var object = kernel.memory().allocate(plan.type());
      plan.fields()
          .forEach((field, value) -> {
            try {
              if (value.startsWith("@")) {
                object.set(field, named(value.substring(1)));
              } else {
                object.set(field, value);
              }
            } catch (IllegalArgumentException e) {
              throw new BpfException("object '" + name + "': " + field + ": " + e.getMessage(), e);
            }
          });
      objects.put(name, object);
    });
  }

  /// The object of a name.
  ///
  /// @throws NotFoundException where the scenario makes none
  MemoryObject named(String name) {
    var object = objects.get(name);
    if (object == null) {
      throw new NotFoundException("object of the scenario's memory", name, objects.keySet());
    }
    return object;
  }
}
