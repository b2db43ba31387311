package org.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionFinderTest {
  private static final int X86_64 = 62;

  @TempDir private Path directory;

  private Optional<FileBytes> find(byte[] bytes, String section) throws IOException {
    var file = directory.resolve("vmlinux");
    Files.write(file, bytes);
    try (var channel = Files.newByteChannel(file)) {
      return SectionFinder.find("vmlinux", channel, section);
    }
  }

  private static byte[] section(String object, String name) {
    return ElfFile.read(object, TestObjects.bytes(object))
        .section(name)
        .orElseThrow()
        .data()
        .copy();
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "core_big_endian"})
  void findsSectionWhateverTheMachine(String object) throws IOException {
    var other = new ElfEditor(TestObjects.bytes(object)).put16(18, X86_64).put16(16, 2).bytes();
    for (var name : new String[] {".BTF", ".BTF.ext", "license"}) {
      var found = find(other, name).orElseThrow();
      assertThat(found.copy()).isEqualTo(section(object, name));
      assertThat(found.order()).isEqualTo(ElfFile.read(object, TestObjects.bytes(object)).order());
      assertThat(found.malformed(0, "so").getMessage()).contains("vmlinux").contains(name);
    }
  }

  @Test
  void findsNothingWhereThereIsNoSuchSection() throws IOException {
    assertThat(find(TestObjects.bytes("core_types"), ".BTF.base")).isEmpty();
    assertThat(find(TestObjects.bytes("core_types"), "")).isEmpty();
    assertThat(find(TestObjects.bytes("core_types"), ".symtab"))
        .as("no bytes of a program")
        .isEmpty();
  }

  /// As a kernel with a section for each function has it.
  @Test
  void readsNumbersThatDoNotFitIntoHeader() throws IOException {
    var editor = new ElfEditor(TestObjects.bytes("core_types"));
    var table = editor.s32(40);
    editor
        .put32(table + 32, editor.u16(60))
        .put32(table + 40, editor.u16(62))
        .put16(60, 0)
        .put16(62, 0xffff);
    assertThat(find(editor.bytes(), ".BTF").orElseThrow().copy())
        .isEqualTo(section("core_types", ".BTF"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, not an ELF file",
    "4, 1, ELF class 1",
    "5, 3, byte order 3",
    "58, 40, section headers of 40 bytes",
    "62, 200, names in section 200",
    "46, 255, do not fit",
    "43, 127, do not fit"
  })
  void tellsWhatIsWrong(int at, int value, String problem) {
    var bytes = new ElfEditor(TestObjects.bytes("core_types")).put8(at, value).bytes();
    assertThatThrownBy(() -> find(bytes, ".BTF"))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("vmlinux")
        .hasMessageContaining(problem);
  }

  @Test
  void refusesMoreSectionsThanFileHas() {
    var editor = new ElfEditor(TestObjects.bytes("core_types"));
    editor.put16(60, 0).put32(editor.s32(40) + 32, Integer.MAX_VALUE);
    assertThatThrownBy(() -> find(editor.bytes(), ".BTF"))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("impossible number of sections 2147483647");
  }

  /// The table of the sections is at the end, so that a file that is cut off anywhere has not all
  /// of it.
  @Test
  void refusesFileThatIsCutOff() throws IOException {
    var file = directory.resolve("cut");
    var bytes = TestObjects.bytes("core_types");
    Files.write(file, bytes);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int size = bytes.length - 1; size >= 0; size -= 5) {
        channel.truncate(size);
        assertThat(
                catchThrowableOfType(
                    MalformedObjectException.class,
                    () -> SectionFinder.find("cut", channel, ".BTF")))
            .as("%s bytes", size)
            .isNotNull();
      }
    }
  }

  /// Either the section is found, or what is wrong is told.
  @Test
  void keepsToItsErrorsWhateverTheHeadersSay() throws IOException {
    var file = directory.resolve("damaged");
    var original = TestObjects.bytes("core_types");
    var table = new ElfEditor(original).s32(40);
    Files.write(file, original);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int at = 0; at < original.length; at++) {
        if (at < ElfEditor.HEADER || at >= table) {
          for (var value : new int[] {0, 0x7f, 0xff}) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), at);
            try {
              var found = SectionFinder.find("damaged", channel, ".BTF");
              assertThat(found.map(FileBytes::size).orElse(0)).isBetween(0, original.length);
            } catch (MalformedObjectException e) {
              assertThat(e.getMessage()).contains("damaged");
            }
          }
          channel.write(ByteBuffer.wrap(original, at, 1), at);
        }
      }
    }
  }
}
