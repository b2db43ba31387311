package org.ebpf4j.jfr;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;

/// Types as a compiler would write them.
final class Types {
  private final BtfBuilder builder;

  Types(ByteOrder order) {
    this.builder = BtfBuilder.empty(order);
  }

  int add(BtfType type) {
    return builder.add(type);
  }

  int number(String name, int size, boolean signed) {
    return add(new BtfType.Int(name, size, signed ? 1 : 0, 0, 8 * size));
  }

  int array(int element, long count) {
    return add(new BtfType.Array(element, element, count));
  }

  Btf build() {
    return builder.build();
  }

  /// A struct whose members follow one another.
  final class StructOf {
    private final List<Member> members = new ArrayList<>();
    private long bits;

    StructOf with(String name, int type, long size) {
      members.add(new Member(name, type, bits, 0));
      bits += 8 * size;
      return this;
    }

    StructOf bitField(String name, int type, int width) {
      members.add(new Member(name, type, bits, width));
      bits += width;
      return this;
    }

    StructOf pad(int to) {
      bits = 8L * to;
      return this;
    }

    int as(String name) {
      return add(new BtfType.Struct(name, (bits + 7) / 8, false, members));
    }

    int union(String name, long size) {
      return add(
          new BtfType.Struct(
              name,
              size,
              true,
              members.stream().map(m -> new Member(m.name(), m.type(), 0, m.bits())).toList()));
    }
  }

  StructOf struct() {
    return new StructOf();
  }
}
