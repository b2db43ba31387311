package org.ebpf4j.testkit.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Gives many cases to many targets, in turns, and says what they broke:
///
/// `cases CASES SEED FINDINGS TARGET…` tries that many in all, goes on after a finding, keeps the
/// first input of each fault in the directory, and ends with status 1 where there was one; `seeds
/// DIRECTORY TARGET…` writes the seeds, a directory for each target; `replay FILE TARGET` tries one
/// input.
public final class FuzzMain {
  /// How long a target has its turn, so that slow ones do not have most of the time.
  private static final long TURN_NANOSECONDS = 200_000_000;

  private static final long REPORT_NANOSECONDS = 60_000_000_000L;

  private final Path directory;
  private final List<FuzzTarget> targets = new ArrayList<>();
  private final LinkedHashMap<String, Long> faults = new LinkedHashMap<>();

  private FuzzMain(Path directory, List<String> names) throws ReflectiveOperationException {
    this.directory = directory;
    for (var name : names) {
      targets.add(Class.forName(name).asSubclass(FuzzTarget.class).getConstructor().newInstance());
    }
  }

  /// Does what the arguments say.
  public static void main(String[] args) throws Exception {
    var words = Arrays.asList(args);
    switch (args[0]) {
      case "cases" -> {
        var main = new FuzzMain(Path.of(args[3]), words.subList(4, args.length));
        System.exit(main.cases(Long.parseLong(args[1]), Long.parseLong(args[2])) ? 0 : 1);
      }
      case "seeds" -> new FuzzMain(Path.of(args[1]), words.subList(2, args.length)).writeSeeds();
      case "replay" -> {
        var main = new FuzzMain(Path.of("."), words.subList(2, args.length));
        main.targets.getFirst().run(Files.readAllBytes(Path.of(args[1])));
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private void writeSeeds() throws IOException {
    for (var target : targets) {
      var place = Files.createDirectories(directory.resolve(target.name()));
      var number = 0;
      for (var seed : target.seeds()) {
        Files.write(place.resolve("seed-" + number++), seed);
      }
    }
  }

  private boolean cases(long wanted, long seed) throws IOException {
    var fuzzings = new LinkedHashMap<String, Fuzzing>();
    targets.forEach(target -> fuzzings.put(target.name(), new Fuzzing(target)));
    var counts = new TreeMap<String, Long>();
    var spent = new TreeMap<String, Long>();
    long done = 0;
    var reported = System.nanoTime();
    while (done < wanted) {
      for (var each : fuzzings.entrySet()) {
        var start = System.nanoTime();
        for (; System.nanoTime() - start < TURN_NANOSECONDS && done < wanted; done++) {
          var number = counts.merge(each.getKey(), 1L, Long::sum);
          var found = each.getValue().one(seed + number);
          if (found != null) {
            keep(found);
          }
        }
        spent.merge(each.getKey(), System.nanoTime() - start, Long::sum);
      }
      if (System.nanoTime() - reported > REPORT_NANOSECONDS) {
        reported = System.nanoTime();
        report(done, counts, spent);
      }
    }
    report(done, counts, spent);
    return faults.isEmpty();
  }

  private void keep(Fuzzing.Finding found) throws IOException {
    var place = found.place();
    if (faults.merge(place, 1L, Long::sum) > 1) {
      return;
    }
    Files.createDirectories(directory);
    var file = directory.resolve(found.target() + "-" + faults.size());
    Files.write(file, found.input());
    System.out.println("found, seed " + found.seed() + ", kept as " + file + ": " + place);
    found.problem().printStackTrace(System.out);
  }

  private void report(long done, Map<String, Long> counts, Map<String, Long> spent) {
    System.out.println(done + " cases, " + faults.size() + " faults");
    counts.forEach((target, count) ->
        System.out.printf(
            "  %-22s %,10d cases, %6.0f a second%n",
            target, count, count * 1e9 / Math.max(1, spent.getOrDefault(target, 1L))));
    faults.forEach((place, count) -> System.out.println("  " + count + " times: " + place));
  }
}
