package org.ebpf4j.btf;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Writes `.BTF.ext`, in the format of `Documentation/bpf/btf.rst`.
final class ExtWriter {
  private static final short MAGIC = (short) 0xeb9f;
  private static final int HEADER = 32;
  private static final int FUNCTION_SIZE = 8;
  private static final int LINE_SIZE = 16;
  private static final int RELOCATION_SIZE = 16;
  private static final int SLOT = 8;
  private static final int LAST_LINE = (1 << 22) - 1;
  private static final int LAST_COLUMN = (1 << 10) - 1;

  private final BtfBuilder types;

  ExtWriter(BtfBuilder types) {
    this.types = types;
  }

  byte[] write(BtfExt records) {
    var functions = area(records.functions(), FUNCTION_SIZE, this::put);
    var lines = area(records.lines(), LINE_SIZE, this::put);
    var relocations = area(records.relocations(), RELOCATION_SIZE, this::put);
    var bytes = new byte[HEADER + functions.length + lines.length + relocations.length];
    var out = buffer(bytes);
    out.putShort(MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER);
    out.putInt(0).putInt(functions.length);
    out.putInt(functions.length).putInt(lines.length);
    out.putInt(functions.length + lines.length).putInt(relocations.length);
    out.put(functions).put(lines).put(relocations);
    return bytes;
  }

  private ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(types.order());
  }

  private <T> byte[] area(
      Map<String, List<T>> sections, int recordSize, BiConsumer<ByteBuffer, T> put) {
    if (sections.isEmpty()) {
      return new byte[0];
    }
    var records = sections.values().stream().mapToInt(List::size).sum();
    var bytes = new byte[4 + sections.size() * 8 + records * recordSize];
    var out = buffer(bytes);
    out.putInt(recordSize);
    // By name, so that equal records give equal bytes.
    new TreeMap<>(sections)
        .forEach((section, list) -> {
          if (list.isEmpty()) {
            throw new IllegalArgumentException("section " + section + " without a record");
          }
          out.putInt(types.string(section)).putInt(list.size());
          list.forEach(record -> put.accept(out, record));
        });
    return bytes;
  }

  private void put(ByteBuffer out, FunctionInfo function) {
    out.putInt(function.slot() * SLOT).putInt(function.type());
  }

  private void put(ByteBuffer out, LineInfo line) {
    if (line.line() < 0
        || line.line() > LAST_LINE
        || line.column() < 0
        || line.column() > LAST_COLUMN) {
      throw new IllegalArgumentException(
          line.file()
              + ": line "
              + line.line()
              + ", column "
              + line.column()
              + "; the last ones that the format can hold are "
              + LAST_LINE
              + " and "
              + LAST_COLUMN);
    }
    out.putInt(line.slot() * SLOT)
        .putInt(types.string(line.file()))
        .putInt(types.string(line.text()))
        .putInt(line.line() << 10 | line.column());
  }

  private void put(ByteBuffer out, CoreRelocation relocation) {
    out.putInt(relocation.slot() * SLOT)
        .putInt(relocation.type())
        .putInt(types.string(relocation.access()))
        .putInt(relocation.kind());
  }
}
