package org.ebpf4j.btf.text;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfType;

/// Where C puts the members of a struct, on the machines that Linux runs on: each at the next
/// multiple of its alignment, bit fields within a unit of their type.
///
/// @param size how many bytes the struct takes
/// @param align what its place is a multiple of
record CStructLayout(long size, int align, List<BtfType.Member> members) {
  /// A member as it is declared.
  ///
  /// @param bits of a bit field; else -1
  record Declared(String name, int type, long size, int align, int bits) {}

  static CStructLayout of(List<Declared> declared, boolean union, boolean packed, int least) {
    var members = new ArrayList<BtfType.Member>();
    var end = 0L;
    var most = 0L;
    var align = least;
    for (var member : declared) {
      var own = packed ? 1 : member.align();
      var start = union ? 0 : end;
      if (member.bits() < 0) {
        start = up(start, 8L * own);
      } else if (member.bits() == 0) {
        // Of no bits: the next one starts in a unit of its own.
        end = up(end, 8 * member.size());
        continue;
      } else if (!packed && start % (8 * member.size()) + member.bits() > 8 * member.size()) {
        start = up(start, 8 * member.size());
      }
      end = start + (member.bits() < 0 ? 8 * member.size() : member.bits());
      most = Math.max(most, end);
      align = Math.max(align, own);
      if (!member.name().isEmpty() || member.bits() < 0) {
        members.add(
            new BtfType.Member(member.name(), member.type(), start, Math.max(0, member.bits())));
      }
    }
    return new CStructLayout(up(up(most, 8) / 8, align), align, List.copyOf(members));
  }

  private static long up(long value, long multiple) {
    return multiple <= 1 ? value : Math.ceilDiv(value, multiple) * multiple;
  }
}
