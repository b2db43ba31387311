package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maps that objects share by a pin of their name.
@KernelTest
@Requires(Facility.BPFFS)
class SharedMapsTest {
  private static final ObjectSpec SPEC = Run.spec("load_shared");

  private final LinuxKernel kernel = LinuxKernel.open();
  private ScratchPins pins;
  private LoadOptions options;

  @BeforeEach
  void makeDirectory() {
    pins = ScratchPins.create();
    options = LoadOptions.DEFAULT.withPins(pins.directory());
  }

  @AfterEach
  void removeDirectory() {
    pins.close();
  }

  @Test
  void failedLoadLeavesNoPins() {
    var bad = SPEC.withProgram("rejected", p -> p.withAutoload(true));
    assertThat(
            catchThrowableOfType(VerifierException.class, () -> kernel.load(bad, options).close()))
        .hasMessageContaining("in program 'rejected'");
    assertThat(pins.directory()).isEmptyDirectory();
  }

  @Test
  void failedLoadLeavesPinsOfOthers() throws java.io.IOException {
    var bad = SPEC.withProgram("rejected", p -> p.withAutoload(true));
    kernel.load(SPEC, options).close();
    assertThat(
            catchThrowableOfType(VerifierException.class, () -> kernel.load(bad, options).close()))
        .isNotNull();
    try (var left = Files.list(pins.directory())) {
      assertThat(left).hasSize(2);
    }
  }
}
