package org.ebpf4j.vm.internal.helper;

import java.util.Arrays;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.UserRegion;

/// Copies of memory that may not be there: of the kernel, and of processes.
final class ProbeHelpers {
  /// Sizes are numbers of 32 bits.
  private static final long SIZE = 0xffff_ffffL;

  private ProbeHelpers() {}

  /// Which memory a function reads.
  enum Space {
    KERNEL,
    USER,
    /// Of either, as the address says.
    ANY
  }

  static void addTo(Map<String, Helper> all) {
    add(all, "probe_read", Space.ANY);
    add(all, "probe_read_kernel", Space.KERNEL);
    add(all, "probe_read_user", Space.USER);
    all.put("copy_from_user", reader(Space.USER));
    all.put(
        "copy_from_user_task",
        (run, to, size, from, task, flags) ->
            flags != 0 ? -Errno.EINVAL : copy(run, to, size & SIZE, from, Space.USER));
    all.put("probe_write_user", ProbeHelpers::write);
  }

  private static void add(Map<String, Helper> all, String name, Space space) {
    all.put(name, reader(space));
    all.put(
        name + "_str",
        (run, to, size, from, d, e) -> copyText(run, to, size & SIZE, from, space, false));
  }

  private static Helper reader(Space space) {
    return (run, to, size, from, d, e) -> copy(run, to, size & SIZE, from, space);
  }

  /// Bytes of one kind of memory.
  ///
  /// @throws MemoryFault where they are not all there, or of the other kind
  static byte[] bytes(Run run, long from, long size, Space space) {
    if (run.memory().find(from) instanceof UserRegion user) {
      if (space == Space.KERNEL) {
        throw new MemoryFault(from, user.name() + " is memory of a process");
      }
      return user.copy((int) from, size);
    }
    if (space == Space.USER) {
      throw new MemoryFault(from, "no memory of a process");
    }
    return run.memory().read(from, size);
  }

  static long copy(Run run, long to, long size, long from, Space space) {
    byte[] bytes;
    try {
      bytes = size == 0 ? new byte[0] : bytes(run, from, size, space);
    } catch (MemoryFault _) {
      run.memory().clear(to, size);
      return -Errno.EFAULT;
    }
    run.memory().write(to, bytes);
    return 0;
  }

  /// Copies text with its end; what is behind it in the program's memory stays, unless it is to be
  /// zero.
  ///
  /// @return how many bytes it has with its end, or an error number
  static long copyText(Run run, long to, long size, long from, Space space, boolean pad) {
    if (size == 0) {
      return 0;
    }
    byte[] bytes;
    try {
      bytes = text(run, from, size - 1, space);
    } catch (MemoryFault _) {
      run.memory().clear(to, size);
      return -Errno.EFAULT;
    }
    run.memory().markWritten(to, size);
    run.memory().write(to, Arrays.copyOf(bytes, pad ? (int) size : bytes.length + 1));
    return bytes.length + 1L;
  }

  /// The bytes up to a zero, at most `most`.
  ///
  /// @throws MemoryFault where memory ends before
  static byte[] text(Run run, long from, long most, Space space) {
    var found = new byte[(int) Math.min(most, 64)];
    int length = 0;
    while (length < most) {
      var next = bytes(run, from + length, 1, space)[0];
      if (next == 0) {
        return Arrays.copyOf(found, length);
      }
      if (length == found.length) {
        found = Arrays.copyOf(found, (int) Math.min(most, 2L * length));
      }
      found[length++] = next;
    }
    if (most == 0) {
      bytes(run, from, 1, space);
    }
    return Arrays.copyOf(found, length);
  }

  private static long write(Run run, long to, long from, long size, long d, long e) {
    var bytes = run.memory().read(from, size & SIZE);
    if (!(run.memory().find(to) instanceof UserRegion user)) {
      return -Errno.EPERM;
    }
    try {
      user.put((int) to, bytes);
    } catch (MemoryFault _) {
      return -Errno.EFAULT;
    }
    return 0;
  }
}
