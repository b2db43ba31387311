package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.vm.VirtualKernel;
import org.junit.jupiter.api.Test;

/// What was compiled, as an object file.
class ObjectFileTest {
  private static final byte[] PACKET = new byte[64];

  @Test
  void isReadAsWhatItWas() {
    var compiled = JavaPrograms.compile(FirstPrograms.class);
    var read = ObjectSpec.read("first.bpf.o", ObjectFileWriter.write(compiled));
    assertThat(read.license()).isEqualTo(compiled.license());
    assertThat(read.maps().stream().map(m -> m.name() + m.type() + m.keySize() + m.valueSize()))
        .containsExactlyInAnyOrderElementsOf(
            compiled.maps().stream()
                .map(m -> m.name() + m.type() + m.keySize() + m.valueSize())
                .toList());
    for (var program : compiled.programs()) {
      assertThat(read.program(program.name()).instructions().size())
          .as(program.name())
          .isEqualTo(program.instructions().size());
      assertThat(read.program(program.name()).lines()).hasSameSizeAs(program.lines());
    }
  }

  @Test
  void runsAsWhatItWas() {
    var compiled = JavaPrograms.compile(FirstPrograms.class);
    var read = ObjectSpec.read("first.bpf.o", ObjectFileWriter.write(compiled));
    try (var kernel = VirtualKernel.open();
        var first = kernel.load(compiled);
        var second = kernel.load(read)) {
      for (var program : ThreeWays.programs(FirstPrograms.class)) {
        assertThat(ThreeWays.on(second, program.getName(), PACKET))
            .as(program.getName())
            .isEqualTo(ThreeWays.on(first, program.getName(), PACKET));
      }
    }
  }
}
