package org.ebpf4j.verifier.internal.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.verifier.input.CheckedProgram;

/// The fields of values of maps, and of objects of programs, that only the kernel may touch
/// (`struct btf_record`).
///
/// @param fields in the order of their offsets
public record ValueFields(List<Field> fields) {
  private static final ValueFields NONE = new ValueFields(List.of());

  /// Structs of `include/uapi/linux/bpf.h` that the kernel takes for fields of this kind.
  private static final Set<String> STRUCTS =
      Set.of(
          "bpf_spin_lock",
          "bpf_res_spin_lock",
          "bpf_timer",
          "bpf_wq",
          "bpf_task_work",
          "bpf_list_head",
          "bpf_list_node",
          "bpf_rb_root",
          "bpf_rb_node",
          "bpf_refcount");

  private static final int DEPTH = 8;

  public ValueFields {
    fields = List.copyOf(fields);
  }

  /// A field.
  ///
  /// @param type the struct, such as `bpf_timer`, or for pointers `kptr`, `kptr_untrusted`,
  ///   `percpu_kptr` or `uptr`
  /// @param offset where it is
  /// @param size its bytes
  /// @param target the struct that a pointer points to, by its id; 0 for others
  public record Field(String type, int offset, int size, int target) {
    /// Whether it is a pointer to an object.
    public boolean isPointer() {
      return type.endsWith("kptr") || type.startsWith("kptr") || type.equals("uptr");
    }
  }

  /// Those of the values of a map.
  static ValueFields of(CheckedProgram program, MapSpec map) {
    var types = program.types().orElse(null);
    if (types == null || map.valueType() == 0) {
      return NONE;
    }
    return of(types, map.valueType());
  }

  /// Those of a struct, or of a variable in a data section.
  static ValueFields of(Btf types, int type) {
    var found = new ArrayList<Field>();
    collect(types, type, 0, found, 0);
    return found.isEmpty() ? NONE : new ValueFields(found);
  }

  private static void collect(Btf types, int type, long at, List<Field> found, int depth) {
    if (depth > DEPTH) {
      return;
    }
    int id = types.resolve(type);
    switch (types.type(id)) {
      case BtfType.Struct struct when STRUCTS.contains(struct.name()) ->
          found.add(new Field(struct.name(), (int) at, (int) struct.size(), 0));
      case BtfType.Struct struct -> {
        for (var member : struct.members()) {
          collect(types, member.type(), at + member.bitOffset() / Byte.SIZE, found, depth + 1);
        }
      }
      case BtfType.DataSection section -> {
        for (var variable : section.variables()) {
          if (types.type(variable.variable()) instanceof BtfType.Variable one) {
            collect(types, one.type(), variable.offset(), found, depth + 1);
          }
        }
      }
      case BtfType.Array(int element, int _, long count) -> {
        long size = types.size(element);
        for (long i = 0; i < Math.min(count, 1024); i++) {
          int before = found.size();
          collect(types, element, at + i * size, found, depth + 1);
          if (found.size() == before) {
            break;
          }
        }
      }
      case BtfType.Pointer(int target) -> pointer(types, target, at, found);
      default -> {}
    }
  }

  private static void pointer(Btf types, int target, long at, List<Field> found) {
    int id = target;
    while (true) {
      switch (types.type(id)) {
        case BtfType.TypeTag tag -> {
          if (Set.of("kptr", "kptr_untrusted", "percpu_kptr", "uptr").contains(tag.value())) {
            found.add(new Field(tag.value(), (int) at, Long.BYTES, types.resolve(tag.target())));
            return;
          }
          id = tag.target();
        }
        case BtfType.Const(int next) -> id = next;
        case BtfType.Volatile(int next) -> id = next;
        default -> {
          return;
        }
      }
    }
  }

  /// A field that has a byte between two offsets, the second one excluded.
  Optional<Field> overlapping(long from, long to) {
    return fields.stream().filter(f -> f.offset() < to && f.offset() + f.size() > from).findFirst();
  }

  /// The field of a type at an offset.
  Optional<Field> at(long offset) {
    return fields.stream().filter(f -> f.offset() == offset).findFirst();
  }

  /// The only field of a type; empty where there is none or there are several.
  Optional<Field> only(String type) {
    var all = fields.stream().filter(f -> f.type().equals(type)).toList();
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /// Whether there is one of a type.
  boolean has(String type) {
    return fields.stream().anyMatch(f -> f.type().equals(type));
  }
}
