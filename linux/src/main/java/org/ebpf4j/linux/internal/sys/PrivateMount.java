package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;

/// A filesystem mounted where nobody sees it: the mount is in no mount namespace, and is reached
/// through its descriptor only (`fsopen(2)`, `fsconfig(2)`, `fsmount(2)`, since Linux 5.2). It is
/// gone when the descriptor and the files opened through it are closed.
public final class PrivateMount {
  // include/uapi/linux/mount.h
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int MOUNT_ATTR_NOSUID = 2;
  private static final int MOUNT_ATTR_NODEV = 4;
  private static final int MOUNT_ATTR_NOEXEC = 8;

  private PrivateMount() {}

  /// Mounts a filesystem of a type without options.
  ///
  /// @return the root directory, to open files relative to
  public static Result of(String type) {
    try (var arena = Arena.ofConfined()) {
      var opened =
          Result.of(
              Native.call(
                  SystemCall.FSOPEN, arena.allocateFrom(type).address(), FSOPEN_CLOEXEC, 0));
      if (!opened.ok()) {
        return opened;
      }
      try (var context = opened.fd()) {
        var created =
            Native.call(SystemCall.FSCONFIG, context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0);
        if (created < 0) {
          return Result.of(created);
        }
        return Result.of(
            Native.call(
                SystemCall.FSMOUNT,
                context.number(),
                FSMOUNT_CLOEXEC,
                MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
      }
    }
  }
}
