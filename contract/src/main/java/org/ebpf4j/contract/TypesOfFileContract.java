package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CO-RE against types that a file has, in place of those of the kernel
/// ([LoadOptions#withTypes(Path)]).
public abstract class TypesOfFileContract {
  private Kernel kernel;

  @TempDir private Path directory;

  /// The kernel whose programs are run.
  protected abstract Kernel open();

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  private static Btf otherTypes(int a, int b, int c, int size) {
    var builder = BtfBuilder.empty(ByteOrder.nativeOrder());
    var number = builder.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
    var large = builder.add(new BtfType.Int("unsigned long long", 8, 0, 0, 64));
    var inner =
        builder.add(
            new BtfType.Struct("", 16, false, List.of(new Member("b", large, (b - 8) * 8L, 0))));
    builder.add(
        new BtfType.Struct(
            "core_re_thing",
            size,
            false,
            List.of(
                new Member("a", number, a * 8L, 0),
                new Member("", inner, 64, 0),
                new Member("c", number, c, 5))));
    builder.add(
        new BtfType.Enum(
            "core_re_choice",
            8,
            false,
            true,
            List.of(new BtfType.Enumerator("CORE_RE_ONE", 0x1_0000_0001L + size))));
    return builder.build();
  }

  @Test
  void programsAreFittedToTypesOfAFile() throws IOException {
    expectLayout(4, 16, 8 * 40 + 7, 48);
    expectLayout(48, 8, 8 * 64 + 20, 200);
  }

  /// Has the program read fields from where the file says that they are.
  private void expectLayout(int a, int b, int c, int size) throws IOException {
    var spec = ObjectSpec.read("core_re_other.bpf.o", TestObjects.bytes("core_re_other"));
    var file = directory.resolve("types-" + size);
    Files.write(file, otherTypes(a, b, c, size).bytes());
    try (var object = kernel.load(spec, LoadOptions.DEFAULT.withTypes(file))) {
      var image = object.variable("image").memory();
      image.set(ValueLayout.JAVA_INT_UNALIGNED, a, 0x89ab_cdef);
      image.set(ValueLayout.JAVA_LONG_UNALIGNED, b, 0x0123_4567_89ab_cdefL);
      setBits(image, c, 5, 21);
      object.program("core_re_other").run(RunInput.none());
      assertThat(object.variable("a").get()).isEqualTo(0x89ab_cdefL);
      assertThat(object.variable("b").get()).isEqualTo(0x0123_4567_89ab_cdefL);
      assertThat(object.variable("c").get()).isEqualTo(21);
      assertThat(object.variable("b_offset").get()).isEqualTo(b);
      assertThat(object.variable("size").get()).isEqualTo(size);
      assertThat(object.variable("choice").get()).isEqualTo(0x1_0000_0001L + size);
    }
  }

  private static void setBits(MemorySegment image, int from, int count, int value) {
    for (int i = 0; i < count; i++) {
      var bit = from + i;
      var old = image.get(ValueLayout.JAVA_BYTE, bit / 8);
      var mask = 1 << (bit % 8);
      image.set(
          ValueLayout.JAVA_BYTE,
          bit / 8,
          (byte) ((value >> i & 1) == 0 ? old & ~mask : old | mask));
    }
  }
}
