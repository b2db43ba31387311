package org.ebpf4j.program.compile;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.MapSpec;

/// Maps as object files describe them: structs of pointers whose types are numbers and types
/// (`__uint` and `__type` of `bpf_helpers.h`).
final class MapTypes {
  private static final int POINTER_BITS = 64;
  private static final int GLOBAL = 1;

  private final BtfBuilder btf;
  private final int integer;

  MapTypes(BtfBuilder btf) {
    this.btf = btf;
    this.integer = btf.add(new BtfType.Int("int", 4, 1, 0, 32));
  }

  /// A map in the section `.maps`.
  ///
  /// @param variable the id of its variable
  /// @param size its bytes in the section
  record Defined(int variable, int size) {}

  Defined define(MapSpec map) {
    if (!map.slots().isEmpty()) {
      throw new BpfException(
          "map '"
              + map.name()
              + "' holds maps or programs from the start, which is not written into object files"
              + "\n  try: load the object as it was compiled");
    }
    var struct = definition(map);
    var size = Math.toIntExact(struct.size());
    return new Defined(btf.add(new BtfType.Variable(map.name(), btf.add(struct), GLOBAL)), size);
  }

  private BtfType.Struct definition(MapSpec map) {
    var members = new ArrayList<BtfType.Member>();
    number(members, "type", map.type());
    type(members, "key", map.keyType(), map.keySize());
    type(members, "value", map.keySize() == 0 ? 0 : map.valueType(), map.valueSize());
    number(members, "max_entries", map.maxEntries());
    number(members, "map_flags", map.flags());
    number(members, "pinning", map.pinByName() ? 1 : 0);
    var size = 8 * members.size();
    map.inner()
        .ifPresent(inner -> {
          // `__array(values, struct …)`: an array of no pointers to what maps in it look like.
          var like = btf.add(new BtfType.Pointer(btf.add(definition(inner))));
          add(members, "values", btf.add(new BtfType.Array(like, integer, 0)));
        });
    return new BtfType.Struct("", size, false, members);
  }

  private void number(List<BtfType.Member> members, String name, long value) {
    if (value != 0) {
      var array = btf.add(new BtfType.Array(integer, integer, value));
      add(members, name, btf.add(new BtfType.Pointer(array)));
    }
  }

  private void type(List<BtfType.Member> members, String name, int type, int size) {
    if (type != 0) {
      add(members, name, btf.add(new BtfType.Pointer(type)));
    } else {
      number(members, name + "_size", size);
    }
  }

  private static void add(List<BtfType.Member> members, String name, int type) {
    members.add(new BtfType.Member(name, type, (long) POINTER_BITS * members.size(), 0));
  }
}
