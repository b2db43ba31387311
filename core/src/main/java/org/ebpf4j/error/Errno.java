package org.ebpf4j.error;

import java.util.Map;

/// The error numbers of Linux (`include/uapi/asm-generic/errno.h`, and 524 from
/// `include/linux/errno.h`, which leaks out of `bpf(2)`), with their names and meanings. Its
/// functions are pure, and any thread may call them.
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int E2BIG = 7;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int EFAULT = 14;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int ERANGE = 34;
  public static final int EDEADLK = 35;
  public static final int EADDRNOTAVAIL = 99;
  public static final int EADDRINUSE = 98;
  public static final int EIO = 5;
  public static final int EILSEQ = 84;
  public static final int ENOLINK = 67;
  public static final int EOPNOTSUPP = 95;
  public static final int ENODATA = 61;
  public static final int EOVERFLOW = 75;
  public static final int ENOTSOCK = 88;
  public static final int ETIMEDOUT = 110;
  public static final int ESTALE = 116;
  public static final int EPROTO = 71;
  public static final int EBADFD = 77;
  public static final int EPROTOTYPE = 91;
  public static final int ESOCKTNOSUPPORT = 94;
  public static final int EAFNOSUPPORT = 97;
  public static final int ENOTSUPP = 524;

  private record Entry(String name, String text) {}

  private static final Map<Integer, Entry> ENTRIES =
      Map.ofEntries(
          entry(1, "EPERM", "operation not permitted"),
          entry(2, "ENOENT", "no such file or object"),
          entry(3, "ESRCH", "no such process or symbol"),
          entry(4, "EINTR", "interrupted system call"),
          entry(5, "EIO", "input/output error"),
          entry(6, "ENXIO", "no such device or address"),
          entry(7, "E2BIG", "argument or program too large"),
          entry(9, "EBADF", "bad file descriptor"),
          entry(11, "EAGAIN", "interrupted or temporarily unavailable"),
          entry(12, "ENOMEM", "out of memory"),
          entry(13, "EACCES", "permission denied"),
          entry(14, "EFAULT", "bad address"),
          entry(16, "EBUSY", "device or resource busy"),
          entry(17, "EEXIST", "exists already"),
          entry(19, "ENODEV", "no such device"),
          entry(20, "ENOTDIR", "not a directory"),
          entry(21, "EISDIR", "is a directory"),
          entry(22, "EINVAL", "invalid argument"),
          entry(23, "ENFILE", "too many open files in the system"),
          entry(24, "EMFILE", "too many open files in this process"),
          entry(27, "EFBIG", "too large"),
          entry(28, "ENOSPC", "no space left"),
          entry(30, "EROFS", "read-only file system"),
          entry(34, "ERANGE", "out of range"),
          entry(35, "EDEADLK", "would deadlock"),
          entry(36, "ENAMETOOLONG", "name too long"),
          entry(38, "ENOSYS", "no such system call"),
          entry(39, "ENOTEMPTY", "directory not empty"),
          entry(61, "ENODATA", "no data"),
          entry(67, "ENOLINK", "the link is severed"),
          entry(71, "EPROTO", "protocol error"),
          entry(75, "EOVERFLOW", "value too large"),
          entry(77, "EBADFD", "not in a state for this"),
          entry(84, "EILSEQ", "invalid sequence"),
          entry(88, "ENOTSOCK", "not a socket"),
          entry(91, "EPROTOTYPE", "wrong protocol for the socket"),
          entry(92, "ENOPROTOOPT", "no such option"),
          entry(93, "EPROTONOSUPPORT", "protocol not supported"),
          entry(94, "ESOCKTNOSUPPORT", "socket type not supported"),
          entry(95, "EOPNOTSUPP", "operation not supported"),
          entry(97, "EAFNOSUPPORT", "address family not supported"),
          entry(98, "EADDRINUSE", "address in use"),
          entry(99, "EADDRNOTAVAIL", "address not available"),
          entry(100, "ENETDOWN", "network is down"),
          entry(101, "ENETUNREACH", "network unreachable"),
          entry(110, "ETIMEDOUT", "timed out"),
          entry(113, "EHOSTUNREACH", "host unreachable"),
          entry(116, "ESTALE", "changed in between"),
          entry(524, "ENOTSUPP", "operation not supported"));

  private Errno() {}

  private static Map.Entry<Integer, Entry> entry(int number, String name, String text) {
    return Map.entry(number, new Entry(name, text));
  }

  /// The name of an error number, such as `EPERM`, or `errno 90` for one that is not in the table.
  public static String name(int errno) {
    var entry = ENTRIES.get(errno);
    return entry == null ? "errno " + errno : entry.name();
  }

  /// The name and meaning of an error number, such as `EPERM (operation not permitted)`.
  public static String describe(int errno) {
    var entry = ENTRIES.get(errno);
    return entry == null ? "errno " + errno : entry.name() + " (" + entry.text() + ")";
  }
}
