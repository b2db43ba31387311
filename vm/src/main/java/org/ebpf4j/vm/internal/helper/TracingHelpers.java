package org.ebpf4j.vm.internal.helper;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.ContextRegion;

/// What programs ask about the function that they trace, and what they do to it and to the task.
final class TracingHelpers {
  private TracingHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put(
        "get_current_task", (run, a, b, c, d, e) -> Environment.of(run).taskAddress().getAsLong());
    all.put(
        "get_current_task_btf",
        (run, a, b, c, d, e) -> Environment.of(run).taskAddress().getAsLong());
    all.put("get_func_arg_cnt", (run, context, b, c, d, e) -> arguments(run, context));
    all.put("get_func_arg", TracingHelpers::argument);
    all.put("get_func_ret", TracingHelpers::result);
    all.put("get_func_ip", (run, context, b, c, d, e) -> context(run, context).function());
    for (var name : new String[] {"send_signal", "send_signal_thread"}) {
      all.put(
          name,
          (run, signal, b, c, d, e) -> {
            if (Integer.compareUnsigned((int) signal, SIGNALS) > 0) {
              return -Errno.EINVAL;
            }
            Environment.of(run).recorder().record("bpf_" + name, signal);
            return 0;
          });
    }
    all.put(
        "override_return",
        (run, context, value, c, d, e) -> {
          Environment.of(run).recorder().record("bpf_override_return", value);
          return 0;
        });
    all.put(
        "bprm_opts_set",
        (run, bprm, flags, c, d, e) -> {
          if ((flags & ~1L) != 0) {
            return -Errno.EINVAL;
          }
          Environment.of(run).recorder().record("bpf_bprm_opts_set", flags);
          return 0;
        });
  }

  /// The highest number of a signal.
  private static final int SIGNALS = 64;

  private static ContextRegion context(Run run, long address) {
    if (run.memory().find(address) instanceof ContextRegion found) {
      return found;
    }
    throw new MemoryFault(address, "no context of a function that is traced");
  }

  private static int arguments(Run run, long address) {
    var count = context(run, address).arguments();
    if (count < 0) {
      throw new MemoryFault(address, "no context that is an array of arguments");
    }
    return count;
  }

  private static long argument(Run run, long address, long index, long to, long d, long e) {
    if (Long.compareUnsigned(index & 0xffff_ffffL, arguments(run, address)) >= 0) {
      return -Errno.EINVAL;
    }
    run.memory()
        .write(to, run.memory().read(address + (long) Long.BYTES * (int) index, Long.BYTES));
    return 0;
  }

  private static long result(Run run, long address, long to, long c, long d, long e) {
    arguments(run, address);
    var result = context(run, address).result();
    if (result.isEmpty()) {
      return -Errno.EOPNOTSUPP;
    }
    var bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    run.memory().write(to, bytes.putLong(result.getAsLong()).array());
    return 0;
  }
}
