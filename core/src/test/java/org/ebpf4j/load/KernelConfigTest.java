package org.ebpf4j.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelConfigTest {
  private static final String TEXT =
      """
      #
      # Automatically generated file; DO NOT EDIT.
      CONFIG_BPF=y
      CONFIG_TUN=m
      # CONFIG_KPROBES is not set
      CONFIG_HZ=250
      CONFIG_LSM="landlock,bpf=on"
      CONFIG_HZ=1000

      NOTCONFIG_X=y
      """;

  @TempDir private Path directory;

  private static byte[] packed(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new GZIPOutputStream(bytes)) {
      stream.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  @Test
  void readsValuesAsTheyStand() {
    var config = KernelConfig.parse("it", TEXT);
    assertThat(config.values())
        .containsOnlyKeys("CONFIG_BPF", "CONFIG_TUN", "CONFIG_HZ", "CONFIG_LSM");
    assertThat(config.value("CONFIG_BPF")).contains("y");
    assertThat(config.value("CONFIG_LSM")).contains("\"landlock,bpf=on\"");
    assertThat(config.value("CONFIG_HZ")).as("the first of two").contains("250");
    assertThat(config.value("CONFIG_KPROBES")).isEmpty();
  }

  @Test
  void takesFirstFileThatIsThere() throws IOException {
    var plain = directory.resolve("config-6.1");
    var packed = directory.resolve("config.gz");
    Files.write(packed, packed(TEXT));
    assertThat(KernelConfig.read(List.of(plain, packed)).value("CONFIG_TUN")).contains("m");
    Files.writeString(plain, "CONFIG_TUN=y\n");
    assertThat(KernelConfig.read(List.of(plain, packed)).value("CONFIG_TUN")).contains("y");
    Files.write(plain, packed("CONFIG_TUN=n\n"));
    assertThat(KernelConfig.read(List.of(plain, packed)).value("CONFIG_TUN")).contains("n");
  }

  @Test
  void tellsThatThereIsNone() {
    var missing = directory.resolve("config-6.1");
    assertThatThrownBy(() -> KernelConfig.read(List.of(missing)))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("config-6.1")
        .hasMessageContaining("CONFIG_IKCONFIG_PROC");
  }

  @Test
  void tellsDamage() throws IOException {
    var file = directory.resolve("config.gz");
    var bytes = packed(TEXT);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> KernelConfig.read(List.of(file)))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("config.gz: cannot be read");
    Files.write(file, new byte[] {0x1f});
    assertThat(KernelConfig.read(List.of(file)).values()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONFIG_BPF", "CONFIG_BPF="})
  void refusesOptionWithoutValue(String line) {
    assertThatThrownBy(() -> KernelConfig.parse("it", "CONFIG_X=y\n" + line + "\n"))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("it: '" + line + "'");
  }
}
