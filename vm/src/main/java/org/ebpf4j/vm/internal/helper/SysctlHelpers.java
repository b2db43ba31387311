package org.ebpf4j.vm.internal.helper;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.PacketContext;

/// What programs ask about a file of `/proc/sys` that is read or written (`kernel/bpf/cgroup.c`).
final class SysctlHelpers {
  private static final int BASE_NAME = 1;
  private static final int PAGE = 4096;
  private static final String NEW = "new";

  private SysctlHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("sysctl_get_name", SysctlHelpers::name);
    all.put(
        "sysctl_get_current_value",
        (run, context, to, size, d, e) -> copy(run, to, size, current(run, context)));
    all.put("sysctl_get_new_value", SysctlHelpers::newValue);
    all.put("sysctl_set_new_value", SysctlHelpers::setNewValue);
  }

  private static byte[] told(Run run, long context, String name) {
    var found = PacketHelpers.context(run, context).told(name);
    return found == null ? new byte[0] : found;
  }

  private static long name(Run run, long context, long to, long size, long flags, long e) {
    if (to == 0) {
      return -Errno.EINVAL;
    }
    var name = new String(told(run, context, "name"), StandardCharsets.UTF_8);
    var shown = (flags & BASE_NAME) == 0 ? name : name.substring(name.lastIndexOf('/') + 1);
    var bytes = shown.getBytes(StandardCharsets.UTF_8);
    if (size == 0) {
      return -Errno.E2BIG;
    }
    var fits = (int) Math.min(bytes.length, size - 1);
    run.memory().write(to, Arrays.copyOf(Arrays.copyOf(bytes, fits), fits + 1));
    run.memory().markWritten(to, size);
    return fits < bytes.length ? -Errno.E2BIG : fits;
  }

  /// The value as reading the file gives it, with the end of its line.
  private static byte[] current(Run run, long context) {
    var value = told(run, context, "current");
    return value.length == 0 || value[value.length - 1] == '\n' ? value : line(value);
  }

  private static byte[] line(byte[] value) {
    var more = Arrays.copyOf(value, value.length + 1);
    more[value.length] = '\n';
    return more;
  }

  private static long copy(Run run, long to, long size, byte[] value) {
    if (to == 0) {
      return -Errno.EINVAL;
    }
    if (size == 0) {
      return -Errno.E2BIG;
    }
    run.memory().clear(to, size);
    if (value.length == 0) {
      return -Errno.EINVAL;
    }
    var fits = size > value.length;
    run.memory().write(to, fits ? value : Arrays.copyOf(value, (int) size - 1));
    return fits ? value.length : -Errno.E2BIG;
  }

  private static boolean isWritten(PacketContext context) {
    return context.get("write") != 0;
  }

  private static long newValue(Run run, long context, long to, long size, long d, long e) {
    if (!isWritten(PacketHelpers.context(run, context))) {
      run.memory().clear(to, to == 0 ? 0 : size);
      return -Errno.EINVAL;
    }
    return copy(run, to, size, told(run, context, NEW));
  }

  private static long setNewValue(Run run, long context, long from, long size, long d, long e) {
    var at = PacketHelpers.context(run, context);
    if (!isWritten(at) || at.told(NEW) == null || from == 0 || size == 0) {
      return -Errno.EINVAL;
    }
    if (size > PAGE - 1) {
      return -Errno.E2BIG;
    }
    at.told(NEW, run.memory().read(from, size));
    return 0;
  }
}
