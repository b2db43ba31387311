package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.EnumSet;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.Freplace;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.linux.attach.Capabilities.Capability;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

@KernelTest
class FreplaceTest {
  private static final int XDP_DROP = 1;
  private static final int XDP_PASS = 2;

  private final LinuxKernel kernel = LinuxKernel.open();

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name, TestObjects.bytes(name));
  }

  private LinuxObject replacement(LinuxProgram target) {
    return load("code_replacement", target);
  }

  private LinuxObject load(String program, LinuxProgram target) {
    var spec = spec("code_replacement");
    for (var each : spec.programs()) {
      spec = spec.withProgram(each.name(), p -> p.withAutoload(p.name().equals(program)));
    }
    try {
      return kernel.load(spec, LoadOptions.DEFAULT.withTarget(program, target));
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
      throw e;
    }
  }

  /// Kernels before 6.0 do not say what a program was loaded for.
  private static void isOn(LinkInfo.Tracing info, LinuxProgram base) {
    assertThat(info.isReplacement()).isTrue();
    if (info.targetObject() != 0) {
      assertThat(info.targetObject()).isEqualTo(base.id());
      assertThat(info.targetName()).isEqualTo("code_base");
      assertThat(info.function()).isEqualTo("code_part");
    }
  }

  private static int verdict(LinuxProgram base) {
    return base.run(RunInput.packet(new byte[64])).returnValue();
  }

  @Test
  @EffectOf("freplace")
  @RequiresKernel(value = "5.6", because = "freplace")
  void functionOfTheProgramItWasLoadedForIsReplacedUntilClosed() {
    try (var first = kernel.load(spec("code_base"));
        var object = replacement(first.program("code_base"))) {
      var base = first.program("code_base");
      var program = object.program("code_replacement");
      assertThat(verdict(base)).isEqualTo(XDP_PASS);
      try (var link = program.attach()) {
        assertThat(link.attachPoint()).contains(new Freplace("code_part"));
        assertThat(verdict(base)).isEqualTo(XDP_DROP);
        assertThat(link.info())
            .singleElement()
            .isInstanceOfSatisfying(LinkInfo.Tracing.class, info -> isOn(info, base));
        try (var second = replacement(base)) {
          assertThatThrownBy(() -> second.program("code_replacement").attach().close())
              .isInstanceOf(KernelException.class)
              .hasMessageContaining("EBUSY")
              .hasMessageContaining("another program has taken the place")
              .hasMessageContaining(
                  "program " + program.id() + " 'code_replacemen' (ext), by link ");
        }
      }
      assertThat(verdict(base)).isEqualTo(XDP_PASS);
      assertThatThrownBy(() -> program.attach(new Freplace("other")).close())
          .isInstanceOf(WrongHookException.class)
          .hasMessageContaining("it was loaded for freplace/code_part");
    }
  }

  /// The types of another program are opened by their id.
  @Test
  @RequiresKernel(value = "5.6", because = "freplace")
  void whoMayNotOpenTheOtherProgramsTypesIsTold() {
    try (var first = kernel.load(spec("code_base"))) {
      var target = first.program("code_base");
      var spec =
          spec("code_replacement").withProgram("code_replacement", p -> p.withAutoload(true));
      assertThatThrownBy(() ->
              Capabilities.without(
                  EnumSet.of(Capability.CAP_SYS_ADMIN),
                  () -> {
                    kernel
                        .load(spec, LoadOptions.DEFAULT.withTarget("code_replacement", target))
                        .close();
                    return 0;
                  }))
          .isInstanceOf(PermissionException.class)
          .hasMessageContaining("this process lacks CAP_SYS_ADMIN");
    }
  }

  @Test
  @RequiresKernel(value = "6.0", because = "programs that say what they were loaded for")
  void whatWatchesAnotherProgramIsAttachedOnce() {
    try (var first = kernel.load(spec("code_base"));
        var watching = load("code_watcher", first.program("code_base"))) {
      var watcher = watching.program("code_watcher");
      watcher.attach().close();
      assertThatThrownBy(() -> watcher.attach().close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("was attached before, which the kernel does once")
          .hasMessageContaining("try: load the program again");
    }
  }

  /// Only one of both is on a function, whichever came first.
  @Test
  @RequiresKernel(value = "5.10", because = "fentry on functions of programs")
  void aFunctionThatIsWatchedIsNotReplacedAndTheOtherWayRound() {
    try (var first = kernel.load(spec("code_base"));
        var watching = load("code_watcher", first.program("code_base"));
        var late = load("code_watcher", first.program("code_base"));
        var replacing = replacement(first.program("code_base"))) {
      var watcher = watching.program("code_watcher");
      var replacement = replacing.program("code_replacement");
      try (var _ = watcher.attach()) {
        assertThatThrownBy(() -> replacement.attach().close())
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("EBUSY")
            .hasMessageContaining("or watches it (fentry, fexit)")
            .hasMessageContaining(
                "program " + watcher.id() + " 'code_watcher' (tracing), by link ");
      }
      try (var _ = replacement.attach()) {
        assertThatThrownBy(() -> late.program("code_watcher").attach().close())
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("EBUSY")
            .hasMessageContaining("a program of another kind holds the function (freplace)")
            .hasMessageContaining(
                "program " + replacement.id() + " 'code_replacemen' (ext), by link ");
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.10", because = "freplace on several programs")
  void functionOfAnotherProgramIsReplacedToo() {
    try (var first = kernel.load(spec("code_base"));
        var second = kernel.load(spec("code_base"));
        var object = replacement(first.program("code_base"))) {
      var other = second.program("code_base");
      var program = object.program("code_replacement");
      try (var _ = program.attach();
          var link = program.attach(new Freplace("code_part").of(other))) {
        assertThat(link.isOpen()).isTrue();
        assertThat(verdict(other)).isEqualTo(XDP_DROP);
        assertThat(verdict(first.program("code_base"))).isEqualTo(XDP_DROP);
      }
      assertThat(verdict(other)).isEqualTo(XDP_PASS);
      assertThat(verdict(first.program("code_base"))).isEqualTo(XDP_PASS);
      assertThatThrownBy(() -> program.attach(new Freplace("code_prt").of(other)).close())
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("code_part");
    }
  }
}
