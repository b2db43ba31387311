package org.ebpf4j.relocation;

import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.CoreRelocation;

/// Types made by hand: of an object, of a kernel or of a module. Every one starts with the same
/// numbers.
final class TestTypes {
  private final BtfBuilder types;
  private final boolean split;

  final int s8;
  final int u8;
  final int s32;
  final int u32;
  final int s64;
  final int u64;

  private TestTypes(BtfBuilder types, boolean split) {
    this.types = types;
    this.split = split;
    this.s8 = number("char", 1, 1);
    this.u8 = number("unsigned char", 1, 0);
    this.s32 = number("int", 4, 1);
    this.u32 = number("unsigned int", 4, 0);
    this.s64 = number("long", 8, 1);
    this.u64 = number("unsigned long", 8, 0);
  }

  TestTypes() {
    this(BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN), false);
  }

  /// The types of a module of a kernel.
  static TestTypes module(Btf kernel) {
    return new TestTypes(BtfBuilder.emptySplit(kernel), true);
  }

  int number(String name, int size, int encoding) {
    return split ? 0 : types.add(new BtfType.Int(name, size, encoding, 0, size * 8));
  }

  int add(BtfType type) {
    return types.add(type);
  }

  int struct(String name, long size, Member... members) {
    return types.add(new BtfType.Struct(name, size, false, List.of(members)));
  }

  int union(String name, long size, Member... members) {
    return types.add(new BtfType.Struct(name, size, true, List.of(members)));
  }

  int pointer(int type) {
    return types.add(new BtfType.Pointer(type));
  }

  int array(int element, long count) {
    return types.add(new BtfType.Array(element, u32, count));
  }

  int typedef(String name, int type) {
    return types.add(new BtfType.Typedef(name, type));
  }

  int enumeration(String name, boolean signed, Enumerator... values) {
    return types.add(new BtfType.Enum(name, 4, signed, false, List.of(values)));
  }

  int wideEnumeration(String name, boolean signed, Enumerator... values) {
    return types.add(new BtfType.Enum(name, 8, signed, true, List.of(values)));
  }

  int prototype(int result, int... parameters) {
    var list = java.util.Arrays.stream(parameters).mapToObj(p -> new Parameter("", p)).toList();
    return types.add(new BtfType.Prototype(result, list));
  }

  /// One more than the highest id so far: that of the next type.
  int next() {
    return types.typeCount();
  }

  Btf build() {
    return types.build();
  }

  /// A member at a byte.
  static Member at(long offset, String name, int type) {
    return new Member(name, type, offset * 8, 0);
  }

  /// A bit field at a bit.
  static Member bits(long offset, int width, String name, int type) {
    return new Member(name, type, offset, width);
  }

  /// A relocator of an object with these types, on a kernel with those and no modules.
  CoreRelocator on(TestTypes kernel) {
    return on(kernel, ByteOrder.LITTLE_ENDIAN);
  }

  CoreRelocator on(TestTypes kernel, ByteOrder order) {
    return on(kernel.build(), order, List.of());
  }

  CoreRelocator on(Btf kernel, ByteOrder order, List<Btf> modules) {
    return new CoreRelocator(
        build(),
        order,
        new TargetTypes() {
          @Override
          public Btf kernel() {
            return kernel;
          }

          @Override
          public List<Btf> modules() {
            return modules;
          }
        });
  }

  static CoreResolution resolve(CoreRelocator relocator, CoreKind kind, int type, String access) {
    return relocator.resolve(
        new CoreRelocation(7, type, access, kind.number()), () -> "program p, instruction 7");
  }
}
