package org.ebpf4j.vm.internal.helper;

import java.util.Arrays;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.PerfContent;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.packet.PacketContext;

/// Records for perf buffers (`bpf_perf_event_output` of `include/uapi/linux/bpf.h`).
final class PerfHelpers {
  /// The index, or that of the CPU that the program is on (`BPF_F_INDEX_MASK`).
  private static final long INDEX = 0xffff_ffffL;

  /// How many bytes of the packet follow the record (`BPF_F_CTXLEN_MASK`).
  private static final int PACKET_SHIFT = 32;

  private static final long PACKET = 0xfffffL << PACKET_SHIFT;

  private PerfHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("perf_event_output", PerfHelpers::output);
  }

  private static long output(Run run, long context, long map, long flags, long data, long size) {
    var store = Store.at(run.memory(), map);
    var packet = run.memory().find(context) instanceof PacketContext of ? of.packet() : null;
    if ((flags & ~(packet == null ? INDEX : INDEX | PACKET)) != 0) {
      return -Errno.EINVAL;
    }
    var record = run.memory().read(data, size);
    var more = (int) ((flags & PACKET) >>> PACKET_SHIFT);
    if (packet != null && more > 0) {
      var content = packet.content();
      if (more > content.length) {
        return -Errno.EFAULT;
      }
      var given = record.length;
      record = Arrays.copyOf(record, given + more);
      System.arraycopy(content, 0, record, given, more);
    }
    var index = (flags & INDEX) == INDEX ? run.cpu() : flags & INDEX;
    return store.content() instanceof PerfContent perf
        ? -perf.write(index, run.cpu(), record)
        : -Errno.EINVAL;
  }
}
