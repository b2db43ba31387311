package org.ebpf4j.cli.virtual;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;

/// The bytes of contexts that are known without types: those of system calls.
///
/// @param types the types of the kernel, or of the object
record ContextFields(Optional<Btf> types) {
  private static final int SIZE = 128;
  private static final int ARGUMENTS = 16;

  /// The context of a hook.
  ///
  /// @throws NotFoundException where it has no field of a name
  /// @throws BpfException where a value is none of the field's type, or the fields of the hook are
  ///   not known; says which
  byte[] bytes(AttachPoint point, Map<String, String> fields) {
    return plain(point, fields);
  }

  /// Whether programs are given a context by the types of the object.
  boolean isTyped(AttachPoint point) {
    return struct(point).isPresent() || !(point instanceof Tracepoint);
  }

  /// The struct of a tracepoint's record.
  private OptionalInt struct(AttachPoint point) {
    if (types.isEmpty() || !(point instanceof Tracepoint tracepoint)) {
      return OptionalInt.empty();
    }
    for (var id : types.get().ids(HookContext.record(tracepoint))) {
      if (types.get().type(id) instanceof BtfType.Struct) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /// The records of system calls are known without types.
  private static byte[] plain(AttachPoint point, Map<String, String> fields) {
    var bytes = new byte[SIZE];
    if (fields.isEmpty()) {
      return bytes;
    }
    if (!(point instanceof Tracepoint tracepoint) || !tracepoint.category().equals("syscalls")) {
      throw new BpfException(
          point.describe()
              + ": the object has no types that say where "
              + String.join(", ", new TreeSet<>(fields.keySet()))
              + " is\n  try: --btf FILE with the kernel's types");
    }
    var places =
        tracepoint.name().startsWith("sys_exit")
            ? Map.of("id", 8, "ret", 16)
            : Map.of(
                "id",
                8,
                "args[0]",
                ARGUMENTS,
                "args[1]",
                ARGUMENTS + 8,
                "args[2]",
                ARGUMENTS + 16,
                "args[3]",
                ARGUMENTS + 24,
                "args[4]",
                ARGUMENTS + 32,
                "args[5]",
                ARGUMENTS + 40);
    fields.forEach((name, value) -> {
      var place = places.get(name);
      if (place == null) {
        throw new NotFoundException("field", name, places.keySet());
      }
      put(bytes, place, number(point, name, value));
    });
    return bytes;
  }

  private static long number(AttachPoint point, String name, String value) {
    try {
      return Long.decode(value);
    } catch (NumberFormatException e) {
      throw new BpfException(
          point.describe() + ": " + name + " is a number, not '" + value + "'", e);
    }
  }

  private static void put(byte[] bytes, int offset, long value) {
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[offset + i] = (byte) (value >>> (8 * i));
    }
  }
}
