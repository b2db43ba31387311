package org.ebpf4j.vm.internal.record;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.vm.call.RecordedCall;

/// What programs asked the kernel to do: the last of it, as nobody may ask. Any thread may use it.
public final class CallRecords {
  private static final int MOST = 1 << 16;

  private final ArrayDeque<RecordedCall> calls = new ArrayDeque<>();

  public synchronized void add(String program, String function, long... arguments) {
    if (calls.size() == MOST) {
      calls.removeFirst();
    }
    calls.add(new RecordedCall(program, function, Arrays.stream(arguments).boxed().toList()));
  }

  /// All since the last time, the first one first.
  public synchronized List<RecordedCall> take() {
    var all = List.copyOf(calls);
    calls.clear();
    return all;
  }
}
