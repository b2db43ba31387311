package org.ebpf4j.testkit.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Gives a target damaged seeds. Case `i` is made from seed + i, so that one failing case is
/// replayed by its own seed and one case.
public final class Fuzzing {
  private final FuzzTarget target;
  private final List<Damage> damages = new ArrayList<>();

  /// What gives that target its cases.
  public Fuzzing(FuzzTarget target) {
    this.target = target;
    target.seeds().forEach(seed -> damages.add(Damage.of(seed)));
  }

  /// A case that broke a limit.
  ///
  /// @param seed what [#input(long)] makes the input of
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record Finding(String target, long seed, byte[] input, Throwable problem) {
    /// The place in our code that threw: findings of one place are one fault.
    public String place() {
      var cause = problem.getCause() == null ? problem : problem.getCause();
      for (var frame : cause.getStackTrace()) {
        if (!frame.getClassName().contains(".fuzz.")
            && frame.getClassName().startsWith("org.ebpf4j")) {
          return cause.getClass().getSimpleName() + " at " + frame;
        }
      }
      var message = String.valueOf(problem.getMessage()).replaceAll("[0-9]+", "N");
      for (var frame : problem.getStackTrace()) {
        if (frame.getClassName().contains(target)) {
          return message + " at " + frame;
        }
      }
      return message + " in " + target;
    }
  }

  /// The input that a seed stands for.
  public byte[] input(long seed) {
    // Neighbouring seeds give unrelated numbers: the generator mixes its seed.
    var random = new SplittableRandom(seed);
    return damages.get(random.nextInt(damages.size())).damaged(random);
  }

  /// Tries one case; null where it keeps the limits.
  public @Nullable Finding one(long seed) {
    var input = input(seed);
    try {
      target.run(input);
      return null;
    } catch (Throwable e) {
      return new Finding(target.name(), seed, input, e);
    }
  }

  /// Tries cases, and throws at the first that breaks a limit.
  ///
  /// @throws AssertionError that says how to replay the case
  public static void run(FuzzTarget target, long seed, long cases) {
    target.seeds().forEach(target::run);
    var fuzzing = new Fuzzing(target);
    for (long i = 0; i < cases; i++) {
      var found = fuzzing.one(seed + i);
      if (found != null) {
        throw new AssertionError(
            found.problem() + "; replay: -Debpf4j.seed=" + (seed + i) + " -Debpf4j.fuzz.cases=1",
            found.problem());
      }
    }
  }

  /// The seed of a test: `-Debpf4j.seed`, or the time.
  public static long seed() {
    return Long.getLong("ebpf4j.seed", System.nanoTime());
  }

  /// How many cases a test tries: `-Debpf4j.fuzz.cases`, or `few`.
  public static long cases(long few) {
    return Long.getLong("ebpf4j.fuzz.cases", few);
  }
}
