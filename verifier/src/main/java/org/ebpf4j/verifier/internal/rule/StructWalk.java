package org.ebpf4j.verifier.internal.rule;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// What stands at an offset of a struct.
public sealed interface StructWalk {
  int POINTER_BYTES = 8;
  int DEPTH = 32;

  /// A number, or a part of something.
  record Number() implements StructWalk {}

  /// A pointer to a struct.
  ///
  /// @param type the struct
  /// @param struct the name of the struct that the field is in
  /// @param field the name of the field
  /// @param user whether it points to memory of user space
  /// @param perCpu whether it points to a per-CPU object
  /// @param rcu whether it is read under RCU
  record Pointer(int type, String struct, String field, boolean user, boolean perCpu, boolean rcu)
      implements StructWalk {}

  /// Nothing that could be read.
  ///
  /// @param message what the kernel says
  record Beyond(String message) implements StructWalk {}

  /// What stands there.
  static StructWalk find(Btf btf, int struct, long offset, int size) {
    return find(btf, btf.resolve(struct), offset, size, 0);
  }

  private static StructWalk find(Btf btf, int id, long offset, int size, int depth) {
    if (depth > DEPTH || !(btf.type(id) instanceof BtfType.Struct struct)) {
      return new Beyond("Type '" + btf.name(id) + "' is not a struct");
    }
    if (offset + size > struct.size()) {
      return flexible(btf, struct, offset, size, depth);
    }
    for (var member : struct.members()) {
      if (member.bits() != 0) {
        long end = (member.bitOffset() + member.bits() + 7) / 8;
        if (offset >= member.bitOffset() / 8 && offset < end && offset + size >= end) {
          return new Number();
        }
        continue;
      }
      long start = member.bitOffset() / 8;
      int type = btf.resolve(member.type());
      long bytes = btf.size(type);
      if (offset < start || offset >= start + bytes) {
        continue;
      }
      return member(btf, struct, member, type, offset - start, size, bytes, depth);
    }
    return struct.members().stream().anyMatch(m -> m.bits() != 0)
        ? new Number()
        : new Beyond("struct " + struct.name() + " doesn't have field at offset " + offset);
  }

  /// Behind the end of a struct there may be the rest of its last array.
  private static StructWalk flexible(
      Btf btf, BtfType.Struct struct, long offset, int size, int depth) {
    if (!struct.members().isEmpty() && !struct.union()) {
      var last = struct.members().getLast();
      int type = btf.resolve(last.type());
      if (btf.type(type) instanceof BtfType.Array array && array.count() <= 1) {
        long start = last.bitOffset() / 8;
        int element = btf.resolve(array.element());
        long bytes = btf.size(element);
        if (offset >= start && bytes > 0) {
          return element(btf, element, (offset - start) % bytes, size, bytes, depth);
        }
      }
    }
    return new Beyond(
        "access beyond struct " + struct.name() + " at off " + offset + " size " + size);
  }

  private static StructWalk element(
      Btf btf, int element, long offset, int size, long bytes, int depth) {
    if (btf.type(element) instanceof BtfType.Struct) {
      return find(btf, element, offset, size, depth + 1);
    }
    return offset + size <= bytes
        ? new Number()
        : new Beyond("access beyond the end of an element at off " + offset + " size " + size);
  }

  private static StructWalk member(
      Btf btf,
      BtfType.Struct struct,
      BtfType.Member member,
      int type,
      long offset,
      int size,
      long bytes,
      int depth) {
    return switch (btf.type(type)) {
      case BtfType.Struct _ -> find(btf, type, offset, size, depth + 1);
      case BtfType.Array array -> {
        int element = innermost(btf, array);
        long each = btf.size(element);
        if (btf.type(element) instanceof BtfType.Pointer pointer && offset % each == 0) {
          yield pointer(btf, struct, member, pointer, offset % each, size);
        }
        if (each == 0
            || (offset + size <= bytes && !(btf.type(element) instanceof BtfType.Struct))) {
          // Several elements may be read at once, as numbers.
          yield new Number();
        }
        yield element(btf, element, offset % each, size, each, depth);
      }
      case BtfType.Pointer pointer -> pointer(btf, struct, member, pointer, offset, size);
      default ->
          offset + size <= bytes
              ? new Number()
              : new Beyond(
                  "access beyond the end of member "
                      + member.name()
                      + " (mend:"
                      + (member.bitOffset() / 8 + bytes)
                      + ") in struct "
                      + struct.name()
                      + " with off "
                      + (member.bitOffset() / 8 + offset)
                      + " size "
                      + size);
    };
  }

  private static int innermost(Btf btf, BtfType.Array array) {
    int element = btf.resolve(array.element());
    for (int i = 0; i < DEPTH && btf.type(element) instanceof BtfType.Array inner; i++) {
      element = btf.resolve(inner.element());
    }
    return element;
  }

  private static StructWalk pointer(
      Btf btf,
      BtfType.Struct struct,
      BtfType.Member member,
      BtfType.Pointer pointer,
      long offset,
      int size) {
    boolean user = false;
    boolean perCpu = false;
    boolean rcu = false;
    int target = pointer.target();
    if (btf.type(target) instanceof BtfType.TypeTag tag) {
      user = tag.value().equals("user");
      perCpu = tag.value().equals("percpu");
      rcu = tag.value().equals("rcu");
    }
    int type = btf.resolve(target);
    if (!(btf.type(type) instanceof BtfType.Struct)) {
      return offset + size <= POINTER_BYTES
          ? new Number()
          : new Beyond("access beyond the end of member " + member.name());
    }
    if (offset != 0 || size != POINTER_BYTES) {
      return new Beyond(
          "cannot access ptr member "
              + member.name()
              + " with moff "
              + member.bitOffset() / 8
              + " in struct "
              + struct.name()
              + " with off "
              + (member.bitOffset() / 8 + offset)
              + " size "
              + size);
    }
    return new Pointer(type, struct.name(), member.name(), user, perCpu, rcu);
  }
}
