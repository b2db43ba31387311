package org.ebpf4j.btf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Makes small BTF of a part of other BTF: of types that are kept, and of structs only the members
/// that are kept. Sizes and the places of members stay. A pointer to a type that is not kept points
/// to `void`. Where the types are of split BTF, the subset stands by itself. One thread at a time
/// may use it.
public final class BtfSubset {
  private final Btf source;
  private final BitSet kept = new BitSet();
  private final Map<Integer, BitSet> members = new HashMap<>();

  /// Starts with nothing of `source`.
  public BtfSubset(Btf source) {
    this.source = source;
  }

  /// Keeps a type and those that it is made of: what a name, qualifier or tag stands for, elements
  /// of an array, what a function takes and gives. Of a struct it keeps no members, of a pointer
  /// not what it points to.
  public void keep(int id) {
    keep(id, false);
  }

  /// Keeps a type as [#keep(int)] does, and what its pointers point to.
  public void keepWithPointees(int id) {
    keep(id, true);
  }

  /// Keeps a member of a struct or union, with its type.
  ///
  /// @param id the struct itself, not a name of it
  public void keepMember(int id, int index) {
    if (!(source.type(id) instanceof BtfType.Struct struct)) {
      throw new IllegalArgumentException("type " + id + " has no members");
    }
    keep(id);
    keep(struct.members().get(index).type());
    members.computeIfAbsent(id, _ -> new BitSet()).set(index);
  }

  private void keep(int id, boolean pointees) {
    var open = new ArrayDeque<Integer>();
    var seen = new BitSet();
    open.add(id);
    while (!open.isEmpty()) {
      var next = open.remove();
      if (next == 0 || seen.get(next)) {
        continue;
      }
      seen.set(next);
      kept.set(next);
      switch (source.type(next)) {
        case BtfType.Pointer t -> {
          if (pointees) {
            open.add(t.target());
          }
        }
        case BtfType.Array t -> {
          open.add(t.element());
          open.add(t.index());
        }
        case BtfType.Typedef t -> open.add(t.target());
        case BtfType.Volatile t -> open.add(t.target());
        case BtfType.Const t -> open.add(t.target());
        case BtfType.Restrict t -> open.add(t.target());
        case BtfType.TypeTag t -> open.add(t.target());
        case BtfType.Function t -> open.add(t.prototype());
        case BtfType.Variable t -> open.add(t.type());
        case BtfType.DeclarationTag t -> open.add(t.target());
        case BtfType.DataSection t -> t.variables().forEach(v -> open.add(v.variable()));
        case BtfType.Prototype t -> {
          open.add(t.result());
          t.parameters().forEach(p -> open.add(p.type()));
        }
        case BtfType.Void _,
            BtfType.Int _,
            BtfType.Struct _,
            BtfType.Enum _,
            BtfType.Forward _,
            BtfType.Floating _ -> {}
      }
    }
  }

  /// Whether there is anything in it.
  public boolean isEmpty() {
    return kept.isEmpty();
  }

  /// What was kept, in the order of its ids.
  public Btf build() {
    var ids = new int[source.typeCount()];
    var next = 1;
    for (var id = kept.nextSetBit(0); id >= 0; id = kept.nextSetBit(id + 1)) {
      ids[id] = next++;
    }
    var builder = BtfBuilder.empty(source.order());
    for (var id = kept.nextSetBit(0); id >= 0; id = kept.nextSetBit(id + 1)) {
      if (source.type(id) instanceof BtfType.Struct struct) {
        builder.add(part(struct, members.getOrDefault(id, new BitSet()), ids));
      } else {
        builder.add(source, id, other -> ids[other]);
      }
    }
    return builder.build();
  }

  private static BtfType.Struct part(BtfType.Struct struct, BitSet members, int[] ids) {
    var some = new ArrayList<BtfType.Member>();
    members.stream()
        .mapToObj(i -> struct.members().get(i))
        .forEach(
            m -> some.add(new BtfType.Member(m.name(), ids[m.type()], m.bitOffset(), m.bits())));
    return new BtfType.Struct(struct.name(), struct.size(), struct.union(), some);
  }
}
