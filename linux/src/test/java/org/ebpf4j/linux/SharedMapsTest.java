package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
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
  void secondLoadSharesTheMaps() {
    try (var one = kernel.load(SPEC, options);
        var two = kernel.load(SPEC, options)) {
      assertThat(Run.once(one, "count")).isEqualTo(1);
      assertThat(Run.once(two, "count")).isEqualTo(2);
      assertThat(two.map("shared").id()).isEqualTo(one.map("shared").id());
      assertThat(two.map("shared_too").lookup(Words.u32(1))).contains(Words.u64(2));
      assertThat(two.map("optional").id()).isNotEqualTo(one.map("optional").id());
    }
    // The pin keeps the value for those who come later.
    try (var three = kernel.load(SPEC, options)) {
      assertThat(Run.once(three, "count")).isEqualTo(3);
    }
    assertThat(pins.at("shared")).exists();
    assertThat(pins.at("optional")).doesNotExist();
  }

  @Test
  void directoryThatIsMissingIsMade() {
    var deeper = options.withPins(pins.at("deeper"));
    kernel.load(SPEC, deeper).close();
    assertThat(pins.at("deeper").resolve("shared")).exists();
  }

  @Test
  void tellsHowPinnedMapDiffers() {
    try (var pinned = kernel.createMap(MapSpec.of("shared", MapType.HASH, 8, 8, 3))) {
      pinned.pin(pins.at("shared_too"));
      assertThat(catchThrowableOfType(BpfException.class, () -> kernel.load(SPEC, options).close()))
          .hasMessageStartingWith(
              "map 'shared_too': the map pinned at "
                  + pins.at("shared_too")
                  + " (id "
                  + pinned.id()
                  + ") is another: bytes in a key 8, where the object wants 4; entries 3, where the object wants 2");
    }
    // The other, which was pinned before it, is not left behind.
    assertThat(pins.at("shared")).doesNotExist();
    assertThat(pins.at("shared_too")).exists();
  }

  @Test
  void refusesPinThatIsNoMap() {
    try (var object = kernel.load(SPEC.withMap("shared", m -> m.withPinByName(false)), options)) {
      object.program("count").pin(pins.at("shared"));
    }
    assertThat(catchThrowableOfType(BpfException.class, () -> kernel.load(SPEC, options).close()))
        .hasMessageContaining(pins.at("shared").toString());
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
