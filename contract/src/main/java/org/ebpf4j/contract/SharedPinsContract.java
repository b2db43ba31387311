package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.ebpf4j.contract.Values.errno;
import static org.ebpf4j.contract.Values.u32;
import static org.ebpf4j.contract.Values.u64;

import java.nio.file.Path;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maps that objects share by a pin of their name.
public abstract class SharedPinsContract {
  private static final ObjectSpec SPEC =
      ObjectSpec.read("load_shared.bpf.o", TestObjects.bytes("load_shared"));

  private Kernel kernel;
  private LoadOptions options;

  /// The kernel whose maps are pinned.
  protected abstract Kernel open();

  /// A directory for pins of the test's own.
  protected abstract Path directory();

  @BeforeEach
  void openKernel() {
    kernel = open();
    options = LoadOptions.DEFAULT.withPins(directory());
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  private static int count(BpfObject object) {
    return object.program("count").run(RunInput.none()).returnValue();
  }

  private boolean isPinned(Path path) {
    try (var map = kernel.openMap(path)) {
      return map.id() > 0;
    } catch (BpfException _) {
      assertThat(errno(() -> kernel.openMap(path).close())).isEqualTo(Errno.ENOENT);
      return false;
    }
  }

  private boolean isPinned(String name) {
    return isPinned(directory().resolve(name));
  }

  @Test
  void secondLoadSharesTheMaps() {
    try (var one = kernel.load(SPEC, options);
        var two = kernel.load(SPEC, options)) {
      assertThat(count(one)).isEqualTo(1);
      assertThat(count(two)).isEqualTo(2);
      assertThat(two.map("shared").id()).isEqualTo(one.map("shared").id());
      assertThat(two.map("shared_too").lookup(u32(1))).contains(u64(2));
      assertThat(two.map("optional").id()).isNotEqualTo(one.map("optional").id());
    }
    // The pin keeps the value for those who come later.
    try (var three = kernel.load(SPEC, options)) {
      assertThat(count(three)).isEqualTo(3);
    }
    assertThat(isPinned("shared")).isTrue();
    assertThat(isPinned("optional")).isFalse();
  }

  @Test
  void directoryThatIsMissingIsMade() {
    var deeper = directory().resolve("deeper");
    kernel.load(SPEC, options.withPins(deeper)).close();
    assertThat(isPinned(deeper.resolve("shared"))).isTrue();
  }

  @Test
  void tellsHowPinnedMapDiffers() {
    var pin = directory().resolve("shared_too");
    try (var pinned = kernel.createMap(MapSpec.of("shared", MapType.HASH, 8, 8, 3))) {
      pinned.pin(pin);
      assertThat(catchThrowableOfType(BpfException.class, () -> kernel.load(SPEC, options).close()))
          .hasMessageStartingWith(
              "map 'shared_too': the map pinned at "
                  + pin
                  + " (id "
                  + pinned.id()
                  + ") is another: bytes in a key 8, where the object wants 4; entries 3, where the"
                  + " object wants 2");
    }
    // The other, which was pinned before it, is not left behind.
    assertThat(isPinned("shared")).isFalse();
    assertThat(isPinned("shared_too")).isTrue();
  }

  @Test
  void refusesPinThatIsNoMap() {
    var pin = directory().resolve("shared");
    try (var object = kernel.load(SPEC.withMap("shared", m -> m.withPinByName(false)), options)) {
      object.program("count").pin(pin);
    }
    assertThat(catchThrowableOfType(BpfException.class, () -> kernel.load(SPEC, options).close()))
        .hasMessageContaining(pin.toString());
  }
}
