package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.BpfMap;

/// The effect by which a test sees that its program is attached: the programs `life_*` count in a
/// map, by process, how often a thread is renamed. It happens within the call that renames, and
/// only processes that asked for it are counted.
final class Renames {
  private static final Path NAME = Path.of("/proc/thread-self/comm");
  private static final byte[] ME = Words.u32((int) ProcessHandle.current().pid());

  private Renames() {}

  /// Has the threads of this process counted, from 0.
  static void watch(LinuxMap hits) {
    hits.update(ME, Words.u64(0), BpfMap.Update.ANY);
  }

  static long count(LinuxMap hits) {
    return Words.u64(hits.lookup(ME).orElseThrow());
  }

  /// Renames the calling thread, and back.
  static void cause() {
    try {
      // The file ends in a line break, which is not of the name.
      var name = Files.readString(NAME).strip();
      Files.writeString(NAME, "ebpf4j-life");
      Files.writeString(NAME, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void expectCounted(LinuxMap hits) {
    var before = count(hits);
    cause();
    assertThat(count(hits)).as("renames that the program saw").isGreaterThan(before);
  }

  static void expectNotCounted(LinuxMap hits) {
    var before = count(hits);
    cause();
    assertThat(count(hits)).as("renames that the program saw").isEqualTo(before);
  }
}
