package org.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class WholeFileTest {
  @TempDir private Path directory;

  @Test
  void readsFilesOfAnySize() throws IOException {
    var file = directory.resolve("file");
    for (var size : new int[] {0, 1, 100_000}) {
      Files.write(file, new byte[size]);
      assertThat(WholeFile.read(file)).hasSize(size);
    }
  }

  /// Files of `/proc` have a size of 0.
  @Test
  void readsWhatDoesNotSayItsSize() throws IOException {
    assertThat(WholeFile.text(Path.of("/proc/self/status"))).startsWith("Name:");
  }

  @Test
  void endsWhereAFileDoesNot() {
    assertThatThrownBy(() -> WholeFile.read(Path.of("/dev/zero")))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("/dev/zero, offset 0x4000000: it goes on");
  }

  @Test
  void rejectsWhatIsLargerThanAnArray() throws IOException {
    var file = directory.resolve("large");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 32);
    }
    assertThatThrownBy(() -> WholeFile.read(file))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("the file has 4294967296 bytes");
  }

  @Test
  void tellsTextFromOther() throws IOException {
    var file = directory.resolve("text");
    Files.write(file, new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> WholeFile.text(file)).isInstanceOf(CharacterCodingException.class);
  }
}
