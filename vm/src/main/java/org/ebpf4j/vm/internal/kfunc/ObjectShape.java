package org.ebpf4j.vm.internal.kfunc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// What the kernel has to know of a struct whose objects programs own.
///
/// @param name the struct in C
/// @param size its bytes
/// @param fields the fields that the kernel keeps things in
record ObjectShape(String name, int size, List<Field> fields) {
  private static final int DEEPEST = 8;
  private static final Map<String, Sort> SORTS =
      Map.of("bpf_refcount", Sort.COUNT, "bpf_list_head", Sort.LIST, "bpf_rb_root", Sort.TREE);

  ObjectShape {
    fields = List.copyOf(fields);
  }

  /// What a field holds.
  enum Sort {
    COUNT,
    LIST,
    TREE,
    POINTER
  }

  /// A field that the kernel keeps something in.
  record Field(Sort sort, int offset) {}

  /// The shape of a struct.
  static ObjectShape of(Btf types, int type) {
    var fields = new ArrayList<Field>();
    collect(types, type, 0, 0, fields);
    return new ObjectShape("struct " + types.name(types.resolve(type)), size(types, type), fields);
  }

  private static int size(Btf types, int type) {
    return Math.toIntExact(types.size(type));
  }

  /// Where the count of references is; -1 where there is none.
  int count() {
    return fields.stream()
        .filter(field -> field.sort() == Sort.COUNT)
        .mapToInt(Field::offset)
        .findFirst()
        .orElse(-1);
  }

  private static void collect(Btf types, int type, int offset, int depth, List<Field> fields) {
    if (depth > DEEPEST) {
      return;
    }
    switch (types.type(types.resolve(type))) {
      case BtfType.Struct struct when SORTS.containsKey(struct.name()) ->
          fields.add(new Field(Objects.requireNonNull(SORTS.get(struct.name())), offset));
      case BtfType.Struct struct -> {
        for (var member : struct.members()) {
          var at = offset + (int) (member.bitOffset() / 8);
          collect(types, member.type(), at, depth + 1, fields);
        }
      }
      case BtfType.Array array when array.count() <= 64 -> {
        for (int i = 0; i < array.count(); i++) {
          collect(
              types, array.element(), offset + i * size(types, array.element()), depth + 1, fields);
        }
      }
      case BtfType.Pointer pointer when isOwned(types, pointer.target()) ->
          fields.add(new Field(Sort.POINTER, offset));
      default -> {
        // Bytes that are the program's own.
      }
    }
  }

  private static boolean isOwned(Btf types, int target) {
    return types.type(target) instanceof BtfType.TypeTag tag
        && (tag.value().equals("kptr") || tag.value().equals("percpu_kptr"));
  }
}
