package org.ebpf4j.codec;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.jspecify.annotations.Nullable;

/// A member of a struct or union. One without a name that is a struct or union itself holds its
/// members, which C finds as if they were those of the struct around it.
///
/// @param type its id
/// @param firstBit where it starts, counted from the outermost struct
/// @param bits how wide it is where it is a bit field, else 0
/// @param group the members of one without a name
record CMember(String name, int type, long firstBit, int bits, @Nullable Group group) {
  private static final int DEEPEST = 32;

  /// No struct that was written by hand comes near this. Types that hold others twice do.
  private static final int MOST = 4_096;

  /// The members of a struct or union.
  record Group(boolean union, List<CMember> members) {
    Group {
      members = List.copyOf(members);
    }

    /// All members that have names, those of members without names among them.
    List<CMember> named() {
      var named = new ArrayList<CMember>();
      collect(named);
      return named;
    }

    private void collect(List<CMember> named) {
      for (var member : members) {
        if (member.group() != null) {
          member.group().collect(named);
        } else if (!member.name().isEmpty()) {
          named.add(member);
        }
      }
    }
  }

  /// The members of the struct `id`, which starts at `firstBit` of what is looked at.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException for a struct that nests too deep, has too
  ///   many members, or members behind its end
  static Group of(Btf btf, int id, long firstBit) {
    return new Reader(btf).group(id, firstBit, 0);
  }

  private static final class Reader {
    private final Btf btf;
    private int count;

    Reader(Btf btf) {
      this.btf = btf;
    }

    Group group(int id, long start, int depth) {
      if (!(btf.type(id) instanceof BtfType.Struct struct)) {
        throw btf.malformed(id, CTypeName.of(btf, id) + " is no struct or union");
      }
      count += struct.members().size();
      if (depth > DEEPEST || count > MOST) {
        throw btf.malformed(id, CTypeName.of(struct) + " nests too deep, or has too many members");
      }
      var members = new ArrayList<CMember>();
      for (var member : struct.members()) {
        var bits = member.bits() == 0 ? 8 * btf.size(member.type()) : member.bits();
        if (member.bitOffset() + bits > 8 * struct.size()) {
          throw malformed(id, struct, member, "ends behind it");
        }
        var type = btf.resolve(member.type());
        var legacy =
            btf.type(type) instanceof BtfType.Int t && t.bits() + t.bitOffset() < 8 * t.size();
        if (member.bits() == 0 && member.bitOffset() % 8 != 0 && !legacy) {
          throw malformed(id, struct, member, "starts inside a byte");
        }
        var at = start + member.bitOffset();
        var group =
            member.name().isEmpty() && btf.type(type) instanceof BtfType.Struct
                ? group(type, at, depth + 1)
                : null;
        members.add(new CMember(member.name(), member.type(), at, member.bits(), group));
      }
      return new Group(struct.union(), members);
    }

    private RuntimeException malformed(
        int id, BtfType.Struct struct, BtfType.Member member, String problem) {
      return btf.malformed(
          id, "member '" + member.name() + "' of " + CTypeName.of(struct) + " " + problem);
    }
  }
}
