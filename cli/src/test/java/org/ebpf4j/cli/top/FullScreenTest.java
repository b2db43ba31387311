package org.ebpf4j.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.cli.PseudoTerminal;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `ebpf4j top` on a real terminal, with a program that runs.
@KernelTest
@RequiresKernel(value = "5.8", because = "statistics are asked for by a descriptor since then")
@Requires({Facility.TRACEFS, Facility.SPEED})
@EnabledIf("hasTerminal")
class FullScreenTest {
  private static final String OPENED = "\u001b[?1049h";
  private static final String LEFT = "\u001b[?1049l";

  @TempDir Path directory;

  private final AtomicBoolean over = new AtomicBoolean();
  private LinuxKernel kernel;
  private LinuxObject object;
  private LinuxProgram program;
  private LinuxLink link;
  private Thread running;

  static boolean hasTerminal() {
    return PseudoTerminal.isThere();
  }

  @BeforeEach
  void start() {
    kernel = LinuxKernel.open();
    object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
    program = object.program("count_exec");
    link = program.attach();
    running =
        Thread.ofVirtual()
            .start(() -> {
              while (!over.get()) {
                Session.shell("/bin/true || true");
              }
            });
  }

  @AfterEach
  void stop() throws InterruptedException {
    over.set(true);
    running.join();
    link.close();
    object.close();
    kernel.close();
  }

  private PseudoTerminal top(List<String> environment) throws IOException {
    return PseudoTerminal.start(
        directory,
        80,
        24,
        environment,
        Session.command("top", "--every", "300ms", "--program", "count_exec"));
  }

  @Test
  void showsProgramsTakesKeysAndLeavesTheTerminalAsItWas() throws Exception {
    try (var top = top(List.of("NO_COLOR="))) {
      top.await(program.id() + " tracepoint     count_exec");
      assertThat(top.out()).contains(OPENED, "\u001b[36m");
      PseudoTerminal.until(() -> program.statistics().runs() > 0, "runs are not counted");

      top.type("s");
      top.await("RUNS/S▼");
      top.type("r");
      top.await("RUNS/S▲");
      top.type("p");
      top.await("PAUSED");
      top.type("p");
      top.type("/no_such\r");
      top.await("no program with this in its name runs");
      top.type("/count_\u007f\r");
      top.await("filter: count\u001b");
      top.type("h");
      top.await("any key: back");
      top.type(" ");
      top.typeUntil("\r", "who holds it:");
      top.await("prog " + program.id() + " (count_exec), tracepoint: ");
      top.await("java[" + ProcessHandle.current().pid());
      top.type("\u001b");
      top.resize(100, 30);
      PseudoTerminal.until(
          () -> top.out().lines().anyMatch(FullScreenTest::isWide), "the new size is not seen");
      top.type("m");
      top.await("FILL%");
      top.type("q");

      assertThat(top.finish()).isZero();
      assertThat(top.out()).endsWith(LEFT);
      assertThat(top.isRestored()).isTrue();
    }
    PseudoTerminal.until(this::isNotCounted, "runs are still counted");
  }

  /// The row of a program, selected and so filled to the width of the terminal.
  private static boolean isWide(String line) {
    var row = line.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").replace("\r", "");
    return row.contains("count_exec") && row.length() == 100;
  }

  /// Other tests may have runs counted for a while.
  private boolean isNotCounted() {
    var before = program.statistics().runs();
    for (int i = 0; i < 3; i++) {
      Session.shell("/bin/true || true");
    }
    return program.statistics().runs() == before;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ctrl-c", "TERM", "HUP"})
  void signalsLeaveTheTerminalAsItWas(String signal) throws IOException {
    try (var top = top(List.of("NO_COLOR=1"))) {
      top.await(program.id() + " tracepoint     count_exec");
      assertThat(top.out()).doesNotContain("\u001b[36m");
      if (signal.equals("ctrl-c")) {
        top.type("\u0003");
      } else {
        top.signal(signal);
      }

      assertThat(top.finish()).isEqualTo(signal.equals("ctrl-c") ? ExitStatus.INTERRUPTED : 0);
      assertThat(top.out()).contains(OPENED).endsWith(LEFT);
      assertThat(top.isRestored()).isTrue();
    }
  }

  @Test
  void aFaultLeavesTheTerminalAsItWas() throws IOException {
    var words = Session.command();
    words.removeLast();
    words.add(FailingTop.class.getName());
    try (var top = PseudoTerminal.start(directory, 80, 24, List.of(), words)) {
      top.await(program.id() + " tracepoint     count_exec");
      top.type("\r");

      assertThat(top.finish()).isEqualTo(ExitStatus.FAILED);
      assertThat(top.out()).contains(LEFT).contains("IllegalStateException: staged");
      assertThat(top.isRestored()).isTrue();
    }
  }

  @Test
  void aTerminalThatTakesNoOrdersGetsTables() throws IOException {
    try (var top = top(List.of("TERM=dumb"))) {
      top.await("count_exec");
      top.type("\u0003");

      assertThat(top.finish()).isEqualTo(ExitStatus.INTERRUPTED);
      assertThat(top.out()).doesNotContain("\u001b");
    }
  }
}
