package org.ebpf4j.linker;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ebpf4j.linker.Linking.input;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.ElfWriter;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;

/// Files of less than 2 MiB whose strings share their ends, so that all of them together would fill
/// the memory.
final class SharedEndsTest {
  private static final int COUNT = 60_000;
  private static final int STRUCT = 4 << 24;
  private static final int VARIABLE = 14 << 24;
  private static final int DATA_SECTION = 15 << 24;

  private final ElfWriter writer = new ElfWriter(ByteOrder.LITTLE_ENDIAN);

  private static ByteBuffer words(int count) {
    return ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void addSection(String name, ByteBuffer bytes) {
    var content = new byte[bytes.flip().limit()];
    bytes.get(content);
    writer.addSection(name, ElfFile.SHT_PROGBITS, 0, 8, 0, content);
  }

  /// Adds BTF with those types, and a string for each offset up to [#COUNT].
  private void addBtf(ByteBuffer types) {
    var size = types.flip().limit();
    var btf = words(6 + size / 4 + COUNT);
    btf.putInt(0x0001eb9f).putInt(24).putInt(0).putInt(size).putInt(size).putInt(COUNT + 2);
    btf.put(types).put((byte) 0);
    for (int i = 0; i < COUNT; i++) {
      btf.put((byte) 'a');
    }
    addSection(".BTF", btf.put((byte) 0));
  }

  private void fails(String problem) {
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() -> ObjectLinker.link("out.o", List.of(input("long", writer.toBytes()))))
        .withMessageStartingWith("long.bpf.o")
        .withMessageContaining(problem);
  }

  @Test
  void membersOfAStruct() {
    var types = words(3 + 3 * COUNT);
    types.putInt(0).putInt(STRUCT | COUNT).putInt(0);
    for (int i = 1; i <= COUNT; i++) {
      types.putInt(i).putInt(0).putInt(0);
    }
    addBtf(types);
    fails("the records up to here name more text than such a file can have");
  }

  @Test
  void variables() {
    var types = words(4 * COUNT);
    for (int i = 1; i <= COUNT; i++) {
      types.putInt(i).putInt(VARIABLE).putInt(0).putInt(0);
    }
    addBtf(types);
    fails("the records up to here name more text than such a file can have");
  }

  @Test
  void dataSections() {
    var types = words(3 * COUNT);
    for (int i = 1; i <= COUNT; i++) {
      types.putInt(i).putInt(DATA_SECTION).putInt(0);
    }
    addBtf(types);
    fails("the records up to here name more text than such a file can have");
  }

  @Test
  void linesOfCode() {
    addBtf(words(4).putInt(1).putInt(VARIABLE).putInt(0).putInt(0));
    writer.addSection("aaa", ElfFile.SHT_PROGBITS, 6, 8, 0, new byte[8]);
    var records = words(11 + 4 * COUNT);
    records.putInt(0x0001eb9f).putInt(32).putInt(0).putInt(0);
    records.putInt(0).putInt(12 + 16 * COUNT).putInt(0).putInt(0);
    records.putInt(16).putInt(COUNT - 2).putInt(COUNT);
    for (int i = 1; i <= COUNT; i++) {
      records.putInt(0).putInt(i).putInt(i).putInt(0);
    }
    addSection(".BTF.ext", records);
    fails("the strings in use take more than 8388736 bytes together");
  }

  @Test
  void manySections() {
    addBtf(words(4).putInt(1).putInt(VARIABLE).putInt(0).putInt(0));
    var records = words(9 + 4 * COUNT);
    records.putInt(0x0001eb9f).putInt(24).putInt(0).putInt(4 + 16 * COUNT).putInt(0).putInt(0);
    records.putInt(8);
    for (int i = 1; i <= COUNT; i++) {
      records.putInt(i).putInt(1).putInt(0).putInt(0);
    }
    addSection(".BTF.ext", records);
    fails("records of more sections than there are");
  }

  @Test
  void symbols() {
    writer.addSymbol("a".repeat(COUNT), 0, 0, Symbol.WEAK, 0, 0, ElfWriter.UNDEFINED);
    for (int i = 0; i < COUNT; i++) {
      writer.addSymbol("", 0, 0, Symbol.WEAK, 0, 0, ElfWriter.UNDEFINED);
    }
    var bytes = writer.toBytes();
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var table = ElfFile.read("long.bpf.o", bytes).section(".symtab").orElseThrow().data();
    for (int i = 1; i <= COUNT; i++) {
      buffer.putInt(Math.toIntExact(table.fileOffset(24L * i)), i);
    }
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() -> ElfFile.read("long.bpf.o", bytes))
        .withMessageContaining("the names of the symbols take more than 67108864 bytes together");
  }
}
