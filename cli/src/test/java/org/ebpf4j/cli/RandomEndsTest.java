package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that get a signal at any moment, under a flood of events and lines: each ends, and
/// leaves no program, link or pin. A few times here; `-Debpf4j.ends=500` makes it long, and holds
/// the ends to two seconds. `-Debpf4j.ends.seed=N` repeats one.
@KernelTest
@Requires({Facility.TRACEFS, Facility.BPFFS, Facility.SPEED})
class RandomEndsTest {
  private static final int TIMES = Integer.getInteger("ebpf4j.ends", 6);
  private static final long SEED = Long.getLong("ebpf4j.ends.seed", System.nanoTime());

  /// How long an end may take: of 500, two seconds; of a few, whatever shows that it does not hang.
  private static final Duration MOST =
      TIMES >= 100 ? Duration.ofSeconds(2) : Duration.ofSeconds(30);

  private static final int LONGEST_LIFE_MILLIS = 2_000;

  /// Of the program, its link, the ring and two sections of constants.
  private static final int ALL_PINS = 5;

  private static final Path OBJECT = TestObjects.file("ends_flood");

  private final Path pins = Path.of("/sys/fs/bpf", "ebpf4j-ends-" + ProcessHandle.current().pid());

  @Test
  void commandsEndAtAnyMomentAndLeaveNothing(@TempDir Path directory) throws Exception {
    var config = directory.resolve("ends.yaml");
    Files.writeString(config, "object: " + OBJECT + "\nmetrics:\n  programs: true\n");
    var interrupt = Session.takesInterrupts() ? "INT" : "TERM";
    var random = new Random(SEED);
    var problems = new ArrayList<String>();
    var slowest = 0L;
    try (var flood = Flood.start()) {
      for (int i = 0; i < TIMES; i++) {
        var words = command(random.nextInt(4), config);
        var signal = List.of(interrupt, "TERM", "KILL").get(random.nextInt(3));
        var life = random.nextInt(LONGEST_LIFE_MILLIS);
        var what = signal + " after " + life + " ms of " + words;
        try (var session = Session.start(words.toArray())) {
          session.awaitJvm();
          Thread.sleep(life);
          session.signal(signal);
          var millis = session.millisToEnd(MOST.toMillis());
          if (millis < 0) {
            problems.add(what + ": not ended after " + MOST + "\n" + session.err());
          }
          slowest = Math.max(slowest, millis);
        }
        if (words.contains("load")) {
          removePins(signal, what, problems);
        }
        var left = left();
        if (!left.isEmpty()) {
          problems.add(what + ": left " + left);
        }
      }
      assertThat(flood).isNotNull();
    }
    System.out.println(TIMES + " ends, the slowest in " + slowest + " ms");
    assertThat(problems).as("seed %d", SEED).isEmpty();
  }

  private List<Object> command(int which, Path config) {
    return switch (which) {
      case 0 -> List.of("run", OBJECT);
      case 1 -> List.of("load", OBJECT, "--pin", pins);
      case 2 -> List.of("verify", OBJECT, OBJECT.getParent(), TestObjects.example("tools"));
      default -> List.of("export", "prometheus", config, "--listen", "127.0.0.1:0");
    };
  }

  /// A load that was done has all of its pins, one that was not has none; only SIGKILL leaves some.
  private void removePins(String signal, String what, List<String> problems) throws IOException {
    if (!Files.exists(pins)) {
      return;
    }
    try (var files = Files.walk(pins)) {
      var found = files.filter(Files::isRegularFile).count();
      if (!signal.equals("KILL") && found != ALL_PINS) {
        problems.add(what + ": " + found + " of " + ALL_PINS + " pins are left");
      }
    }
    assertThat(Cli.run("unpin", pins).status()).isZero();
  }

  /// The programs of the object that are still there, once the kernel had time to free them.
  private static List<Integer> left() throws InterruptedException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      var left = new ArrayList<Integer>();
      try (var kernel = LinuxKernel.open()) {
        for (var id : kernel.programIds()) {
          if (isOurs(kernel, id)) {
            left.add(id);
          }
        }
      }
      if (left.isEmpty() || System.nanoTime() - end > 0) {
        return left;
      }
      Thread.sleep(50);
    }
  }

  private static boolean isOurs(LinuxKernel kernel, int id) {
    try (var program = kernel.openProgram(id)) {
      return program.name().equals("called");
    } catch (BpfException _) {
      // It has gone meanwhile.
      return false;
    }
  }
}
