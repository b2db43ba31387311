package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.contract.Values.u32;
import static org.ebpf4j.contract.Values.u64;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// A kernel that is closed makes and opens nothing more; what it gave before works until it is
/// closed itself.
public abstract class ClosedKernelContract {
  private static final Path PIN = Path.of("/nowhere/pin");

  /// The kernel that is closed.
  protected abstract Kernel open();

  private static ObjectSpec spec() {
    return ObjectSpec.read("run_types.bpf.o", TestObjects.bytes("run_types"))
        .withEachProgram(p -> p.withAutoload(p.name().equals("run_tc")));
  }

  @Test
  void nothingIsMadeAnyMore() {
    var kernel = open();
    kernel.close();
    kernel.close();
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> kernel.load(spec()),
            () -> kernel.load(spec(), LoadOptions.DEFAULT),
            () -> kernel.verify(spec(), LoadOptions.DEFAULT, _ -> {}),
            () -> kernel.verifyWhole(spec(), LoadOptions.DEFAULT, _ -> {}),
            () -> kernel.createMap(MapSpec.of("never", MapType.HASH, 4, 8, 1)),
            () -> kernel.openMap(1),
            () -> kernel.openMap(PIN),
            () -> kernel.openProgram(1),
            () -> kernel.openProgram(PIN),
            () -> kernel.openLink(1),
            () -> kernel.openLink(PIN),
            kernel::tracePipe,
            kernel::statistics,
            kernel::ringPoller)) {
      assertThatThrownBy(use)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the kernel is closed");
    }
  }

  @Test
  void whatItGaveWorks() {
    BpfObject object;
    try (var kernel = open()) {
      object = kernel.load(spec());
    }
    try (object) {
      var result = object.program("run_tc").run(RunInput.packet(new byte[64]));
      assertThat(result.returnValue()).isEqualTo(64);
      assertThat(object.variable("runs").get()).isEqualTo(1);
    }
    var kernel = open();
    try (var map = kernel.createMap(MapSpec.of("kept", MapType.HASH, 4, 8, 1))) {
      kernel.close();
      map.update(u32(1), u64(2));
      assertThat(map.lookup(u32(1))).contains(u64(2));
    }
  }
}
