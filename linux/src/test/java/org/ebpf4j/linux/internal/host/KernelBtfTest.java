package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.load.TypesFile;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelBtfTest {
  private static final String RELEASE = "6.1.0-test";

  @TempDir private Path root;

  private static byte[] structure(String name, ByteOrder order) {
    var builder = BtfBuilder.empty(order);
    builder.add(new BtfType.Struct(name, 8, false, java.util.List.of()));
    return builder.toBytes();
  }

  private void put(String path, byte[] bytes) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private Btf find() {
    return KernelBtf.find(root, RELEASE);
  }

  @Test
  void takesWhatKernelSaysFirst() throws IOException {
    put("sys/kernel/btf/vmlinux", structure("said", ByteOrder.nativeOrder()));
    put("boot/vmlinux-" + RELEASE, structure("on_disk", ByteOrder.nativeOrder()));
    assertThat(find().ids("said")).hasSize(1);
    assertThat(find().ids("on_disk")).isEmpty();
  }

  /// Where the kernel says something else than types, another file would be of another kernel.
  @Test
  void refusesDamageInWhatKernelSays() throws IOException {
    put("sys/kernel/btf/vmlinux", new byte[100]);
    put("boot/vmlinux-" + RELEASE, structure("on_disk", ByteOrder.nativeOrder()));
    assertThatThrownBy(this::find)
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("btf/vmlinux");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boot/vmlinux-6.1.0-test",
        "lib/modules/6.1.0-test/vmlinux-6.1.0-test",
        "lib/modules/6.1.0-test/build/vmlinux",
        "usr/lib/modules/6.1.0-test/kernel/vmlinux",
        "usr/lib/debug/boot/vmlinux-6.1.0-test",
        "usr/lib/debug/boot/vmlinux-6.1.0-test.debug",
        "usr/lib/debug/lib/modules/6.1.0-test/vmlinux"
      })
  void looksForFileWithKernel(String path) throws IOException {
    put(path, TestObjects.bytes("core_types"));
    assertThat(find().typeCount()).isGreaterThan(1);
  }

  @Test
  void passesOverFilesThatAreNoUse() throws IOException {
    put("boot/vmlinux-" + RELEASE, new byte[] {0x7f, 'E', 'L', 'F'});
    put("lib/modules/" + RELEASE + "/build/vmlinux", new byte[0]);
    assertThatThrownBy(this::find)
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("CONFIG_DEBUG_INFO_BTF")
        .hasMessageContaining("boot/vmlinux-" + RELEASE);
    put("usr/lib/debug/boot/vmlinux-" + RELEASE, structure("last", ByteOrder.nativeOrder()));
    assertThat(find().ids("last")).hasSize(1);
  }

  @Test
  void readsEitherByteOrder() throws IOException {
    put("little", structure("it", ByteOrder.LITTLE_ENDIAN));
    put("big", structure("it", ByteOrder.BIG_ENDIAN));
    for (var name : new String[] {"little", "big"}) {
      assertThat(TypesFile.read(root.resolve(name)).ids("it")).hasSize(1);
    }
  }

  @Test
  void tellsWhatFileIsNot() throws IOException {
    var noTypes = TestObjects.bytes("core_legacy16");
    put("no_types", noTypes);
    assertThatThrownBy(() -> TypesFile.read(root.resolve("no_types")))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("without a section .BTF");
    assertThatThrownBy(() -> TypesFile.read(root.resolve("missing")))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> TypesFile.read(root)).isInstanceOf(BpfException.class);
  }

  @Test
  void readsRunningKernelOnce() {
    assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "the kernel has no BTF");
    var types = KernelBtf.running();
    assertThat(types.ids("task_struct")).isNotEmpty();
    assertThat(KernelBtf.running()).isSameAs(types);
  }
}
