package org.ebpf4j.program.map;

import java.util.ArrayDeque;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.Shapes;
import org.ebpf4j.program.jvm.SlotStore;
import org.jspecify.annotations.Nullable;

/// Events by way of perf buffers, one for each CPU.
///
/// @param <E> the events: a record or a class of fields
@MapKind(MapType.PERF_EVENT_ARRAY)
public final class PerfEventArray<E> extends BpfMap {
  /// The flags for the buffer of the current CPU (`BPF_F_CURRENT_CPU`).
  public static final long CURRENT_CPU = 0xffff_ffffL;

  private final SlotStore<Integer> store = new SlotStore<>(Integer.BYTES);
  private final ArrayDeque<Object> events = new ArrayDeque<>();

  /// One for all CPUs that there may be.
  public PerfEventArray() {
    super(0);
  }

  /// Sends a copy of an event: 0, or an error number below 0.
  ///
  /// @param flags [#CURRENT_CPU], or the number of a CPU
  @Helper(25)
  public long output(long flags, E event) {
    Environment.current().record("bpf_perf_event_output", flags, event);
    synchronized (events) {
      events.add(Shapes.ofValue(event).copy(event));
    }
    return 0;
  }

  /// The next event on the JVM; null where there is none.
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable E poll() {
    synchronized (events) {
      return (E) events.poll();
    }
  }

  @Override
  public SlotStore<Integer> onJvm() {
    return store;
  }
}
