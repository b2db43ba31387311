package org.ebpf4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The side of bench/fentry that is ebpf4j; the twin of `fentry.c`, which it starts. A test, so
/// that it runs in the virtual machines of `kernels/run`, too.
@KernelTest
class FentryRounds {
  private static final String PROGRAM = "entry";
  private static final int COUNT = 10;
  private static final int ROUNDS = Integer.getInteger("rounds", 21);
  private static final int WARM_UP = 15;

  /// How long attaching took, and detaching, in microseconds.
  private record Times(long attach, long detach) {
    long both() {
      return attach + detach;
    }
  }

  private record Pair(Times ours, Times libbpf) {}

  @Test
  void attachBesideLibbpf() throws Exception {
    var object = Files.createTempFile("typed", ".bpf.o");
    Files.write(object, TestObjects.bytes("attach/typed"));
    var spec = ObjectSpec.read(object);
    for (var each : spec.programs()) {
      spec = spec.withProgram(each.name(), p -> p.withAutoload(p.name().equals(PROGRAM)));
    }
    var twin =
        new ProcessBuilder(
                System.getProperty("twin", "/ebpf4j/lib/fentry-twin.jar"),
                object.toString(),
                PROGRAM,
                Integer.toString(COUNT))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var pairs = new ArrayList<Pair>();
    try (var out = twin.inputReader();
        var in = twin.outputWriter();
        var kernel = LinuxKernel.open();
        var loaded = kernel.load(spec)) {
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        var ours = round(loaded.program(PROGRAM));
        in.write("\n");
        in.flush();
        var line = out.readLine();
        if (line == null) {
          throw new IOException("the twin ended");
        }
        var words = line.split(" ");
        if (i >= 0) {
          pairs.add(new Pair(ours, new Times(Long.parseLong(words[0]), Long.parseLong(words[1]))));
        }
      }
    } finally {
      twin.waitFor();
      Files.delete(object);
    }
    print("attached", pairs, Times::attach);
    print("detached", pairs, Times::detach);
    print("attached and detached", pairs, Times::both);
  }

  private static Times round(LinuxProgram program) {
    long attach = 0;
    long detach = 0;
    for (int i = 0; i < COUNT; i++) {
      var start = System.nanoTime();
      var link = program.attach();
      var attached = System.nanoTime();
      link.close();
      attach += attached - start;
      detach += System.nanoTime() - attached;
    }
    return new Times(attach / 1000, detach / 1000);
  }

  private static void print(String what, List<Pair> pairs, ToLongFunction<Times> time) {
    System.out.printf(
        "fentry, %d times %s: ebpf4j %.0f us, libbpf %.0f us; median of the ratios of %d pairs:"
            + " %.2f%n",
        COUNT,
        what,
        median(pairs, p -> time.applyAsLong(p.ours())),
        median(pairs, p -> time.applyAsLong(p.libbpf())),
        pairs.size(),
        median(
            pairs,
            p -> (double) time.applyAsLong(p.ours()) / Math.max(1, time.applyAsLong(p.libbpf()))));
  }

  private static double median(List<Pair> pairs, ToDoubleFunction<Pair> value) {
    return pairs.stream()
        .mapToDouble(value)
        .sorted()
        .skip(pairs.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
