package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.UserRegion;

/// Functions on text that ends with a zero, of 65536 bytes at most.
final class Strings {
  private static final int MOST = 1 << 16;

  private Strings() {}

  static void addTo(Map<String, Helper> all) {
    all.put("strcmp", (run, a, b, c, d, e) -> compare(run, a, b, MOST, false));
    all.put("strcasecmp", (run, a, b, c, d, e) -> compare(run, a, b, MOST, true));
    all.put("strncasecmp", (run, a, b, size, d, e) -> compare(run, a, b, size, true));
    all.put("strnchr", (run, text, size, c, d, e) -> find(run, text, size, (byte) c));
    all.put("strchr", (run, text, c, x, d, e) -> find(run, text, MOST, (byte) c));
    all.put("strchrnul", (run, text, c, x, d, e) -> findOrEnd(run, text, (byte) c));
    all.put("strrchr", (run, text, c, x, d, e) -> findLast(run, text, (byte) c));
    all.put("strlen", (run, text, b, c, d, e) -> length(run, text, MOST));
    all.put("strnlen", (run, text, size, c, d, e) -> length(run, text, size));
    all.put("strspn", (run, text, set, c, d, e) -> span(run, text, set, true));
    all.put("strcspn", (run, text, set, c, d, e) -> span(run, text, set, false));
    all.put("strstr", (run, text, part, c, d, e) -> search(run, text, part, MOST, false));
    all.put("strcasestr", (run, text, part, c, d, e) -> search(run, text, part, MOST, true));
    all.put("strnstr", (run, text, part, size, d, e) -> search(run, text, part, size, false));
    all.put("strncasestr", (run, text, part, size, d, e) -> search(run, text, part, size, true));
  }

  /// Why a byte cannot be read; 0 where it can. What is no address of the kernel is out of range.
  private static int refusal(Run run, long address) {
    var region = run.memory().find(address);
    if (region instanceof UserRegion || (region == null && address >= 0)) {
      return Errno.ERANGE;
    }
    return 0;
  }

  /// One of the functions below, with what a byte that is not there comes to.
  private interface Work {
    long run();
  }

  private static long guarded(Run run, long one, long other, Work work) {
    if (refusal(run, one) != 0 || refusal(run, other) != 0) {
      return -Errno.ERANGE;
    }
    try {
      return work.run();
    } catch (MemoryFault _) {
      return -Errno.EFAULT;
    }
  }

  private static byte at(Run run, long address) {
    return (byte) run.memory().load(address, 1);
  }

  private static int lower(byte b, boolean ignoreCase) {
    int c = b & 0xff;
    return ignoreCase && ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
        ? c + 32
        : c;
  }

  private static long compare(Run run, long one, long other, long size, boolean ignoreCase) {
    return guarded(
        run,
        one,
        other,
        () -> {
          for (int i = 0; i < MOST && Long.compareUnsigned(i, size) < 0; i++) {
            int a = lower(at(run, one + i), ignoreCase);
            int b = lower(at(run, other + i), ignoreCase);
            if (a != b) {
              return a < b ? -1 : 1;
            }
            if (a == 0) {
              return 0;
            }
          }
          return Long.compareUnsigned(size, MOST) < 0 ? 0 : -Errno.E2BIG;
        });
  }

  private static long find(Run run, long text, long size, byte wanted) {
    return guarded(
        run,
        text,
        text,
        () -> {
          int i = 0;
          for (; Long.compareUnsigned(i, size) < 0 && i < MOST; i++) {
            byte c = at(run, text + i);
            if (c == wanted) {
              return i;
            }
            if (c == 0) {
              return -Errno.ENOENT;
            }
          }
          return i == MOST ? -Errno.E2BIG : -Errno.ENOENT;
        });
  }

  private static long findOrEnd(Run run, long text, byte wanted) {
    return guarded(
        run,
        text,
        text,
        () -> {
          for (int i = 0; i < MOST; i++) {
            byte c = at(run, text + i);
            if (c == wanted || c == 0) {
              return i;
            }
          }
          return -Errno.E2BIG;
        });
  }

  private static long findLast(Run run, long text, byte wanted) {
    return guarded(
        run,
        text,
        text,
        () -> {
          long last = -Errno.ENOENT;
          for (int i = 0; i < MOST; i++) {
            byte c = at(run, text + i);
            if (c == wanted) {
              last = i;
            }
            if (c == 0) {
              return last;
            }
          }
          return -Errno.E2BIG;
        });
  }

  private static long length(Run run, long text, long size) {
    return guarded(
        run,
        text,
        text,
        () -> {
          int i = 0;
          for (; Long.compareUnsigned(i, size) < 0 && i < MOST; i++) {
            if (at(run, text + i) == 0) {
              return i;
            }
          }
          return i == MOST ? -Errno.E2BIG : i;
        });
  }

  /// How many bytes at the beginning are in a set, or are not.
  private static long span(Run run, long text, long set, boolean in) {
    return guarded(
        run,
        text,
        set,
        () -> {
          for (int i = 0; i < MOST; i++) {
            byte c = at(run, text + i);
            if (c == 0 || contains(run, set, c) != in) {
              return i;
            }
          }
          return -Errno.E2BIG;
        });
  }

  private static boolean contains(Run run, long set, byte wanted) {
    for (int i = 0; i < MOST; i++) {
      byte c = at(run, set + i);
      if (c == wanted) {
        return true;
      }
      if (c == 0) {
        return false;
      }
    }
    return false;
  }

  private static long search(Run run, long text, long part, long size, boolean ignoreCase) {
    return guarded(
        run,
        text,
        part,
        () -> {
          for (int i = 0; i < MOST; i++) {
            int j = 0;
            for (; Long.compareUnsigned((long) i + j, size) <= 0 && j < MOST; j++) {
              int b = lower(at(run, part + j), ignoreCase);
              if (b == 0) {
                return i;
              }
              if (i + j == size) {
                break;
              }
              int a = lower(at(run, text + i + j), ignoreCase);
              if (a == 0) {
                return -Errno.ENOENT;
              }
              if (a != b) {
                break;
              }
            }
            if (j == MOST) {
              return -Errno.E2BIG;
            }
            if (i + j == size) {
              return -Errno.ENOENT;
            }
          }
          return -Errno.E2BIG;
        });
  }
}
