package org.ebpf4j.btf.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfBytes;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.btf.Golden;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The committed text was compared with what bpftool prints of the same objects.
final class BtfListingTest {
  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);

  private String listed(BtfType type) {
    var id = builder.add(type);
    return BtfListing.type(builder.build(), id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "btf_layout", "core_big_endian"})
  void listsAllTypesAsCommitted(String object) throws IOException {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    var out = new StringBuilder();
    BtfListing.writeAll(Btf.read(elf.section(".BTF").orElseThrow().data()), out);
    Golden.check(object + ".raw.txt", out.toString());
  }

  @ParameterizedTest
  @CsvSource({"0,(none)", "1,SIGNED", "2,CHAR", "4,BOOL", "3,UNKN"})
  void namesEncodings(int encoding, String name) {
    assertThat(listed(new BtfType.Int("i", 1, encoding, 2, 5)))
        .isEqualTo("[1] INT 'i' size=1 bits_offset=2 nr_bits=5 encoding=" + name + "\n");
  }

  @ParameterizedTest
  @CsvSource({"0,static", "1,global", "2,extern", "3,(unknown)"})
  void namesLinkages(int linkage, String name) {
    builder.add(new BtfType.Prototype(0, List.of()));
    assertThat(listed(new BtfType.Function("f", 1, linkage)))
        .isEqualTo("[2] FUNC 'f' type_id=1 linkage=" + name + "\n");
  }

  @Test
  void namesTheFunctionsOfASection() {
    builder.add(new BtfType.Prototype(0, List.of()));
    builder.add(new BtfType.Function("f", 1, 2));
    assertThat(listed(new BtfType.DataSection(".ksyms", 8, List.of(new SectionVariable(2, 4, 0)))))
        .isEqualTo("[3] DATASEC '.ksyms' size=8 vlen=1\n\ttype_id=2 offset=4 size=0 (FUNC 'f')\n");
  }

  @Test
  void listsOnlyItsOwnTypesOfSplitBtf() throws IOException {
    builder.add(new BtfType.Pointer(0));
    var split = BtfBuilder.emptySplit(builder.build());
    split.add(new BtfType.Typedef("t", 1));
    var out = new StringBuilder();
    BtfListing.writeAll(split.build(), out);
    assertThat(out).hasToString("[2] TYPEDEF 't' type_id=1\n");
  }

  @Test
  void namesTypesOfLaterKernels() {
    var btf =
        BtfBytes.read(new BtfBytes().type("later", 20, 0, 0).bytesWithLayout(new int[2 * 21]));
    assertThat(BtfListing.type(btf, 1)).isEqualTo("[1] UNKNOWN 'later'\n");
    assertThat(BtfListing.type(btf, 0)).isEqualTo("[0] VOID\n");
  }
}
