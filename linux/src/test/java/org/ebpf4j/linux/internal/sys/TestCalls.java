package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;

/// System calls that only tests make.
public final class TestCalls {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;

  private TestCalls() {}

  /// Gives the calling thread, which must be a platform thread, a network namespace of its own. 0,
  /// or an error number.
  public static int unshareNetwork() {
    return (int) -Native.call(SystemCall.UNSHARE, CLONE_NEWNET, 0, 0);
  }

  /// Writes to a descriptor: how many bytes, or an error number negated.
  public static int write(int fd, byte[] bytes) {
    try (var arena = Arena.ofConfined()) {
      var memory = new Attr(arena, 0).copy(bytes);
      return (int) Native.call(SystemCall.WRITE, fd, memory.address(), bytes.length);
    }
  }

  /// Starts the making of a filesystem, which belongs to the user namespace of this process.
  public static Fd openFilesystem(String type) {
    try (var arena = Arena.ofConfined()) {
      return Fd.own(check(Native.call(SystemCall.FSOPEN, address(arena, type), FSOPEN_CLOEXEC, 0)));
    }
  }

  /// Sets an option of a filesystem that is being made.
  public static void setOption(Fd filesystem, String key, String value) {
    try (var arena = Arena.ofConfined()) {
      check(
          Native.call(
              SystemCall.FSCONFIG,
              filesystem.number(),
              FSCONFIG_SET_STRING,
              address(arena, key),
              address(arena, value),
              0,
              0));
    }
  }

  /// Makes it.
  public static void create(Fd filesystem) {
    check(Native.call(SystemCall.FSCONFIG, filesystem.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0));
  }

  /// Mounts it nowhere; its root.
  public static Fd mount(Fd filesystem) {
    return Fd.own(check(Native.call(SystemCall.FSMOUNT, filesystem.number(), 1, 0)));
  }

  /// A descriptor of another process, as one of this process's own.
  public static Fd descriptorOf(long pid, int number) {
    try (var process = Fd.own(check(Native.call(SystemCall.PIDFD_OPEN, pid, 0, 0)))) {
      return Fd.own(check(Native.call(SystemCall.PIDFD_GETFD, process.number(), number, 0)));
    }
  }

  private static long address(Arena arena, String text) {
    return arena.allocateFrom(text).address();
  }

  private static long check(long result) {
    assertThat(result).isNotNegative();
    return result;
  }
}
