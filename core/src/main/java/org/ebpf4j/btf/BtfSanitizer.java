package org.ebpf4j.btf;

import java.nio.ByteBuffer;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;

/// Makes BTF acceptable to a kernel that does not know all of its kinds. What the kernel does not
/// know becomes the nearest kind that takes as much room, so that ids and the places of strings
/// stay. Names of data sections lose characters that only newer kernels allow. Its functions are
/// pure, and any thread may call them.
public final class BtfSanitizer {
  private static final int BYTE_BITS = 8;

  private static final long MOST_BYTES = 0xffff_ffffL;

  private final BtfFeatures kernel;
  private final Btf types;
  private final ByteBuffer buffer;
  private final int strings;
  private final int placeholder;

  private BtfSanitizer(
      BtfFeatures kernel, Btf types, ByteBuffer buffer, int strings, int placeholder) {
    this.kernel = kernel;
    this.types = types;
    this.buffer = buffer;
    this.strings = strings;
    this.placeholder = placeholder;
  }

  /// The types as a kernel with those features takes them, with one more at their end where an
  /// enumeration of 64 bits has become a union. `types` is not of split BTF.
  public static Btf sanitize(Btf types, BtfFeatures kernel) {
    if (types.base().isPresent()) {
      throw new IllegalArgumentException("split BTF is not for loading with a program");
    }
    var copy = BtfBuilder.copyOf(types);
    if (!kernel.layout()) {
      copy.dropLayout();
    }
    var placeholder = 0;
    if (!kernel.enum64() && hasWideEnumerations(types)) {
      placeholder = copy.add(new BtfType.Int("enum64_placeholder", 1, 0, 0, BYTE_BITS));
    }
    var bytes = copy.toBytes();
    var buffer = ByteBuffer.wrap(bytes).order(types.order());
    var at = buffer.getInt(4) + buffer.getInt(8);
    var strings = buffer.getInt(4) + buffer.getInt(16);
    var sanitizer = new BtfSanitizer(kernel, types, buffer, strings, placeholder);
    for (int id = 1; id < types.typeCount(); id++) {
      sanitizer.replace(id, at);
      at += types.rawSize(id);
    }
    return Btf.read(FileBytes.of(types.file(), bytes, types.order()));
  }

  private static boolean hasWideEnumerations(Btf types) {
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.kind(id) == Kind.ENUM64) {
        return true;
      }
    }
    return false;
  }

  /// Puts another type in the place of one that the kernel does not know.
  private void replace(int id, int at) {
    var count = types.elementCount(id);
    switch (types.kind(id)) {
      case Kind.VARIABLE -> {
        if (!kernel.dataSections()) {
          oneByte(at);
        }
      }
      case Kind.DECLARATION_TAG -> {
        if (!kernel.declarationTags()) {
          oneByte(at);
        }
      }
      case Kind.DATA_SECTION -> dataSection(id, at, count);
      case Kind.PROTOTYPE -> {
        if (!kernel.functions()) {
          info(at, Kind.ENUM, count);
          buffer.putInt(at + 8, 4);
        }
      }
      case Kind.FUNCTION -> {
        if (!kernel.functions()) {
          info(at, Kind.TYPEDEF, 0);
        } else if (!kernel.globalFunctions()) {
          info(at, Kind.FUNCTION, 0);
        }
      }
      case Kind.FLOATING -> {
        if (!kernel.floating()) {
          buffer.putInt(at, 0);
          info(at, Kind.STRUCT, 0);
        }
      }
      case Kind.TYPE_TAG -> {
        if (!kernel.typeTags()) {
          buffer.putInt(at, 0);
          info(at, Kind.CONST, 0);
        }
      }
      case Kind.ENUM -> {
        if (!kernel.enum64()) {
          info(at, Kind.ENUM, count);
        }
      }
      case Kind.ENUM64 -> {
        if (!kernel.enum64()) {
          info(at, Kind.UNION, count);
          for (int i = 0; i < count; i++) {
            buffer.putInt(at + 16 + 12 * i, placeholder).putInt(at + 20 + 12 * i, 0);
          }
        }
      }
      case Kind.ARRAY -> array(id, at);
      default -> {}
    }
  }

  /// No kernel takes an array of 4 GB. A definition of a map has one where it says a number from
  /// 2^30 on, behind a pointer: the map is made with that number, the types do without.
  private void array(int id, int at) {
    var array = (BtfType.Array) types.type(id);
    if (array.count() != 0 && elementSize(array) > MOST_BYTES / array.count()) {
      buffer.putInt(at + 20, 1);
    }
  }

  private long elementSize(BtfType.Array array) {
    try {
      return types.size(array.element());
    } catch (MalformedObjectException _) {
      // The kernel says what is wrong with it.
      return 0;
    }
  }

  private void info(int at, int kind, int count) {
    buffer.putInt(at + 4, kind << 24 | count);
  }

  /// An integer of one byte, which fits wherever a variable did.
  private void oneByte(int at) {
    info(at, Kind.INT, 0);
    buffer.putInt(at + 8, 1).putInt(at + 12, BYTE_BITS);
  }

  private void dataSection(int id, int at, int count) {
    var name = strings + Math.toIntExact(types.nameOffset(id));
    if (kernel.dataSections()) {
      if (!kernel.questionMarks() && buffer.get(name) == '?') {
        buffer.put(name, (byte) '_');
      }
      return;
    }
    for (int i = name; buffer.get(i) != 0; i++) {
      if (buffer.get(i) == '.' || buffer.get(i) == '?') {
        buffer.put(i, (byte) '_');
      }
    }
    info(at, Kind.STRUCT, count);
    for (int i = at + 12; i < at + 12 + 12 * count; i += 12) {
      var variable = buffer.getInt(i);
      var offset = buffer.getInt(i + 4);
      buffer.putInt(i, (int) types.nameOffset(variable));
      buffer.putInt(i + 4, variable).putInt(i + 8, offset * BYTE_BITS);
    }
  }
}
