package org.ebpf4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The side of bench/kprobes that is ebpf4j; the twin of `kprobes.c`, which it starts. A test, so
/// that it runs in the virtual machines of `kernels/run`, too.
@KernelTest
class Kprobes {
  private static final int FUNCTIONS = 1000;
  private static final int ROUNDS = Integer.getInteger("rounds", 16);
  private static final int WARM_UP = 8;

  /// How long attaching took, and detaching, in microseconds.
  private record Times(long attach, long detach) {}

  private interface Side {
    Times round() throws IOException;
  }

  @Test
  void attachBesideLibbpf() throws Exception {
    var object = Files.createTempFile("probes", ".bpf.o");
    Files.write(object, TestObjects.bytes("attach/probe_refused"));
    var list = Files.createTempFile("functions", ".txt");
    Files.write(list, functions());
    try (var kernel = LinuxKernel.open();
        var loaded = kernel.load(ObjectSpec.read(object))) {
      compare(loaded.program("many"), object, list, "");
      compare(loaded.program("many"), object, list, pattern());
    } finally {
      Files.delete(list);
      Files.delete(object);
    }
  }

  /// How many symbols of the kernel have each name.
  private static Map<String, Integer> symbols() throws IOException {
    var count = new HashMap<String, Integer>();
    for (var line : Files.readAllLines(Path.of("/proc/kallsyms"), StandardCharsets.ISO_8859_1)) {
      count.merge(line.substring(19).split("\t")[0], 1, Integer::sum);
    }
    return count;
  }

  /// The pattern that most functions fit and nothing else: versions of libbpf before 1.2 give the
  /// kernel every symbol that fits, and it takes none where one cannot be traced.
  private static String pattern() throws IOException {
    var traceable =
        Set.copyOf(Files.readAllLines(Path.of("/sys/kernel/tracing/available_filter_functions")));
    var fitting = new HashMap<String, Integer>();
    var unfit = new HashSet<String>();
    symbols()
        .forEach((name, count) -> {
          var prefix = name.substring(0, name.indexOf('_') + 1);
          if (!traceable.contains(name) || count > 1) {
            unfit.add(prefix);
          } else if (prefix.length() > 2) {
            fitting.merge(prefix, 1, Integer::sum);
          }
        });
    fitting.keySet().removeAll(unfit);
    var most = Collections.max(fitting.entrySet(), Map.Entry.comparingByValue());
    System.out.printf("%s*: %d functions%n", most.getKey(), most.getValue());
    return most.getKey() + "*";
  }

  /// Functions of the kernel whose names nothing else has.
  private static List<String> functions() throws IOException {
    var count = symbols();
    var lines = Files.readAllLines(Path.of("/sys/kernel/tracing/available_filter_functions"));
    // Of filesystems and protocols: an emulated machine may die where code is changed that it
    // always runs.
    var names =
        lines.stream()
            .filter(n ->
                n.matches(
                    "(ext4|jbd2|fuse|tcp|udp|inet|ip|ip6|ipv6|xfrm|fib|nf|tc|neigh|key|cap)_\\w+"))
            .filter(n -> count.getOrDefault(n, 0) == 1)
            .toList();
    if (names.size() < FUNCTIONS) {
      throw new IllegalStateException("only " + names.size() + " functions");
    }
    var step = names.size() / FUNCTIONS;
    var chosen = new HashSet<String>();
    for (int i = 0; chosen.size() < FUNCTIONS; i += step) {
      chosen.add(names.get(i));
    }
    return List.copyOf(chosen);
  }

  /// @param pattern empty for the functions of the list
  private static void compare(LinuxProgram program, Path object, Path list, String pattern)
      throws Exception {
    var how = pattern.isEmpty() ? "names" : "pattern";
    var point =
        pattern.isEmpty()
            ? KprobeMulti.entries(Files.readAllLines(list).toArray(String[]::new))
            : KprobeMulti.entries(pattern);
    var twin =
        new ProcessBuilder(
                System.getProperty("twin", "/ebpf4j/lib/kprobes-twin.jar"),
                object.toString(),
                pattern.isEmpty() ? list.toString() : "",
                pattern)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = twin.inputReader();
        var in = twin.outputWriter()) {
      Side libbpf =
          () -> {
            in.write("\n");
            in.flush();
            return parse(out);
          };
      Side ours =
          () -> {
            var start = System.nanoTime();
            var link = program.attach(point);
            var attached = System.nanoTime();
            link.close();
            return new Times((attached - start) / 1000, (System.nanoTime() - attached) / 1000);
          };
      var first = new Times[] {ours.round(), libbpf.round()};
      System.out.printf(
          "%s, first: ebpf4j %d us, libbpf %d us%n", how, first[0].attach, first[1].attach);
      for (int i = 1; i < WARM_UP; i++) {
        ours.round();
        libbpf.round();
      }
      var pairs = new ArrayList<Times[]>();
      for (int i = 0; i < ROUNDS; i++) {
        // Each comes first as often as the other: the kernel frees what the one before had.
        if (i % 2 == 0) {
          pairs.add(new Times[] {ours.round(), libbpf.round()});
        } else {
          var other = libbpf.round();
          pairs.add(new Times[] {ours.round(), other});
        }
      }
      report(
          how + ", attach",
          pairs.stream().map(p -> new long[] {p[0].attach, p[1].attach}).toList());
      report(
          how + ", detach",
          pairs.stream().map(p -> new long[] {p[0].detach, p[1].detach}).toList());
      report(
          how + ", both",
          pairs.stream()
              .map(p -> new long[] {p[0].attach + p[0].detach, p[1].attach + p[1].detach})
              .toList());
    } finally {
      twin.waitFor();
    }
  }

  private static Times parse(BufferedReader out) throws IOException {
    var line = out.readLine();
    if (line == null) {
      throw new IOException("the twin ended; what it said is above");
    }
    var words = line.split(" ");
    return new Times(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  private static double median(double... values) {
    Arrays.sort(values);
    var middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  private static void report(String what, List<long[]> pairs) {
    System.out.printf(
        "%s: ebpf4j %.0f us, libbpf %.0f us; median of the ratios of %d pairs: %.2f%n",
        what,
        median(pairs.stream().mapToDouble(p -> p[0]).toArray()),
        median(pairs.stream().mapToDouble(p -> p[1]).toArray()),
        pairs.size(),
        median(pairs.stream().mapToDouble(p -> (double) p[0] / p[1]).toArray()));
  }
}
