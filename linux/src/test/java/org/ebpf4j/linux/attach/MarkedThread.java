package org.ebpf4j.linux.attach;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.ebpf4j.BpfMap;

/// A thread that programs can tell from all others by its name, in this test run and in those
/// beside it: the kernel knows Java's platform threads by their names.
final class MarkedThread {
  private static final String NAME = "ebpf4j-" + ProcessHandle.current().pid();

  private MarkedThread() {}

  /// Lets the programs of an object that has an array `marked` count such threads.
  static void countIn(LoadedObject object) {
    var name = Arrays.copyOf(NAME.getBytes(StandardCharsets.US_ASCII), 16);
    object.object().map("marked").update(LoadedObject.u32(0), name, BpfMap.Update.ANY);
  }

  /// Runs something in such a thread, and waits for it.
  static <T> T call(Callable<T> action) throws Exception {
    var task = new FutureTask<>(action);
    Thread.ofPlatform().name(NAME).start(task);
    return task.get();
  }
}
