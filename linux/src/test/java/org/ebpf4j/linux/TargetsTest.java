package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.ebpf4j.linux.Runs.number;
import static org.ebpf4j.linux.Runs.only;
import static org.ebpf4j.linux.Runs.spec;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramRun;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Programs for what the kernel's types describe, and for functions of other programs. What they
/// read of their arguments is refused unless they are for what their section says.
@KernelTest
class TargetsTest {
  private static final int XDP_DROP = 1;
  private static final int XDP_PASS = 2;

  private final LinuxKernel kernel = LinuxKernel.open();

  private static ObjectSpec target(String program) {
    return only(spec("code_targets"), program);
  }

  /// Loads and runs a program that changes what the kernel does, which a kernel may be told not to
  /// take from anybody.
  private LinuxObject load(ObjectSpec spec, LoadOptions options) {
    try {
      return kernel.load(spec, options);
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
      throw e;
    }
  }

  private LinuxObject load(String program) {
    return load(target(program), LoadOptions.DEFAULT);
  }

  @Test
  void tracepointHasArgumentsOfTheKernelsTypes() {
    try (var object = kernel.load(target("code_tracepoint"));
        var _ = Bpf.rawTracepointOpen("", object.program("code_tracepoint").fd()).fd()) {
      // Others may be renamed in the same moment.
      Alive.eventually(
          "the program saw this process",
          () -> {
            Renames.cause();
            return number(object, "seen") == ProcessHandle.current().pid();
          });
    }
  }

  @Test
  void iteratorHasItsContext() {
    try (var object = kernel.load(target("code_iter"))) {
      assertThat(object.programs()).hasSize(1);
    }
  }

  @Test
  void functionIsWatchedWhereItBegins() {
    try (var object = load("code_fentry")) {
      var program = object.program("code_fentry").fd();
      try (var _ = Bpf.rawTracepointOpen("", program).fd()) {
        assertThat(Bpf.progRun(program, ProgramRun.EMPTY).errno()).isZero();
      }
      assertThat(number(object, "seen")).as("what the kernel calls it with").isEqualTo(1);
    }
  }

  @Test
  void functionIsWatchedWhereItEnds() {
    try (var object = load("code_fexit")) {
      var program = object.program("code_fexit").fd();
      try (var _ = Bpf.rawTracepointOpen("", program).fd()) {
        assertThat(Bpf.progRun(program, ProgramRun.EMPTY).errno()).isZero();
      }
      assertThat(number(object, "seen")).isEqualTo(2 + 3);
      assertThat(number(object, "returned")).isEqualTo(2 + 3);
    }
  }

  @Test
  void hookOfSecurityModulesHasItsArguments() {
    try (var object = load("code_lsm")) {
      assertThat(object.programs()).hasSize(1);
    }
  }

  private static void assumeModule() {
    assumeTrue(
        Files.exists(Path.of("/sys/kernel/btf/veth")), "no module veth with types is loaded");
  }

  @Test
  @RequiresKernel(value = "5.12", because = "programs for functions of modules")
  void functionOfModuleIsFound() {
    assumeModule();
    try (var object = load("code_module")) {
      assertThat(object.programs()).hasSize(1);
    }
    try (var object = load("code_any_module")) {
      assertThat(object.programs()).hasSize(1);
    }
  }

  @Test
  void functionOfModuleIsNotTheKernels() {
    assumeModule();
    assertThat(refused(() -> kernel.load(target("code_wrong_module")).close()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("veth_xmit");
  }

  @Test
  void functionThatIsNowhereIsNamed() {
    assertThat(refused(() -> kernel.load(target("code_nowhere")).close()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("code_no_such_function");
  }

  // Functions of other programs.

  @Test
  void functionOfOtherProgramIsReplaced() {
    var packet = ProgramRun.ofData(new byte[64], 0);
    try (var base = kernel.load(spec("code_base"))) {
      var options = LoadOptions.DEFAULT.withTarget("code_replacement", base.program("code_base"));
      try (var object = load(only(spec("code_replacement"), "code_replacement"), options)) {
        assertThat(Runs.run(base, "code_base", packet)).isEqualTo(XDP_PASS);
        try (var _ = Bpf.rawTracepointOpen("", object.program("code_replacement").fd()).fd()) {
          assertThat(Runs.run(base, "code_base", packet)).isEqualTo(XDP_DROP);
        }
        assertThat(Runs.run(base, "code_base", packet)).isEqualTo(XDP_PASS);
      }
    }
  }

  @Test
  void functionOfOtherProgramIsWatched() {
    try (var base = kernel.load(spec("code_base"))) {
      var options = LoadOptions.DEFAULT.withTarget("code_watcher", base.program("code_base"));
      try (var object = load(only(spec("code_replacement"), "code_watcher"), options)) {
        try (var _ = Bpf.rawTracepointOpen("", object.program("code_watcher").fd()).fd()) {
          Runs.run(base, "code_base", ProgramRun.ofData(new byte[64], 0));
        }
        assertThat(number(object, "entered")).isEqualTo(1);
      }
    }
  }

  @Test
  void functionThatOtherProgramLacksIsNamed() {
    try (var base = kernel.load(spec("code_base"))) {
      var options = LoadOptions.DEFAULT.withTarget("code_stray", base.program("code_base"));
      assertThat(
              refused(
                  () -> kernel.load(only(spec("code_replacement"), "code_stray"), options).close()))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("code_apart")
          .hasMessageContaining("code_base");
    }
  }

  @Test
  void replacementWithoutProgramToReplaceIsRefused() {
    assertThat(
            refused(() -> kernel.load(only(spec("code_replacement"), "code_replacement")).close()))
        .hasMessageContaining("say of which one");
  }

  private static Throwable refused(ThrowingCallable act) {
    var failure = catchThrowable(act);
    assertThat(failure).isInstanceOf(BpfException.class);
    return failure;
  }
}
