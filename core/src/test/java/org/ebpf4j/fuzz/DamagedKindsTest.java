package org.ebpf4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.btf.text.BtfValuePrinter.Style;
import org.ebpf4j.btf.text.CDeclarations;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.LayoutTable;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linker.ObjectLinker;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.testkit.Allocation;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kinds of damage that once ended in an exception of the JVM, or did not end.
@Timeout(60)
final class DamagedKindsTest {
  record Event(int pid, String comm) {}

  private final BtfBuilder types = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  private final int number = types.add(new BtfType.Int("int", 4, 1, 0, 32));

  private static void refused(ThrowingCallable work) {
    assertThatThrownBy(work).isInstanceOf(BpfException.class).message().isNotEmpty();
  }

  private static BtfValuePrinter printer(Btf btf, Style style) {
    return new BtfValuePrinter(btf, ByteOrder.LITTLE_ENDIAN, style);
  }

  /// A file whose symbol table has not even the first entry, which is none.
  @Test
  void anEmptySymbolTableIsNoFault() {
    var file = ByteBuffer.allocate(64 + 8 + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    file.putShort((short) 1).putShort((short) 247).putInt(1).putLong(0).putLong(0).putLong(72);
    file.putInt(0).putShort((short) 64).putShort((short) 0).putShort((short) 0);
    file.putShort((short) 64).putShort((short) 3).putShort((short) 1);
    file.put("\0.s\0.t\0\0".getBytes(StandardCharsets.US_ASCII));
    file.position(72 + 64);
    file.putInt(1).putInt(3).putLong(0).putLong(0).putLong(64).putLong(8);
    file.putInt(0).putInt(0).putLong(1).putLong(0);
    file.putInt(4).putInt(2).putLong(0).putLong(0).putLong(72).putLong(0);
    file.putInt(1).putInt(0).putLong(8).putLong(24);
    var inputs = List.of(new ObjectLinker.Input("empty.bpf.o", Bytes.of(file.array())));
    assertThat(ElfFile.read("linked", ObjectLinker.link("linked", inputs)).symbols())
        .hasSizeLessThan(2);
  }

  @Test
  void aVariableOfItsOwnTypeHasNoSize() {
    var self = types.add(new BtfType.Variable("a", number, 1));
    var broken = BtfBuilder.copyOf(types.build());
    broken.set(self, new BtfType.Variable("a", self, 1));
    var btf = broken.build();
    refused(() -> btf.size(self));
    refused(() -> Codec.of(int.class, btf, self));
    refused(() -> LayoutTable.of(btf, self));
    refused(() -> printer(btf, Style.LINE).print(self, new byte[8], 0));
    refused(() -> printer(btf, Style.JSON).printRecord(self, new byte[8]));
    assertThat(CTypeName.of(btf, self)).contains("...");
  }

  /// Its places in bits are more than 32 bits count.
  @Test
  void aMemberFarBehindItsEndIsRefused() {
    var array = types.add(new BtfType.Array(number, number, 2));
    for (var type : List.of(number, array)) {
      var far =
          types.add(new Struct("far", 16, false, List.of(new Member("m", type, 0xffff_fff8L, 0))));
      var btf = types.build();
      refused(() -> printer(btf, Style.LINE).print(far, new byte[16], 0));
      refused(() -> Codec.of(Event.class, btf, far));
      assertThat(printer(btf, Style.JSON).printRecord(far, new byte[16])).startsWith("{\"m\":");
      assertThat(printer(btf, Style.LINE).printMember(far, type, 0xffff_fff8L, 0, new byte[16]))
          .isIn("-", "{}");
    }
  }

  @Test
  void typesOfNoSizeAreNoDivisor() {
    var none = types.add(new BtfType.Enum("none", 0, false, false, List.of()));
    var row = types.add(new BtfType.Array(none, number, 3));
    var struct = types.add(new Struct("s", 8, false, List.of(new Member("m", row, 0, 0))));
    var btf = types.build();
    assertThat(btf.alignment(struct)).isEqualTo(1);
    refused(() -> printer(btf, Style.JSON).print(struct, new byte[8], 0));
    refused(() -> printer(btf, Style.JSON).print(none, new byte[8], 0));
  }

  /// Structs of seven members each of the next struct, forty deep.
  @Test
  void typesThatMultiplyEnd() {
    var inner = number;
    for (int i = 0; i < 40; i++) {
      var members = new Member[7];
      Arrays.fill(members, new Member(i == 0 ? "m" : "", inner, 0, 0));
      inner = types.add(new Struct("", 4, false, List.of(members)));
    }
    var bomb = types.add(new Struct("bomb", 4, false, List.of(new Member("", inner, 0, 0))));
    var btf = types.build();
    var limit = Allocation.limit(btf.bytes().length);
    List<ThrowingCallable> consumers =
        List.of(
            () -> printer(btf, Style.LINE).print(bomb, new byte[4], 0),
            () -> printer(btf, Style.INDENTED).print(bomb, new byte[4], 0),
            () -> printer(btf, Style.JSON).printRecord(bomb, new byte[4]),
            () -> LayoutTable.of(btf, bomb),
            () -> Codec.of(Event.class, btf, bomb));
    for (var consumer : consumers) {
      assertThat(Allocation.of(() -> refused(consumer))).isLessThan(limit);
    }
    assertThat(
            Allocation.of(() -> {
              try {
                new CDeclarations(btf).writeAll(FuzzCase.NOWHERE);
              } catch (BpfException e) {
                assertThat(e.getMessage()).isNotEmpty();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }))
        .isLessThan(limit);
  }
}
