package org.ebpf4j.minidebuginfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;
import org.ebpf4j.binary.Binary;
import org.ebpf4j.binary.ByteSource;
import org.ebpf4j.binary.SymbolDecompressor;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

class XzDecompressorTest {
  private static final String FILE = "probed_packed";

  private static SymbolDecompressor service() {
    return ServiceLoader.load(SymbolDecompressor.class).findFirst().orElseThrow();
  }

  @Test
  void symbolsThatWereStrippedOffAreFound() {
    var binary = Binary.read(FILE, ByteSource.of(TestObjects.programBytes(FILE)));
    var whole = Binary.read("probed", ByteSource.of(TestObjects.programBytes("probed")));
    assertThat(binary.functions(Optional.empty()).names()).isEmpty();

    var functions = binary.functions(Optional.of(service()));

    assertThat(functions.names()).contains("local_work", "work_one");
    assertThat(functions.find("local_work"))
        .isEqualTo(whole.functions(Optional.empty()).find("local_work"));
  }

  @Test
  void whatIsDamagedOrTooLargeIsRefused() {
    var bytes = TestObjects.programBytes(FILE);
    var binary = Binary.read(FILE, ByteSource.of(bytes));
    var section = binary.section(".gnu_debugdata").orElseThrow();
    var packed = binary.bytes(section).copy();
    assertThatThrownBy(() -> service().unpack(packed, 100)).hasMessageContaining("100 bytes");
    assertThatThrownBy(() -> service().unpack(Arrays.copyOf(packed, 50), 1 << 20))
        .isInstanceOf(java.io.IOException.class);

    bytes[(int) section.offset() + 1] ^= 1;
    var damaged = Binary.read(FILE, ByteSource.of(bytes));
    assertThatThrownBy(() -> damaged.functions(Optional.of(service())))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(".gnu_debugdata")
        .hasMessageContaining("cannot be unpacked");
  }
}
