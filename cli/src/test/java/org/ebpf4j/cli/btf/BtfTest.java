package org.ebpf4j.cli.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.elf.ElfWriter;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `btf dump`; the text of all types is held against files in the tests of core.
class BtfTest {
  private static final Path TYPES = TestObjects.file("core_types");

  @TempDir private Path directory;

  private Path file(String name, BtfBuilder types) throws IOException {
    return Files.write(directory.resolve(name), types.toBytes());
  }

  @Test
  void listsTheTypesOfAnObject() {
    var run = Cli.run("btf", "dump", TYPES);

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n")
        .endsWith("[65] FWD 'bpf_sock' fwd_kind=struct\n");
  }

  @Test
  void writesAHeader() {
    var run = Cli.run("btf", "dump", TYPES, "--format", "c");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("#ifndef __VMLINUX_H__\n")
        .contains("\nstruct everything {\n\tvolatile const counter total;\n")
        .endsWith("#endif /* __VMLINUX_H__ */\n");
  }

  @Test
  void writesTheTypesOfAName() {
    assertThat(Cli.run("btf", "dump", TYPES, "--type", "either").out())
        .isEqualTo(
            """
            [39] UNION 'either' size=12 vlen=2
            \t'number' type_id=1 bits_offset=0
            \t'letters' type_id=40 bits_offset=0
            """);
    assertThat(Cli.run("btf", "dump", TYPES, "--type", "either", "--format", "c").out())
        .isEqualTo("union either {\n\tint number;\n\tchar letters[12];\n};\n\n");
    assertThat(Cli.run("btf", "dump", TYPES, "--type", "twice", "--format", "c").out())
        .isEqualTo("int twice(int number);\n\n");
    assertThat(Cli.run("btf", "dump", TYPES, "--type", "limit", "--format", "c").out())
        .isEqualTo("volatile const short limit;\n\n");
  }

  @Test
  void offersNamesNearOneThatIsNotThere() {
    var run = Cli.run("btf", "dump", TYPES, "--type", "everythin");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("no type 'everythin'; near it: everything");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
  void readsBareBtf(String order) throws IOException {
    var types =
        BtfBuilder.empty(
            order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    types.add(new BtfType.Int("int", 4, 1, 0, 32));

    assertThat(Cli.run("btf", "dump", file("bare", types)).out()).startsWith("[1] INT 'int'");
  }

  @Test
  void readsTheTypesOfAModuleBehindThoseOfItsBase() throws IOException {
    var base = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var number = base.add(new BtfType.Int("int", 4, 1, 0, 32));
    var module = BtfBuilder.emptySplit(base.build());
    var member = new BtfType.Member("a", number, 0, 0);
    module.add(new BtfType.Struct("own", 4, false, List.of(member)));
    var run = Cli.run("btf", "dump", file("module", module), "--base", file("vmlinux", base));

    assertThat(run.out())
        .isEqualTo("[2] STRUCT 'own' size=4 vlen=1\n\t'a' type_id=1 bits_offset=0\n");
  }

  @Test
  void putsTheTypesOfAModuleThatWasBuiltApartOntoThoseOfTheKernel() throws IOException {
    var distilled = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var task = distilled.add(new BtfType.Struct("task", 8, false, List.of()));
    var types = BtfBuilder.emptySplit(distilled.build());
    types.add(new BtfType.Pointer(task));
    var elf = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
    elf.addSection(".BTF", 1, 0, 1, 0, types.toBytes());
    elf.addSection(".BTF.base", 1, 0, 1, 0, distilled.toBytes());
    var module = Files.write(directory.resolve("module.ko"), elf.toBytes());
    var kernel = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    kernel.add(new BtfType.Int("int", 4, 1, 0, 32));
    kernel.add(new BtfType.Struct("task", 16, false, List.of()));

    assertThat(Cli.run("btf", "dump", module).out()).isEqualTo("[2] PTR '(anon)' type_id=1\n");
    assertThat(Cli.run("btf", "dump", module, "--base", file("vmlinux", kernel)).out())
        .isEqualTo("[3] PTR '(anon)' type_id=2\n");
  }

  @Test
  void namesWhatIsWrongWithAFile() throws IOException {
    var text = Files.writeString(directory.resolve("text"), "no types");

    assertThat(Cli.run("btf", "dump", text).err())
        .startsWith("ebpf4j: " + text + ", offset 0x0: neither an ELF file nor BTF\n  try: ");
    assertThat(Cli.run("btf", "dump", "/nowhere").err())
        .startsWith("ebpf4j: /nowhere: no such file\n");
    assertThat(Cli.run("btf", "dump", directory).err()).contains("cannot be read");
    assertThat(Cli.run("btf", "dump", TestObjects.file("core_undefined_map")).err())
        .contains("no section .BTF");
  }

  @Test
  void printsItsHelpWithoutAWord() {
    var run = Cli.run("btf");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("dump");
    assertThat(run.err()).isEmpty();
  }
}
