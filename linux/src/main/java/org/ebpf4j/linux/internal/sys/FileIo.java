package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;

/// Plain descriptors: opened for reading without waiting, waited for, and woken from another
/// thread.
public final class FileIo {
  private static final int AT_FDCWD = -100;
  private static final int O_WRONLY = 1;
  private static final int O_APPEND = 02000;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_NONBLOCK = 04000;
  private static final int O_DIRECTORY_COMMON = 0200000;
  private static final int O_DIRECTORY_ARM = 040000;
  private static final int NS_GET_NSTYPE = 0xb703;
  private static final int FILEID_KERNFS = 0xfe;
  private static final int EFD_CLOEXEC = 02000000;
  private static final int STATFS_SIZE = 120;
  private static final int KCMP_FILE = 0;
  private static final int KCMP_FILES = 2;
  private static final short POLLIN = 1;

  private FileIo() {}

  /// Opens a file for reading; reads do not wait.
  public static Result openNonBlocking(String path) {
    return open(path, O_NONBLOCK);
  }

  /// Opens a file or a directory for reading.
  public static Result open(String path) {
    return open(path, 0);
  }

  /// Opens a file for reading and writing.
  public static Result openReadWrite(String path) {
    return open(path, 2); // O_RDWR
  }

  /// Opens a process, as `pidfd_open(2)` does.
  public static Result openProcess(long pid) {
    return Result.of(Native.call(SystemCall.PIDFD_OPEN, pid, 0, 0));
  }

  /// Opens a directory.
  public static Result openDirectory(String path) {
    var arm = System.getProperty("os.arch").equals("aarch64");
    return open(path, arm ? O_DIRECTORY_ARM : O_DIRECTORY_COMMON);
  }

  /// The number of the type of the filesystem that an open file is on (`*_SUPER_MAGIC`), or an
  /// error number negated.
  public static long filesystem(int fd) {
    try (var arena = Arena.ofConfined()) {
      var status = arena.allocate(STATFS_SIZE, 8);
      var result = Native.call(SystemCall.FSTATFS, fd, status.address(), 0);
      return result < 0 ? result : Native.numbers(status).getLong(0);
    }
  }

  /// What kind of namespace an open file is (`CLONE_NEW*`), or an error number negated: `ENOTTY`
  /// where it is none.
  public static long namespaceKind(int fd) {
    return Native.call(SystemCall.IOCTL, fd, NS_GET_NSTYPE, 0);
  }

  /// Opens a cgroup by its id; wants `CAP_DAC_READ_SEARCH`.
  ///
  /// @param mount a descriptor of anything on the cgroup filesystem
  /// @return the descriptor, or why not: `ESTALE` where the cgroup is gone
  public static Result openCgroup(int mount, long id) {
    try (var arena = Arena.ofConfined()) {
      // struct file_handle: the size and the type of what follows, which is the number of the file.
      var handle = arena.allocate(16, 8);
      Native.numbers(handle).putInt(0, 8).putInt(4, FILEID_KERNFS).putLong(8, id);
      return Result.of(
          Native.call(SystemCall.OPEN_BY_HANDLE_AT, mount, handle.address(), O_CLOEXEC));
    }
  }

  private static Result open(String path, int flags) {
    try (var arena = Arena.ofConfined()) {
      return Result.of(
          Native.call(
              SystemCall.OPENAT,
              AT_FDCWD,
              Native.text(arena, path).address(),
              O_CLOEXEC | flags,
              0,
              0,
              0));
    }
  }

  /// Appends to a file that is there, in one write. 0, or an error number.
  public static int append(String path, byte[] bytes) {
    var opened = open(path, O_WRONLY | O_APPEND);
    if (!opened.ok()) {
      return opened.errno();
    }
    try (var file = opened.fd();
        var arena = Arena.ofConfined()) {
      var memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      var written =
          Native.call(SystemCall.WRITE, file.number(), memory.address(), memory.byteSize());
      return written < 0 ? (int) -written : written == bytes.length ? 0 : Errno.EIO;
    }
  }

  /// Something another thread can ring: readable once [#ring(Fd)] was called.
  public static Fd bell() {
    var result = Result.of(Native.call(SystemCall.EVENTFD2, 0, EFD_CLOEXEC, 0));
    if (!result.ok()) {
      throw KernelException.of("a wake-up descriptor", "eventfd2", result.errno());
    }
    return result.fd();
  }

  /// Rings a bell; it stays rung.
  public static void ring(Fd bell) {
    try (var arena = Arena.ofConfined()) {
      var one = arena.allocate(8, 8);
      Native.numbers(one).putLong(0, 1);
      Native.call(SystemCall.WRITE, bell.number(), one.address(), 8);
    }
  }

  /// Which of two descriptors is readable, waiting up to `millis` (negative: for ever): bit 0 for
  /// the first, bit 1 for the second; 0 where neither is in time. A refusal is negative.
  public static int await(int first, int second, long millis) {
    try (var arena = Arena.ofConfined()) {
      var fds = arena.allocate(16, 8);
      var numbers = Native.numbers(fds);
      numbers.putInt(0, first).putShort(4, POLLIN).putInt(8, second).putShort(12, POLLIN);
      var timeout = MemorySegment.NULL;
      if (millis >= 0) {
        timeout = arena.allocate(16, 8);
        Native.numbers(timeout).putLong(0, millis / 1000).putLong(8, millis % 1000 * 1_000_000);
      }
      var result = Native.call(SystemCall.PPOLL, fds.address(), 2, timeout.address(), 0, 0, 0);
      if (result < 0) {
        return (int) result;
      }
      return (numbers.getShort(6) != 0 ? 1 : 0) | (numbers.getShort(14) != 0 ? 2 : 0);
    }
  }

  /// Reads into `buffer`: how many bytes, 0 at the end, or an error number negated.
  public static int read(int fd, byte[] buffer) {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(buffer.length);
      var result = Native.call(SystemCall.READ, fd, memory.address(), buffer.length);
      if (result > 0) {
        memory.asByteBuffer().get(buffer, 0, (int) result);
      }
      return (int) result;
    }
  }

  /// Reads behind what is in `buffer` already: how many bytes, 0 at the end, or an error number
  /// negated.
  public static int read(int fd, byte[] buffer, int from) {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(buffer.length - from);
      var result = Native.call(SystemCall.READ, fd, memory.address(), buffer.length - from);
      if (result > 0) {
        memory.asByteBuffer().get(buffer, from, (int) result);
      }
      return (int) result;
    }
  }

  /// Compares two descriptors of threads: 0 where they stand for one open file, positive for two,
  /// or an error number negated.
  public static long compareFiles(int thread, int descriptor, int otherThread, int other) {
    return Native.call(SystemCall.KCMP, thread, otherThread, KCMP_FILE, descriptor, other, 0);
  }

  /// Compares the tables of descriptors of two threads: 0 where they share one, positive for two,
  /// or an error number negated.
  public static long compareTables(int thread, int other) {
    return Native.call(SystemCall.KCMP, thread, other, KCMP_FILES, 0, 0, 0);
  }

  /// The number of the type of the filesystem that a path is on (`*_SUPER_MAGIC`), or an error
  /// number negated.
  public static long filesystem(String path) {
    try (var arena = Arena.ofConfined()) {
      var status = arena.allocate(STATFS_SIZE, 8);
      var result =
          Native.call(SystemCall.STATFS, Native.text(arena, path).address(), status.address(), 0);
      return result < 0 ? result : Native.numbers(status).getLong(0);
    }
  }
}
