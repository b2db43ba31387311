package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Something that is done over and over by several threads at once. The property
/// `ebpf4j.attach.rounds` says how often in all: 1000 for the full test.
final class ManyRounds {
  static final int THREADS = 8;
  private static final int ROUNDS = Integer.getInteger("ebpf4j.attach.rounds", 80);

  private ManyRounds() {}

  /// What a thread does in a round.
  interface Round {
    /// @param thread the number of the thread
    void run(int thread) throws Exception;
  }

  /// Does it, and sees that no descriptor stays open.
  static void of(Round round) throws Exception {
    round.run(0); // What is opened once, is open before.
    var before = descriptors();
    try (var pool = Executors.newFixedThreadPool(THREADS)) {
      var threads = new ArrayList<Future<?>>();
      for (int i = 0; i < THREADS; i++) {
        var thread = i;
        threads.add(
            pool.submit(() -> {
              for (int j = 0; j < (ROUNDS + THREADS - 1) / THREADS; j++) {
                round.run(thread);
              }
              return null;
            }));
      }
      for (var thread : threads) {
        thread.get();
      }
    }
    // What tests before this one left to end by itself may be closed meanwhile.
    assertThat(descriptors()).isLessThanOrEqualTo(before);
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
