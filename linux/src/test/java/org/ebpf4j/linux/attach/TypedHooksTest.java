package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.BtfTracepoint;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.Fexit;
import org.ebpf4j.attach.FmodRet;
import org.ebpf4j.attach.Lsm;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
class TypedHooksTest {
  private static final int COUNT = 0;
  private static final int LAST = 1;
  private static final long COOKIE = 0x1234_5678_9abc_def0L;
  private static final Path FILE = Path.of("/proc/version");

  /// A program alone; skipped where the kernel is locked down, which keeps such programs out.
  private static LoadedObject load(String program) {
    try {
      return LoadedObject.of("attach/typed", program);
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
      throw e;
    }
  }

  private static void cause() throws Exception {
    MarkedThread.call(() -> Files.exists(FILE));
  }

  @Test
  @EffectOf("tp_btf")
  void typedTracepointSeesSystemCallsUntilClosed() throws Exception {
    try (var object = load("typed_tracepoint")) {
      MarkedThread.countIn(object);
      var program = object.program("typed_tracepoint");
      try (var link = program.attach()) {
        assertThat(link.attachPoint()).contains(new BtfTracepoint("sys_enter"));
        assertThat(link.info()).singleElement().matches(info -> info.programId() == program.id());
        cause();
        assertThat(object.count(COUNT)).isPositive();
      }
      var before = object.count(COUNT);
      cause();
      assertThat(object.count(COUNT)).isEqualTo(before);
    }
  }

  @Test
  @RequiresKernel(value = "6.10", because = "cookies of raw tracepoints")
  void typedTracepointIsGivenItsCookie() throws Exception {
    try (var object = load("typed_tracepoint_cookie")) {
      MarkedThread.countIn(object);
      try (var link =
          object
              .program("typed_tracepoint_cookie")
              .attach(new BtfTracepoint("sys_enter").withCookie(COOKIE))) {
        assertThat(link.isOpen()).isTrue();
        cause();
        assertThat(object.count(LAST)).isEqualTo(COOKIE);
      }
    }
  }

  @Test
  void anotherPlaceThanItWasLoadedForIsRefused() {
    try (var object = load("typed_tracepoint")) {
      var program = object.program("typed_tracepoint");
      refusesOtherPlace(program, new BtfTracepoint("sched_switch"), "it was loaded for");
      assertThatThrownBy(() -> program.attach(new Fentry("sys_enter")).close())
          .isInstanceOf(WrongHookException.class)
          .hasMessageContaining("tp_btf:[MODULE:]NAME");
    }
  }

  @Test
  @RequiresKernel(value = "6.0", because = "programs that say what they were loaded for")
  void anOpenedProgramIsHeldToThePlaceItWasLoadedForToo() throws Exception {
    try (var object = load("typed_tracepoint");
        var kernel = LinuxKernel.open();
        var opened = kernel.openProgram(object.program("typed_tracepoint").id())) {
      refusesOtherPlace(opened, new BtfTracepoint("sched_switch"), "btf_trace_sys_enter");
      MarkedThread.countIn(object);
      try (var link = opened.attach(new BtfTracepoint("sys_enter"))) {
        assertThat(link.isOpen()).isTrue();
        cause();
        assertThat(object.count(COUNT)).isPositive();
      }
    }
  }

  private static void refusesOtherPlace(LinuxProgram program, AttachPoint point, String loadedFor) {
    assertThatThrownBy(() -> program.attach(point).close())
        .isInstanceOf(WrongHookException.class)
        .hasMessageContaining("to " + point.describe())
        .hasMessageContaining(loadedFor)
        .hasMessageContaining("sys_enter")
        .hasMessageContaining("withAttachPoint");
  }

  @Test
  void aProgramIsLoadedForAnotherPlaceThanItsSectionSays() throws Exception {
    try (var object =
        LoadedObject.of(
            "attach/typed",
            "typed_tracepoint",
            p -> p.withAttachPoint(new BtfTracepoint("sys_exit")))) {
      MarkedThread.countIn(object);
      try (var link = object.program("typed_tracepoint").attach()) {
        assertThat(link.attachPoint()).contains(new BtfTracepoint("sys_exit"));
        cause();
        assertThat(object.count(COUNT)).isPositive();
      }
    }
    assertThatThrownBy(() ->
            LoadedObject.of(
                    "attach/typed",
                    "typed_tracepoint",
                    p -> p.withAttachPoint(new BtfTracepoint("sched_swich")))
                .close())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("sched_switch");
  }

  private static int run(LinuxProgram program) {
    return program.run(RunInput.none()).returnValue();
  }

  @Test
  @EffectOf("fentry")
  @RequiresKernel(value = "5.7", because = "runs of fentry programs")
  void functionIsSeenWhereItBeginsUntilClosed() {
    try (var object = load("entry")) {
      var program = object.program("entry");
      try (var link = program.attach()) {
        assertThat(link.attachPoint()).contains(new Fentry("bpf_fentry_test1"));
        run(program);
        assertThat(object.count(COUNT)).isEqualTo(1);
        assertThat(object.count(LAST)).as("what the kernel calls it with").isEqualTo(1);
        assertThatThrownBy(() -> program.attach().close())
            .isInstanceOf(KernelException.class)
            .hasMessageMatching("(?s).*(takes each program once|attach such a program once).*");
      }
      run(program);
      assertThat(object.count(COUNT)).isEqualTo(1);
    }
  }

  @Test
  @RequiresKernel(value = "5.13", because = "fentry programs that are attached again")
  void whatWasDetachedIsAttachedAgain() {
    try (var object = load("entry")) {
      var program = object.program("entry");
      for (int i = 1; i <= 3; i++) {
        try (var _ = program.attach()) {
          run(program);
        }
        assertThat(object.count(COUNT)).isEqualTo(i);
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.19", because = "cookies of fentry")
  void functionIsGivenItsCookie() {
    try (var object = load("entry_cookie")) {
      var program = object.program("entry_cookie");
      try (var _ = program.attach(new Fentry("bpf_fentry_test1").withCookie(COOKIE))) {
        run(program);
        assertThat(object.count(LAST)).isEqualTo(COOKIE);
      }
    }
  }

  @Test
  void aKernelWithoutCookiesSaysSo() {
    try (var object = load("entry")) {
      var program = object.program("entry");
      try (var link = program.attach(new Fentry("bpf_fentry_test1").withCookie(COOKIE))) {
        assumeTrue(!link.isOpen(), "this kernel has cookies of fentry");
      } catch (UnsupportedFeatureException e) {
        assertThat(e.since()).contains("5.19");
        assertThat(e).hasMessageContaining("takes no cookie");
      }
      try (var _ = program.attach()) {
        run(program);
        assertThat(object.count(COUNT)).isEqualTo(1);
      }
    }
  }

  @Test
  @EffectOf("fexit")
  @RequiresKernel(value = "5.7", because = "runs of fexit programs")
  void functionIsSeenWhereItEndsUntilClosed() {
    try (var object = load("end")) {
      var program = object.program("end");
      try (var link = program.attach()) {
        assertThat(link.attachPoint()).contains(new Fexit("bpf_fentry_test2"));
        run(program);
        assertThat(object.count(LAST)).as("what the kernel's function gives").isEqualTo(2 + 3);
      }
      run(program);
      assertThat(object.count(COUNT)).isEqualTo(1);
    }
  }

  @Test
  @EffectOf("fsession")
  @RequiresKernel(value = "7.0", because = "fsession")
  void sessionSeesBothEndsUntilClosed() {
    try (var object = load("both");
        var runner = load("end")) {
      try (var _ = object.program("both").attach()) {
        run(runner.program("end"));
        assertThat(object.count(COUNT)).isEqualTo(2);
      }
      run(runner.program("end"));
      assertThat(object.count(COUNT)).isEqualTo(2);
    }
  }

  @Test
  void aKernelWithoutSessionsSaysSinceWhenTheyAre() {
    try (var object = load("both")) {
      assumeTrue(object == null, "this kernel has sessions");
    } catch (KernelException e) {
      assertThat(e).hasMessageContaining("fsession").hasMessageContaining("since 7.0");
    }
  }

  private static boolean isRefusedFile() throws Exception {
    return MarkedThread.call(() -> {
      try {
        Files.readAllBytes(FILE);
        return false;
      } catch (IOException _) {
        return true;
      }
    });
  }

  @Test
  @EffectOf("fmod_ret")
  @RequiresKernel(value = "5.7", because = "fmod_ret")
  void resultOfAFunctionIsDecidedUntilClosed() throws Exception {
    try (var object = load("result")) {
      MarkedThread.countIn(object);
      assertThat(isRefusedFile()).isFalse();
      try (var link = object.program("result").attach()) {
        assertThat(link.attachPoint()).contains(new FmodRet("security_file_open"));
        assertThat(isRefusedFile()).isTrue();
        assertThat(object.count(COUNT)).isPositive();
        assertThat(Files.readAllBytes(FILE)).as("read by another thread").isNotEmpty();
      }
      assertThat(isRefusedFile()).isFalse();
    }
  }

  @Test
  @EffectOf("lsm")
  @RequiresKernel(value = "5.7", because = "programs as a security module")
  void hookOfSecurityModulesDecidesUntilClosed() throws Exception {
    try (var object = load("hook")) {
      MarkedThread.countIn(object);
      try (var link = object.program("hook").attach()) {
        assertThat(link.attachPoint()).contains(new Lsm("file_open"));
        assertThat(isRefusedFile()).isTrue();
        assertThat(object.count(COUNT)).isPositive();
      }
      assertThat(isRefusedFile()).isFalse();
    }
  }

  /// The 39th does not fit.
  @Test
  void aFunctionTakesNotMoreProgramsThanItsTrampolineHolds() {
    var open = new ArrayList<AutoCloseable>();
    try {
      KernelException refused = null;
      for (int i = 0; i < 50 && refused == null; i++) {
        var object = load("entry");
        open.add(object);
        try {
          open.add(object.program("entry").attach());
        } catch (KernelException e) {
          refused = e;
        }
      }
      assertThat(refused).isNotNull().hasMessageContaining("as many programs as it takes");
      assertThat(Objects.requireNonNull(refused).errnoName()).isEqualTo("E2BIG");
    } finally {
      org.ebpf4j.spi.Closing.all(open);
    }
  }
}
