package org.ebpf4j.linux.internal.netlink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.NetlinkCalls;
import org.jspecify.annotations.Nullable;

/// An open network namespace, which lives at least as long as this is open. What is done in it is
/// done by a thread made for that, so that no other thread ever changes its own.
public final class NetworkNamespace implements AutoCloseable {
  /// Not `/proc/self`: that is the main thread's, and threads have namespaces of their own.
  private static final String CURRENT = "/proc/thread-self/ns/net";

  private static final int CLONE_NEWNET = 0x40000000;

  private final String what;
  private final Fd fd;
  private final long inode;

  private NetworkNamespace(String what, Fd fd, long inode) {
    this.what = what;
    this.fd = fd;
    this.inode = inode;
  }

  /// Opens a network namespace.
  ///
  /// @param what what it is opened for, for messages
  /// @throws NotFoundException where there is no such file
  /// @throws BpfException where the file is something else
  public static NetworkNamespace open(String what, Netns netns) {
    var path = netns.isCurrent() ? CURRENT : netns.path();
    var opened = FileIo.open(path);
    if (opened.errno() == Errno.ENOENT || opened.errno() == Errno.ESRCH) {
      throw NotFoundException.ofPath(
          what
              + ": no network namespace at "
              + path
              + "\n  try: /proc/PID/ns/net of a process in it, or a name that 'ip netns' lists",
          path);
    }
    if (!opened.ok()) {
      throw Refusal.of(what, "open " + path, opened.errno(), EnumSet.of(Capability.CAP_SYS_PTRACE));
    }
    var fd = opened.fd();
    try {
      return new NetworkNamespace(what, fd, inode(what, path, fd));
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  /// Makes one, which is gone when this is closed and nothing else has it.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public static NetworkNamespace make(String what) {
    return inThread(what, "unshare", NetlinkCalls::makeNetwork, () -> open(what, Netns.CURRENT));
  }

  private static long inode(String what, String path, Fd fd) {
    // What it is called does not tell: one that is mounted, as `ip netns` does, has its path there.
    try {
      if (FileIo.namespaceKind(fd.number()) == CLONE_NEWNET
          && Files.getAttribute(Path.of("/proc/thread-self/fd/" + fd.number()), "unix:ino")
              instanceof Long inode) {
        return inode;
      }
    } catch (IOException e) {
      throw new BpfException(what + ": what " + path + " is cannot be told: " + e.getMessage(), e);
    }
    throw new BpfException(
        what
            + ": "
            + path
            + " is no network namespace"
            + "\n  try: /proc/PID/ns/net of a process in it, or a name that 'ip netns' lists");
  }

  /// The descriptor, which closes with this.
  public Fd fd() {
    return fd;
  }

  /// The number that the kernel knows it by, as in `net:[4026531840]`.
  public long inode() {
    return inode;
  }

  /// Does something in it, and waits for that.
  ///
  /// @throws org.ebpf4j.error.PermissionException where this process may not enter it
  public <T> T call(Supplier<T> action) {
    return inThread(what, "setns", () -> NetlinkCalls.enterNetwork(fd.number()), action);
  }

  private static <T> T inThread(String what, String call, IntSupplier enter, Supplier<T> action) {
    var outcome = new Outcome<T>();
    var thread =
        Thread.ofPlatform()
            .name("ebpf4j-netns")
            .unstarted(() -> {
              try {
                var errno = enter.getAsInt();
                if (errno != 0) {
                  throw Refusal.of(what, call, errno, EnumSet.of(Capability.CAP_SYS_ADMIN));
                }
                outcome.value = action.get();
              } catch (RuntimeException | Error e) {
                outcome.failure = e;
              }
            });
    thread.start();
    join(thread);
    return outcome.get();
  }

  private static final class Outcome<T> {
    private @Nullable T value;
    private @Nullable Throwable failure;

    @SuppressWarnings("NullAway") // What the action gives is as it says.
    T get() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      return value;
    }
  }

  /// Waits for it also where this thread is interrupted, as what it does cannot be left half done.
  private static void join(Thread thread) {
    var interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Does something in a network namespace: in the calling thread where that is there already.
  ///
  /// @param what what is done, for messages
  public static <T> T in(String what, Netns netns, Supplier<T> action) {
    if (netns.isCurrent()) {
      return action.get();
    }
    try (var namespace = open(what, netns)) {
      return namespace.call(action);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
