package org.ebpf4j.program.map;

import java.util.ArrayDeque;
import org.ebpf4j.error.Errno;
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

  /// Sends a copy of an event, from a program of `fentry` and its like that sees a packet
  /// (`bpf_skb_output`): 0, or an error number below 0.
  ///
  /// @param packet the `sk_buff`
  @Helper(111)
  public long outputOfPacket(Object packet, long flags, E event) {
    return output(flags, event);
  }

  /// Sends a copy of an event, from a program of `fentry` and its like that sees an `xdp_buff`
  /// (`bpf_xdp_output`): 0, or an error number below 0.
  ///
  /// @param frame the `xdp_buff`
  @Helper(121)
  public long outputOfFrame(Object frame, long flags, E event) {
    return output(flags, event);
  }

  /// The count of a perf event that user space put in, or an error number below 0. On the JVM there
  /// is none.
  @Helper(22)
  public long read(long flags) {
    return -Errno.ENOENT;
  }

  /// Copies the count of a perf event and its times into three numbers: 0, or an error number below
  /// 0. On the JVM there is none.
  @Helper(55)
  public long readValue(long flags, long[] countAndTimes) {
    java.util.Arrays.fill(countAndTimes, 0);
    return -Errno.ENOENT;
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
