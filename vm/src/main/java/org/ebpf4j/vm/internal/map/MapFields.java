package org.ebpf4j.vm.internal.map;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// What a program reads that takes a map for the kernel's struct of it (`struct bpf_map`, `struct
/// bpf_arena`): the fields that programs ask for; all else is zero.
final class MapFields {
  private record Field(int offset, int size, long value) {}

  private final List<Field> fields = new ArrayList<>();

  /// @param types the types that say where the fields are
  /// @param operations an address that is not zero
  MapFields(Btf types, int id, MapSpec spec, Content content, long operations) {
    add(types, "bpf_map", "id", id);
    add(types, "bpf_map", "map_type", spec.type());
    add(types, "bpf_map", "key_size", spec.keySize());
    add(types, "bpf_map", "value_size", spec.valueSize());
    add(types, "bpf_map", "max_entries", spec.maxEntries());
    add(types, "bpf_map", "map_flags", spec.flags());
    add(types, "bpf_map", "map_extra", spec.extra());
    add(types, "bpf_map", "ops", operations);
    if (content instanceof ArenaContent arena) {
      add(types, "bpf_arena", "user_vm_start", arena.address());
    }
    if (spec.type() == MapType.ARRAY.number()) {
      add(types, "bpf_array", "elem_size", Values.stride(spec.valueSize()));
      add(types, "bpf_array", "index_mask", Long.highestOneBit(spec.maxEntries() * 2 - 1) - 1);
    }
  }

  private void add(Btf types, String struct, String name, long value) {
    for (var id : types.ids(struct)) {
      var member = member(types, id, name);
      if (member != null) {
        var size = (int) types.size(member.type());
        fields.add(new Field((int) (member.bitOffset() / 8), size, value));
        return;
      }
    }
  }

  private static BtfType.@Nullable Member member(Btf types, int id, String name) {
    if (types.type(id) instanceof BtfType.Struct struct) {
      for (var member : struct.members()) {
        if (member.name().equals(name)) {
          return member;
        }
      }
    }
    return null;
  }

  /// The number at an offset.
  long read(int offset, int size) {
    for (var field : fields) {
      if (offset >= field.offset() && offset + size <= field.offset() + field.size()) {
        long value = field.value() >>> (8 * (offset - field.offset()));
        return size == Long.BYTES ? value : value & ((1L << (8 * size)) - 1);
      }
    }
    return 0;
  }
}
